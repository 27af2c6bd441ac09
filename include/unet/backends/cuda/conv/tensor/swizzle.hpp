// Places in shared memory of rows (pixels, output channels) of `Units` times 16 bytes, so that what is read at once lies in
// different banks: the unit's number, exclusive-or bits of the row's.
//
// Tiles of images with a halo have 20 pixels a row, of which 18 are used: going down a row of the image then flips at most one
// bit, so that addresses are a base, perhaps ^ 32, plus a constant, and need no arithmetic in the inner loop.
#pragma once
#include <cuda_runtime.h>

namespace unet::cuda::tensor {

inline constexpr int halo_pitch = 20;

/// For ldmatrix: a unit of any 8 consecutive rows.
template <int Units>
struct MatrixRows {
  static_assert(Units == 4 || Units == 8);
  __host__ __device__ static constexpr int at(int row, int unit) {
    return (row * Units + (unit ^ (Units == 4 ? row >> 1 & 3 : row & 7))) * 16;
  }
};

/// For loads of single floats: 8 consecutive channels from each of 4 consecutive rows.
template <int Units>
struct FloatRows {
  static_assert(Units == 8 || Units == 16);
  __host__ __device__ static constexpr int at(int row, int unit) { return (row * Units + (unit ^ (row & 3) * 2)) * 16; }
};

}  // namespace unet::cuda::tensor
