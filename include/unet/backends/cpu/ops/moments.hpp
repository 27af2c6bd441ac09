// Mean and variance of each channel: in float within a tile, about the tile's own mean, in double across tiles.
// Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979.
#pragma once
#include "unet/backends/cpu/conv/tiling.hpp"
#include "unet/backends/cpu/isa/lanes.hpp"
#include "unet/backends/operands.hpp"

namespace unet::cpu {

/// Mean and sum of squared deviations of each channel over one tile: mean[C], deviation[C].
struct TileMoments {
  template <class I, class T>
  UNET_INLINE static void run(const View<const T>& y, const Tile& tile, float* mean, float* deviation) {
    const float inverse = 1.0f / static_cast<float>(tile.height * tile.width);
    for (Index c = 0; c < y.shape.c; c += I::width) {
      const Index count = y.shape.c - c;
      // Two sums, of even and odd columns, so that one addition need not wait for the last.
      Lanes<I> sum[2] = {}, squares[2] = {}, m, v;
      for (Index i = 0; i < tile.height; ++i) {
        const T* p = y.at(tile.n, tile.y + i, tile.x) + c;
        Index j = 0;
        for (; j + 2 <= tile.width; j += 2, p += 2 * y.strides.w) {
          load(v, p, count);
          sum[0] += v;
          load(v, p + y.strides.w, count);
          sum[1] += v;
        }
        if (j < tile.width) {
          load(v, p, count);
          sum[0] += v;
        }
      }
      m = (sum[0] + sum[1]) * inverse;
      for (Index i = 0; i < tile.height; ++i) {
        const T* p = y.at(tile.n, tile.y + i, tile.x) + c;
        Index j = 0;
        for (; j + 2 <= tile.width; j += 2, p += 2 * y.strides.w) {
          load(v, p, count);
          v -= m;
          squares[0] += v * v;
          load(v, p + y.strides.w, count);
          v -= m;
          squares[1] += v * v;
        }
        if (j < tile.width) {
          load(v, p, count);
          v -= m;
          squares[0] += v * v;
        }
      }
      store(mean + c, m, count);
      v = squares[0] + squares[1];
      store(deviation + c, v, count);
    }
  }
};

/// Combines the tiles' moments, partials[tile][2][C], in their order.
template <class Tiles>
void combine_moments(const Tiles& tiling, const float* partials, Index channels, Moments<float> moments) {
  for (Index c = 0; c < channels; ++c) {
    double count = 0, mean = 0, deviation = 0;
    for (Index t = 0; t < tiling.count(); ++t) {
      const Tile tile = tiling[t];
      const double n = static_cast<double>(tile.height * tile.width);
      const float* const partial = partials + 2 * t * channels + c;
      const double delta = partial[0] - mean;
      mean += delta * n / (count + n);
      deviation += partial[channels] + delta * delta * count * n / (count + n);
      count += n;
    }
    moments.mean[c] = static_cast<float>(mean);
    moments.variance[c] = static_cast<float>(deviation / count);
  }
}

}  // namespace unet::cpu
