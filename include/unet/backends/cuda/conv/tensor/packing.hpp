// Weights in the order in which products use them: tiles of Columns output channels times 64 bytes of input channels, placed as
// shared memory wants them, so that loading one is copying.
#pragma once
#include "unet/backends/cuda/conv/tensor/maps.hpp"
#include "unet/backends/cuda/conv/tensor/operand.hpp"
#include "unet/backends/cuda/conv/tensor/swizzle.hpp"

namespace unet::cuda::tensor {

inline constexpr int chunk_bytes = 64;
/// Input channels of a tile.
template <class T>
inline constexpr int chunk = chunk_bytes / static_cast<int>(sizeof(T));
template <class T>
int chunks_of(int channels) {
  return rounded_up(channels, chunk<T>) / chunk<T>;
}

/// How weights [tap][in][out] are seen by a product that reads `in` channels and makes `out`: as they are, or, for backward-data,
/// with in and out exchanged; then those of 3x3 are rotated by 180 degrees as well.
struct WeightSource {
  const float* w;
  int in, out;
  bool exchanged = false, rotated = false;
  const float* scale[2] = {};  ///< of the input's parts, to be folded in, or null
  int first = 0;               ///< channels of the first part, 0: there is but one

  __device__ float at(int tap, int c, int o) const {
    const Index of_tap = static_cast<Index>(rotated ? 8 - tap : tap) * in * out;
    return w[of_tap + (exchanged ? static_cast<Index>(o) * in + c : static_cast<Index>(c) * out + o)];
  }
  /// The factor, shift or mean (null: `otherwise`) of an input channel.
  __device__ float of_channel(const float* const (&values)[2], int c, float otherwise) const {
    const bool second = first > 0 && c >= first;
    const float* const from = second ? values[1] : values[0];
    return from ? from[second ? c - first : c] : otherwise;
  }
  __device__ float scaled(int tap, int c, int o) const { return at(tap, c, o) * of_channel(scale, c, 1); }
};

/// Which tap, chunk of input channels and block of output channels is in group `group` of tile `tile`.
struct TilePlace {
  int tap, chunk, block;
};

/// 16 bytes a thread; neighbouring threads have neighbouring output channels, which are neighbours in the source as well.
template <class T, int Columns, class Order>
__global__ void __launch_bounds__(256) pack_kernel(WeightSource source, Order order, char* packed, int units) {
  const int index = static_cast<int>(blockIdx.x * 256 + threadIdx.x);
  if (index >= units) return;
  const int n = index % Columns, u = index / Columns % 4, row = index / Columns / 4;
  const int group = row % Order::groups, tile = row / Order::groups;
  const TilePlace place = order.at(tile, group);
  const int c = place.chunk * chunk<T> + u * unit<T>, o = place.block * Columns + n;
  float values[unit<T>];
#pragma unroll
  for (int e = 0; e < unit<T>; ++e)
    values[e] = c + e < source.in && o < source.out ? source.scaled(place.tap, c + e, o) : 0;
  char* const to = packed + static_cast<Index>(tile) * Order::groups * Columns * chunk_bytes;
  *reinterpret_cast<Words*>(to + MatrixRows<4>::at(group * Columns + n, u)) = pack<T>(values);
}

/// Order: groups, tiles(), and at(tile, group) as a TilePlace.
template <int Columns, class Order>
Index packed_bytes(const Order& order) {
  return static_cast<Index>(order.tiles()) * Order::groups * Columns * chunk_bytes;
}
template <class T, int Columns, class Order>
void pack_weights(Context& context, const WeightSource& source, const Order& order, char* packed) {
  const int units = static_cast<int>(packed_bytes<Columns>(order) / 16);
  launch(context, "packing weights", {dim3(blocks(units, 256))}, pack_kernel<T, Columns, Order>, source, order, packed,
         units);
}

}  // namespace unet::cuda::tensor
