// Fragments of products whose terms are pixels: maps lie in shared memory with channels side by side, so both operands have to be
// transposed on the way to registers. ldmatrix does that for bf16; it can not for floats, which are read one by one.
#pragma once
#include "unet/backends/cuda/conv/tensor/operand.hpp"
#include "unet/backends/cuda/conv/tensor/swizzle.hpp"

namespace unet::cuda::tensor {

/// Pixels of Units times 16 bytes. row_lane() and column_lane() say where a lane reads a fragment at the tile's first pixels; that
/// of other pixels, multiples of 8, lies by constants further (see swizzle.hpp for halo_pitch), that of the next 16 channels at
/// the same address ^ sixteen.
template <class T, int Units>
struct Terms {
  using Rows = MatrixRows<Units>;
  static constexpr int pixels = 16, pixel_bytes = Units * 16, sixteen = 32;  ///< of a product; of a pixel
  static constexpr std::uint32_t one = 0x3f803f80;

  /// Where this lane reads 16 rows (channels) of A, of pixels from `pixel` on.
  __device__ static int row_lane(int lane, int pixel, int channel) {
    return Rows::at(pixel + lane % 8 + lane / 16 * 8, channel / 8 + lane / 8 % 2);
  }
  __device__ static void load_rows(std::uint32_t (&a)[4], const char* tile, int lane_at) {
    ldmatrix_x4_trans(a, tile + lane_at);
  }
  /// The same for 16 columns of B: two fragments of 8.
  __device__ static int column_lane(int lane, int channel) { return Rows::at(lane % 16, channel / 8 + lane / 16); }
  __device__ static void load_columns(std::uint32_t (&b)[4], const char* tile, int lane_at) {
    ldmatrix_x4_trans(b, tile + lane_at);
  }
};

template <int Units>
struct Terms<float, Units> {
  using Rows = FloatRows<Units>;
  static constexpr int pixels = 8, pixel_bytes = Units * 16, sixteen = 64;
  static constexpr std::uint32_t one = 0x3f800000;

  __device__ static int row_lane(int lane, int pixel, int channel) {
    return Rows::at(pixel + lane % 4, channel / 4 + lane / 16) + lane / 4 % 4 * 4;
  }
  __device__ static void load_rows(std::uint32_t (&a)[4], const char* tile, int lane_at) {
#pragma unroll
    for (int r = 0; r < 4; ++r)
      a[r] = shared_load<std::uint32_t>(tile + (lane_at ^ r % 2 * 32) + r / 2 * 4 * pixel_bytes);
  }
  __device__ static int column_lane(int lane, int channel) { return row_lane(lane, 0, channel); }
  __device__ static void load_columns(std::uint32_t (&b)[4], const char* tile, int lane_at) {
#pragma unroll
    for (int r = 0; r < 4; ++r)
      b[r] = shared_load<std::uint32_t>(tile + (lane_at ^ r / 2 * 32) + r % 2 * 4 * pixel_bytes);
  }
};

}  // namespace unet::cuda::tensor
