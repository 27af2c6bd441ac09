// Gradients with respect to weights are sums over all pixels. Blocks sum shares of them, which are added up in a fixed order.
#pragma once
#include <algorithm>

#include "unet/backends/cuda/conv/tensor/tile_loader.hpp"
#include "unet/backends/cuda/device/channel_sums.hpp"

namespace unet::cuda::tensor {

/// A tile of pixels whose terms are summed at once.
struct TermTile {
  static constexpr int height = 8, width = 16;
};
struct TermTiles {
  int across, down, count;
  template <class T>
  explicit TermTiles(const Maps<T>& dz)
      : across((dz.w + TermTile::width - 1) / TermTile::width),
        down((dz.h + TermTile::height - 1) / TermTile::height),
        count(dz.n * across * down) {}
  /// Of a tile with so many pixels of halo.
  __device__ Corner corner(int tile, int halo = 0) const {
    return {tile / across / down, tile / across % down * TermTile::height - halo,
            tile % across * TermTile::width - halo};
  }
};

/// Enough to fill a large device. The same for all: the bits of sums follow from it.
inline constexpr int most_blocks = 512;
/// Shares of the tiles, where `blocks` blocks are needed for one.
inline int shares_of(const TermTiles& tiles, int blocks, int most) {
  return std::clamp(most / blocks, 1, std::max(tiles.count, 1));
}

/// The sums of one share: [tap][padded in][padded out] of weights, [bias rows][padded out] of dz.
struct ShareShape {
  int taps, padded_in, padded_out, bias_rows;
  Index weights() const { return static_cast<Index>(taps) * padded_in * padded_out; }
  Index biases() const { return static_cast<Index>(bias_rows) * padded_out; }
};

/// What a pending normalisation, left out of the sums, is to the gradient: with x = scale r + shift,
/// dw[tap,c,o] = scale[c] sum of r dz + shift[c] inside[tap,o], where `inside` sums dz over pixels whose tap lies inside the map.
struct FoldedGradient {
  const float *scale[2] = {}, *shift[2] = {};  ///< of the input's parts, null where nothing is pending
  int first = 0;                               ///< channels of the first part, 0: there is but one
  const float* inside = nullptr;               ///< [tap][padded out], null: nothing is folded
};

template <class T>
FoldedGradient folded_gradient(const Input<T, float>& x, const float* inside) {
  FoldedGradient folded;
  for (int p = 0; p < x.count; ++p) {
    folded.scale[p] = x.parts[p].scale;
    folded.shift[p] = x.parts[p].shift;
  }
  folded.first = x.count == 2 ? static_cast<int>(x.parts[0].x.shape.c) : 0;
  folded.inside = inside;
  return folded;
}

struct StoreWeightGradient {
  ShareShape shape;
  int in, out;
  FoldedGradient folded;
  float* dw;

  __device__ void operator()(Index i, double total) const {
    const int o = static_cast<int>(i % shape.padded_out), row = static_cast<int>(i / shape.padded_out);
    const int tap = row / shape.padded_in, c = row % shape.padded_in;
    if (c >= in || o >= out) return;
    if (folded.inside) {
      const bool second = folded.first > 0 && c >= folded.first;
      const int channel = second ? c - folded.first : c;
      const float* const scale = second ? folded.scale[1] : folded.scale[0];
      const float* const shift = second ? folded.shift[1] : folded.shift[0];
      if (scale)
        total = static_cast<double>(scale[channel]) * total +
                static_cast<double>(shift[channel]) * static_cast<double>(folded.inside[tap * shape.padded_out + o]);
    }
    dw[(static_cast<Index>(tap) * in + c) * out + o] = static_cast<float>(total);
  }
};

/// to[o] = total, of the channels that are not padding.
struct StoreFirst {
  float* to;
  int out;
  __device__ void operator()(Index o, double total) const {
    if (o < out) to[o] = static_cast<float>(total);
  }
};
/// dbias[o] = sum over `rows` of from[row][padded_out].
struct StoreBiasGradient {
  const float* from;
  int rows, padded_out;
  float* dbias;
  __device__ void operator()(Index o) const {
    float sum = 0;
    for (int row = 0; row < rows; ++row) sum += from[row * padded_out + o];
    dbias[o] = sum;
  }
};

}  // namespace unet::cuda::tensor
