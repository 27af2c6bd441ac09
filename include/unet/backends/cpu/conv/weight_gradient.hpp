// Backward-weights of all convolutions: products of packed tiles of input and gradient, summed over pixels.
#pragma once
#include <vector>

#include "unet/backends/cpu/conv/amx/weight_gradient.hpp"
#include "unet/backends/cpu/conv/pack.hpp"
#include "unet/backends/cpu/conv/tiling.hpp"
#include "unet/backends/cpu/threads/scratch.hpp"
#include "unet/backends/cpu/threads/tasks.hpp"

namespace unet::cpu {

/// Adds one tile: sum[tap][c][o] += over pixels (i, j) of x[i * x_row + j * k + tap[t] + c] * dz[(i * width + j) * columns + o],
/// c < k, o < columns. `columns` is a multiple of the register width; sum has `columns` floats a row.
struct AddWeightGradient {
  const float* x;
  Index x_row, k;
  Index tap[9];
  int taps;
  const float* dz;
  Index columns, height, width;
  float* sum;

  template <class I>
  UNET_INLINE static void run(const AddWeightGradient& g) {
    if (g.k == 1 && g.taps == 9) return one_input<I>(g);
    for (int t = 0; t < g.taps; ++t) {
      Index o = 0;
      for (; o + 2 * I::width <= g.columns; o += 2 * I::width) inputs<I, 2>(g, t, o);
      if (o < g.columns) inputs<I, 1>(g, t, o);
    }
  }

 private:
  /// All taps of one input channel at a time: each gradient is then read once, and no sum waits for its last product.
  template <class I>
  UNET_INLINE static void one_input(const AddWeightGradient& g) {
    Index o = 0;
    if constexpr (I::rows > 8)  // there are registers for so many sums
      for (; o + 2 * I::width <= g.columns; o += 2 * I::width) all_taps<I, 2>(g, o);
    for (; o < g.columns; o += I::width) all_taps<I, 1>(g, o);
  }
  template <class I, int Registers>
  UNET_INLINE static void all_taps(const AddWeightGradient& g, Index o) {
    Lanes<I> sum[9][Registers] = {};
    for (Index i = 0; i < g.height; ++i) {
      const float* const x[3] = {g.x + i * g.x_row + g.tap[0], g.x + i * g.x_row + g.tap[3],
                                 g.x + i * g.x_row + g.tap[6]};
      const float* dz = g.dz + i * g.width * g.columns + o;
      for (Index j = 0; j < g.width; ++j, dz += g.columns) {
        Lanes<I> gradient[Registers];
#pragma GCC unroll 2
        for (int v = 0; v < Registers; ++v) load(gradient[v], dz + v * I::width);
#pragma GCC unroll 9
        for (int t = 0; t < 9; ++t)
#pragma GCC unroll 2
          for (int v = 0; v < Registers; ++v) sum[t][v] += x[t / 3][j + t % 3] * gradient[v];
      }
    }
#pragma GCC unroll 9
    for (int t = 0; t < 9; ++t)
#pragma GCC unroll 2
      for (int v = 0; v < Registers; ++v) add_to(g.sum + t * g.columns + o + v * I::width, sum[t][v]);
  }
  template <class V>
  UNET_INLINE static void add_to(float* target, const V& sum) {
    V before;
    load(before, target);
    before += sum;
    store(target, before);
  }

  template <class I, int Registers>
  UNET_INLINE static void inputs(const AddWeightGradient& g, int t, Index o) {
    Index c = 0;
    for (; c + I::rows <= g.k; c += I::rows) block<I, I::rows, Registers>(g, t, c, o);
    if constexpr (I::rows > 8)
      for (; c + 8 <= g.k; c += 8) block<I, 8, Registers>(g, t, c, o);
    for (; c + 4 <= g.k; c += 4) block<I, 4, Registers>(g, t, c, o);
    for (; c < g.k; ++c) block<I, 1, Registers>(g, t, c, o);
  }

  /// Inputs c .. c + Rows - 1 and Registers registers of outputs from o on.
  template <class I, int Rows, int Registers>
  UNET_INLINE static void block(const AddWeightGradient& g, int t, Index c, Index o) {
    float* const target = g.sum + (t * g.k + c) * g.columns + o;
    // The tile's own sum, added to the others' at the end: small sums of small sums lose less than one long sum.
    Lanes<I> sum[Rows][Registers] = {};
    for (Index i = 0; i < g.height; ++i) {
      const float* x = g.x + i * g.x_row + g.tap[t] + c;
      const float* dz = g.dz + i * g.width * g.columns + o;
      for (Index j = 0; j < g.width; ++j, x += g.k, dz += g.columns) {
        Lanes<I> gradient[Registers];
#pragma GCC unroll 2
        for (int v = 0; v < Registers; ++v) load(gradient[v], dz + v * I::width);
#pragma GCC unroll 12
        for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 2
          for (int v = 0; v < Registers; ++v) sum[r][v] += x[r] * gradient[v];
      }
    }
#pragma GCC unroll 12
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 2
      for (int v = 0; v < Registers; ++v) add_to(target + r * g.columns + v * I::width, sum[r][v]);
  }
};

/// Column sums of a packed tile, added in double.
struct AddColumnSums {
  template <class I>
  UNET_INLINE static void run(const float* dz, Index pixels, Index columns, double* sums) {
    for (Index o = 0; o < columns; o += I::width) {
      Lanes<I> sum[2] = {}, v;
      Index p = 0;
      for (; p + 2 <= pixels; p += 2) {
        load(v, dz + p * columns + o);
        sum[0] += v;
        load(v, dz + (p + 1) * columns + o);
        sum[1] += v;
      }
      if (p < pixels) {
        load(v, dz + p * columns + o);
        sum[0] += v;
      }
      sum[0] += sum[1];
      float values[I::width];
      store(values, sum[0]);
      for (int i = 0; i < I::width; ++i) sums[o + i] += static_cast<double>(values[i]);
    }
  }
};

/// dw[tap][in][out] and, unless null, dbias[out] of a convolution with `taps` = (2 halo + 1)^2 taps, "same" padding. Both
/// overwritten.
///
/// The output channels are cut into ranges and the tiles into chunks; one task sums one range over one chunk, into memory
/// of its own in float, and the chunks' sums are added in order in double. Registers: AMX's, or void for the kernel above.
template <class Registers = void, class T>
void weight_gradient(const Input<T, float>& x, View<const T> dz, Index halo, float* dw, float* dbias) {
  constexpr Index range = 64, partial_bytes = 16 * 1024 * 1024, most_chunks = 32;
  constexpr bool by_amx = !std::is_void_v<Registers>;
  const Index out = dz.shape.c, kernel = 2 * halo + 1, taps = kernel * kernel;
  const Index width = by_amx ? amx::block : current_width(), padded = (out + width - 1) / width * width;
  const Index channels = x.shape().c, in = by_amx ? amx::whole_blocks(channels) : channels;
  const Index ranges = (padded + range - 1) / range;
  const Tiling tiling(dz.shape, (in + std::min(padded, range)) / (by_amx && amx::terms<T> == 1 ? 2 : 1), halo);
  const Index each = taps * in * padded;
  const Index chunks =
      std::clamp<Index>(partial_bytes / (each * Index{sizeof(float)}), 1, std::min(tiling.count(), most_chunks));
  float* const partials = scratch<shared_partials>(chunks * each);
  std::vector<double> bias_sums(static_cast<std::size_t>(chunks * padded));

  parallel_tasks(chunks * ranges, [&](Index task) {
    const Index chunk = task / ranges, first = task % ranges * range, columns = std::min(range, padded - first);
    float* const sum = partials + chunk * each + taps * in * first;  // [range][tap][in][columns]
    std::fill_n(sum, taps * in * columns, 0.0f);
    const Input<T, float> gradient{{{dz.channels(first, std::min(columns, out - first))}, {}}, 1};
    for (Index t = tiling.count() * chunk / chunks; t < tiling.count() * (chunk + 1) / chunks; ++t) {
      const Tile tile = tiling[t];
      float* const packed_dz = scratch<tile_gradient>(tile.height * tile.width * columns);
      if constexpr (by_amx) {
        amx::TileOfGradient<T>(tile, in, columns).template add<Registers>(x, gradient, sum);
        dispatch<PackTile>(gradient, tile.n, tile.y, tile.x, tile.height, tile.width, packed_dz, columns);
      } else {
        const Index wide = tile.width + 2 * halo;
        float* const packed_x = scratch<tile_input>((tile.height + 2 * halo) * wide * in);
        dispatch<PackTile>(x, tile.n, tile.y - halo, tile.x - halo, tile.height + 2 * halo, wide, packed_x, in);
        dispatch<PackTile>(gradient, tile.n, tile.y, tile.x, tile.height, tile.width, packed_dz, columns);
        AddWeightGradient g{packed_x,  wide * in, in,          {},         static_cast<int>(taps),
                            packed_dz, columns,   tile.height, tile.width, sum};
        for (Index q = 0; q < taps; ++q) g.tap[q] = (q / kernel * wide + q % kernel) * in;
        dispatch<AddWeightGradient>(g);
      }
      dispatch<AddColumnSums>(packed_dz, tile.height * tile.width, columns, bias_sums.data() + chunk * padded + first);
    }
  });

  parallel_tasks(taps * ranges, [&](Index task) {
    const Index tap = task / ranges, first = task % ranges * range, columns = std::min(range, padded - first);
    for (Index c = 0; c < channels; ++c)
      for (Index o = 0; o < std::min(columns, out - first); ++o) {
        const float* const partial = partials + taps * in * first + (tap * in + c) * columns + o;
        double sum = 0;
        for (Index chunk = 0; chunk < chunks; ++chunk) sum += static_cast<double>(partial[chunk * each]);
        dw[(tap * channels + c) * out + first + o] = static_cast<float>(sum);
      }
  });
  for (Index o = 0; dbias && o < out; ++o) {
    double sum = 0;
    for (Index chunk = 0; chunk < chunks; ++chunk) sum += bias_sums[static_cast<std::size_t>(chunk * padded + o)];
    dbias[o] = static_cast<float>(sum);
  }
}

}  // namespace unet::cpu
