// Convolutions as one product C = A B of matrices that exist only as functions, on CUDA cores in float: for any shape. Tensor cores
// do what they can faster; this does the rest, and everything in strict float.
#pragma once
#include "unet/backends/cuda/device/number.hpp"
#include "unet/backends/cuda/runtime/launch.hpp"

namespace unet::cuda {

/// A block makes 64 x 64 of C, a thread 4 x 4, 16 terms at a time from shared memory.
struct ProductTile {
  static constexpr int size = 64, depth = 16, threads = 256, each = 4, pitch = size + 4;
  static constexpr int shared_bytes = 2 * depth * pitch * static_cast<int>(sizeof(float));
};

/// Operands: rows, columns and terms of the product; a(row, k) and b(k, column) on the device, whose arguments are within them;
/// store(row, column, share, sum). Terms are shared out over blockIdx.z, `terms_each` to a share; within one they are added in their
/// order, whatever else is computed.
template <class Operands>
__global__ void __launch_bounds__(ProductTile::threads) product_kernel(Operands operands, int terms_each) {
  using Tile = ProductTile;
  float* const a_tile = reinterpret_cast<float*>(dynamic_shared());  // [depth][pitch]
  float* const b_tile = a_tile + Tile::depth * Tile::pitch;
  const int thread = static_cast<int>(threadIdx.x), thread_row = thread / 16, thread_column = thread % 16;
  const int row0 = static_cast<int>(blockIdx.x) * Tile::size, column0 = static_cast<int>(blockIdx.y) * Tile::size;
  const int begin = static_cast<int>(blockIdx.z) * terms_each, end = min(begin + terms_each, operands.terms);

  float sum[Tile::each][Tile::each] = {};
  for (int k0 = begin; k0 < end; k0 += Tile::depth) {
    for (int i = thread; i < Tile::size * Tile::depth; i += Tile::threads) {
      // Neighbouring threads load neighbours in memory: channels, which are terms of A and columns of B.
      const int ak = i % Tile::depth, ar = i / Tile::depth, bc = i % Tile::size, bk = i / Tile::size;
      const bool in_a = row0 + ar < operands.rows && k0 + ak < end,
                 in_b = column0 + bc < operands.columns && k0 + bk < end;
      shared_store(a_tile + ak * Tile::pitch + ar, in_a ? operands.a(row0 + ar, k0 + ak) : 0.0f);
      shared_store(b_tile + bk * Tile::pitch + bc, in_b ? operands.b(k0 + bk, column0 + bc) : 0.0f);
    }
    __syncthreads();
    for (int k = 0; k < Tile::depth && k0 + k < end; ++k) {
      const float4 a = shared_load<float4>(a_tile + k * Tile::pitch + thread_row * Tile::each);
      const float4 b = shared_load<float4>(b_tile + k * Tile::pitch + thread_column * Tile::each);
      const float rows[4] = {a.x, a.y, a.z, a.w}, columns[4] = {b.x, b.y, b.z, b.w};
#pragma unroll
      for (int i = 0; i < Tile::each; ++i)
#pragma unroll
        for (int j = 0; j < Tile::each; ++j) sum[i][j] = fmaf(rows[i], columns[j], sum[i][j]);
    }
    __syncthreads();
  }
#pragma unroll
  for (int i = 0; i < Tile::each; ++i)
#pragma unroll
    for (int j = 0; j < Tile::each; ++j) {
      const int row = row0 + thread_row * Tile::each + i, column = column0 + thread_column * Tile::each + j;
      if (row < operands.rows && column < operands.columns)
        operands.store(row, column, static_cast<int>(blockIdx.z), sum[i][j]);
    }
}

template <class Operands>
void product(Context& context, const char* name, const Operands& operands, int terms_each, int shares = 1) {
  launch(context, name,
         {dim3(blocks(operands.rows, ProductTile::size), blocks(operands.columns, ProductTile::size),
               static_cast<unsigned>(shares)),
          ProductTile::threads, ProductTile::shared_bytes},
         product_kernel<Operands>, operands, terms_each);
}

}  // namespace unet::cuda
