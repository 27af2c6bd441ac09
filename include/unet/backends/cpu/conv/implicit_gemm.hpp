// The product behind all forward and backward-data convolutions: each output pixel gathers `taps` runs of k channels from
// a packed tile and multiplies them with packed weights.
#pragma once
#include "unet/backends/cpu/conv/past_cache.hpp"
#include "unet/backends/cpu/conv/tiling.hpp"
#include "unet/backends/cpu/isa/lanes.hpp"
#include "unet/backends/operands.hpp"

namespace unet::cpu {

/// One tile's product. Output pixel (i, j) of the tile, channel o, is
///   sum over tap t and c < k of packed[(i * row + j * pixel) + tap[t] + c] * weight(t, c, o),
/// in this order, whatever block of pixels it is computed in.
template <class T>
struct ImplicitGemm {
  using isas = StoringIsas<T>;
  static constexpr int max_taps = 9;
  static constexpr int max_rows = 12;

  const float* packed;  ///< the tile's input, and memory for one pixel more, of any content
  Index row, pixel;     ///< distances in it, in floats
  Index tap[max_taps];  ///< offset of each tap
  int taps;
  Index k;               ///< channels summed over
  const float* weights;  ///< from pack_weights, of the first block
  Index block_stride;    ///< from one block's weights to the next
  Index channels;        ///< of the output
  const float* bias;     ///< or null
  bool relu;
  InputGradient<T> out;  ///< one or two maps that the output channels go to, stored or added
  bool past_cache;       ///< see goes_past_cache
  Tile tile;             ///< where in those maps

  template <class I>
  UNET_INLINE static void run(const ImplicitGemm& g) {
    if (g.channels <= I::width)
      blocks<I, 1>(g);
    else
      blocks<I, 2>(g);
    if (g.past_cache) finish_past_cache();
  }

 private:
  template <class I, int Registers>
  UNET_INLINE static void blocks(const ImplicitGemm& g) {
    constexpr Index nb = Registers * I::width;
    const float* weights = g.weights;
    for (Index first = 0; first < g.channels; first += nb, weights += g.block_stride)
      for (Index i = 0; i < g.tile.height; ++i) {
        Index j = 0;
        for (; j + I::rows <= g.tile.width; j += I::rows) pixels<I, I::rows, Registers>(g, weights, first, i, j);
        if constexpr (I::rows > 8)
          for (; j + 8 <= g.tile.width; j += 8) pixels<I, 8, Registers>(g, weights, first, i, j);
        for (; j + 4 <= g.tile.width; j += 4) pixels<I, 4, Registers>(g, weights, first, i, j);
        // The last pixel goes with one beyond it: GCC would not fuse a single chain of additions with its products when it
        // tunes for some processors, and so round it otherwise than several.
        for (; j < g.tile.width; j += 2) pixels<I, 2, Registers>(g, weights, first, i, j);
      }
  }

  /// Output pixels (i, j) .. (i, j + Rows - 1), one block of channels. Those beyond the tile are not stored.
  template <class I, int Rows, int Registers>
  UNET_INLINE static void pixels(const ImplicitGemm& g, const float* w, Index first, Index i, Index j) {
    constexpr int nb = Registers * I::width;
    Lanes<I> sum[Rows][Registers];
#pragma GCC unroll 12
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 2
      for (int v = 0; v < Registers; ++v) sum[r][v] = Lanes<I>{};

    // Two pointers, half of the pixels from each: one would take more address registers than there are.
    constexpr int half = (Rows + 1) / 2;
    const float* const tile = g.packed + i * g.row + j * g.pixel;
    for (int t = 0; t < g.taps; ++t) {
      const float* a = tile + g.tap[t];
      const float* b = a + half * g.pixel;
      for (Index c = 0; c < g.k; ++c, ++a, ++b, w += nb) {
        Lanes<I> weight[Registers];
#pragma GCC unroll 2
        for (int v = 0; v < Registers; ++v) load(weight[v], w + v * I::width);
#pragma GCC unroll 12
        for (int r = 0; r < Rows; ++r) {
          const float x = r < half ? a[r * g.pixel] : b[(r - half) * g.pixel];
#pragma GCC unroll 2
          for (int v = 0; v < Registers; ++v) sum[r][v] += x * weight[v];
        }
      }
    }

    const Index inside = std::min<Index>(Rows, g.tile.width - j);
    Index begin = 0;  // first channel of the part
    for (int p = 0; p < g.out.count; begin += g.out.parts[p++].shape.c)
      if (first >= begin && first + nb <= begin + g.out.parts[p].shape.c)
        return finish_whole<I>(g, sum, inside, g.out.parts[p], first, begin, i, j);

    float result[max_rows * nb];
#pragma GCC unroll 12
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 2
      for (int v = 0; v < Registers; ++v) store(result + r * nb + v * I::width, sum[r][v]);
    for (Index r = 0; r < inside; ++r)
      finish<I>(g, result + r * nb, first, std::min<Index>(nb, g.channels - first), i, j + r);
  }

  /// Bias, ReLU, and to one map: all channels of a block, of pixels side by side.
  template <class I, int Rows, int Registers>
  UNET_INLINE static void finish_whole(const ImplicitGemm& g, Lanes<I> (&sum)[Rows][Registers], Index inside,
                                       const View<T>& map, Index first, Index begin, Index i, Index j) {
    Lanes<I> bias[Registers] = {};  // as compilers can not see that it is read only where it was loaded
#pragma GCC unroll 2
    for (int v = 0; v < Registers; ++v)
      if (g.bias) load(bias[v], g.bias + first + v * I::width);
    T* target = map.at(g.tile.n, g.tile.y + i, g.tile.x + j) + (first - begin);
#pragma GCC unroll 12
    for (int r = 0; r < Rows; ++r, target += map.strides.w) {
      if (r >= inside) break;
#pragma GCC unroll 2
      for (int v = 0; v < Registers; ++v) {
        Lanes<I>& value = sum[r][v];
        T* const to = target + v * I::width;
        if (g.bias) value += bias[v];
        if (g.relu) keep_positive(value);
        if (g.out.accumulate) {
          Lanes<I> before;
          load(before, to);
          value += before;
        }
        if (g.past_cache)
          store_past_cache(to, value);
        else
          store_as<I>(to, value);
      }
    }
  }

  /// The same to the maps that they belong to: channels first .. first + count - 1 of one pixel.
  template <class I>
  UNET_INLINE static void finish(const ImplicitGemm& g, const float* sum, Index first, Index count, Index i, Index j) {
    Index begin = 0;  // first channel of the map
    for (int p = 0; p < g.out.count; ++p) {
      const View<T>& map = g.out.parts[p];
      const Index from = std::max(first, begin), to = std::min(first + count, begin + map.shape.c);
      T* const target = map.at(g.tile.n, g.tile.y + i, g.tile.x + j) - begin;
      for (Index c = from; c < to; c += I::width) {
        Lanes<I> v;
        load(v, sum + (c - first), to - c);
        if (g.bias) {
          Lanes<I> bias;
          load(bias, g.bias + c, to - c);
          v += bias;
        }
        if (g.relu) keep_positive(v);
        if (g.out.accumulate) {
          Lanes<I> before;
          load(before, target + c, to - c);
          v += before;
        }
        if (g.past_cache)
          store_past_cache(target + c, v);
        else
          store_as<I>(target + c, v, to - c);
      }
      begin += map.shape.c;
    }
  }
};

}  // namespace unet::cpu
