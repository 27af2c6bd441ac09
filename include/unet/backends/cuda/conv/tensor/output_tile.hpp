// The end of a product: 16 x 16 pixels times Columns channels of sums, spread over the registers of a block, become values of a map.
#pragma once
#include "unet/backends/cuda/conv/tensor/maps.hpp"
#include "unet/backends/cuda/conv/tensor/operand.hpp"
#include "unet/backends/cuda/conv/tensor/spread.hpp"
#include "unet/backends/cuda/conv/tensor/tile_loader.hpp"
#include "unet/backends/cuda/device/source.hpp"

namespace unet::cuda::tensor {

inline constexpr int tile_side = 16;

/// Blocks of these products: a warp owns 4 rows of 16 pixels times 32 channels, as sum[row][8 channels][fragment].
template <int Columns>
struct WarpGrid {
  static constexpr int rows = 4, columns = Columns / 32, threads = 32 * rows * columns;
  /// Blocks that a multiprocessor has registers for.
  static constexpr int blocks_each(Loading how) { return how == Loading::elements ? 1 : Columns == 32 ? 3 : 2; }
};
using WarpSums = float[4][4][4];

/// Tiles of all images of a map.
template <class T>
__host__ __device__ int tiles_of(const Maps<T>& y) {
  return y.n * ((y.h + tile_side - 1) / tile_side) * ((y.w + tile_side - 1) / tile_side);
}
struct OutputPlace {
  int n, y, x;  ///< of the tile's upper left pixel
  int first;    ///< channel
};
template <class T>
__device__ OutputPlace place_of_tile(const Maps<T>& y, int tile, int first) {
  const int across = (y.w + tile_side - 1) / tile_side, down = (y.h + tile_side - 1) / tile_side;
  return {tile / across / down, tile / across % down * tile_side, tile % across * tile_side, first};
}

/// Where values go, and what is done to them before.
template <class T>
struct Output {
  Maps<T> y;
  const float* bias = nullptr;  ///< for each channel, or null
  bool relu = false;
  bool accumulate = false, aligned = false;
  Spread* spreads = nullptr;  ///< [tile][channel] of the values as they are stored, or null
};

template <class T, int Columns>
struct OutputTile {
  /// A finished tile's rows in shared memory, padded against bank conflicts. Behind them are the spreads of each row of warps.
  static constexpr int row_bytes = Columns * static_cast<int>(sizeof(T)) + 16;
  static constexpr int values_bytes = tile_side * tile_side * row_bytes;
  static constexpr int shared_bytes =
      values_bytes + WarpGrid<Columns>::rows * Columns * static_cast<int>(sizeof(Spread));

  /// bias_case(y, x): which of the biases, if there are several. Nobody may use the block's shared memory any more; `offset`, in
  /// elements, is added to addresses.
  template <class BiasCase>
  __device__ static void finish(WarpSums& sum, const Output<T>& to, const OutputPlace& place, char* shared,
                                const BiasCase& bias_case, Index offset = 0) {
    const Lane lane;
    to_values(sum, to, place, shared, bias_case, lane);
    Spread* const spreads = reinterpret_cast<Spread*>(shared + values_bytes);
    if (to.spreads) spreads_of_warps(sum, to, place, spreads, lane);
    __syncthreads();
    if (to.spreads) spreads_of_tile(to, place, spreads);
    store(to, place, shared, offset);
  }

 private:
  using Grid = WarpGrid<Columns>;
  /// A fragment's values: pixels `group` and `group` + 8 of a row, channels 2 t and 2 t + 1 of eight.
  struct Lane {
    int warp_row = static_cast<int>(threadIdx.x) / 32 % Grid::rows,
        first = static_cast<int>(threadIdx.x) / 32 / Grid::rows * 32;
    int group = static_cast<int>(threadIdx.x) % 32 / 4, t = static_cast<int>(threadIdx.x) % 4;
  };

  template <class BiasCase>
  __device__ static void to_values(WarpSums& sum, const Output<T>& to, const OutputPlace& place, char* shared,
                                   const BiasCase& bias_case, const Lane& lane) {
    const int out = to.y.channels();
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      const int n = lane.first + j * 8 + 2 * lane.t;
#pragma unroll
      for (int i = 0; i < 4; ++i)
#pragma unroll
        for (int h = 0; h < 2; ++h) {
          const int row = lane.warp_row * 4 + i, column = lane.group + 8 * h;
          float* const v = &sum[i][j][2 * h];
          if (to.bias) {
            const float* const bias = to.bias + bias_case(place.y + row, place.x + column) * out + place.first + n;
#pragma unroll
            for (int e = 0; e < 2; ++e)
              if (place.first + n + e < out) v[e] += bias[e];
          }
#pragma unroll
          for (int e = 0; e < 2; ++e)
            if (to.relu) v[e] = relu(v[e]);
          char* const at = shared + (row * tile_side + column) * row_bytes + n * static_cast<int>(sizeof(T));
          if constexpr (sizeof(T) == 2)
            shared_store(at, pack_bf16(v[0], v[1]));
          else
            shared_store(at, Vector<float, 2>{{v[0], v[1]}});
        }
    }
  }

  __device__ static void spreads_of_warps(const WarpSums& sum, const Output<T>& to, const OutputPlace& place,
                                          Spread* spreads, const Lane& lane) {
    const int rows = min(max(to.y.h - place.y - lane.warp_row * 4, 0), 4), columns = min(to.y.w - place.x, tile_side);
    const float count = static_cast<float>(rows * columns);
#pragma unroll
    for (int j = 0; j < 4; ++j)
#pragma unroll
      for (int e = 0; e < 2; ++e) {
        const auto over_pixels = [&](const auto& term) {
          float total = 0;
#pragma unroll
          for (int i = 0; i < 4; ++i)
#pragma unroll
            for (int h = 0; h < 2; ++h)
              if (i < rows && lane.group + 8 * h < columns) total += term(to_float(to_stored<T>(sum[i][j][2 * h + e])));
#pragma unroll
          for (int bit = 4; bit < 32; bit *= 2) total += __shfl_xor_sync(~0u, total, bit);
          return total;
        };
        const float mean = over_pixels([](float v) { return v; }) / fmaxf(count, 1);
        const float m2 = over_pixels([&](float v) { return (v - mean) * (v - mean); });
        if (lane.group == 0)
          store_spread(spreads + lane.warp_row * Columns + lane.first + j * 8 + 2 * lane.t + e, {count, mean, m2});
      }
  }

  __device__ static void spreads_of_tile(const Output<T>& to, const OutputPlace& place, const Spread* spreads) {
    const int n = static_cast<int>(threadIdx.x), out = to.y.channels();
    if (n >= Columns || place.first + n >= out) return;
    Spread all = {0, 0, 0};
    for (int row = 0; row < Grid::rows; ++row) all = combine(all, load_spread(spreads + row * Columns + n));
    to.spreads[static_cast<Index>(blockIdx.x) * out + place.first + n] = all;
  }

  __device__ static void store(const Output<T>& to, const OutputPlace& place, const char* shared, Index offset) {
    constexpr int units = Columns / unit<T>;
    const int out = to.y.channels();
    for (int index = static_cast<int>(threadIdx.x); index < tile_side * tile_side * units; index += Grid::threads) {
      const int p = index / units, u = index % units, c = place.first + u * unit<T>;
      const int y = place.y + p / tile_side, x = place.x + p % tile_side;
      if (y >= to.y.h || x >= to.y.w || c >= out) continue;
      const auto values = shared_load<Vector<T, unit<T>>>(shared + p * row_bytes + u * 16);
      if (to.aligned)
        store_unit(to, place.n, y, x, c, values, offset);
      else
        for (int e = 0; e < unit<T> && c + e < out; ++e)
          store_element(to, place.n, y, x, c + e, values.values[e], offset);
    }
  }
  __device__ static void store_unit(const Output<T>& to, int n, int y, int x, int c, Vector<T, unit<T>> values,
                                    Index offset) {
    const Map<T>& part = to.y.part(c);
    auto* const at = reinterpret_cast<Vector<T, unit<T>>*>(part.at(n, y, x, c) + offset);
    if (to.accumulate) {
      const Vector<T, unit<T>> before = *at;
#pragma unroll
      for (int e = 0; e < unit<T>; ++e)
        values.values[e] = to_stored<T>(to_float(before.values[e]) + to_float(values.values[e]));
    }
    *at = values;
  }
  __device__ static void store_element(const Output<T>& to, int n, int y, int x, int c, T value, Index offset) {
    const Map<T>& part = to.y.part(c);
    T* const at = part.at(n, y, x, c) + offset;
    *at = to.accumulate ? to_stored<T>(to_float(*at) + to_float(value)) : value;
  }
};

}  // namespace unet::cuda::tensor
