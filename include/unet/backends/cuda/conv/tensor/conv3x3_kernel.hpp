// 3x3 convolution as an implicit product on tensor cores.
//
// A block makes 16 x 16 pixels times Columns channels. Input channels come in chunks of 64 bytes a pixel: the 18 x 18 pixels of
// the tile and its halo are loaded once for a chunk and serve all nine taps. Weights come three taps, one kernel column, a step.
// With the column fixed, the input fragment of image row r serves the output rows r, r - 1 and r - 2: 6 loads of inputs instead of
// 12 for 48 products.
#pragma once
#include "unet/backends/cuda/conv/tensor/output_tile.hpp"
#include "unet/backends/cuda/conv/tensor/packing.hpp"
#include "unet/backends/cuda/conv/tensor/tile_loader.hpp"

namespace unet::cuda::tensor {

/// Tiles of packed weights: [block][chunk][kernel column], each with the column's three taps.
struct Conv3x3Order {
  int blocks, chunks;
  static constexpr int groups = 3;
  __host__ __device__ int tiles() const { return 3 * blocks * chunks; }
  __device__ TilePlace at(int tile, int group) const {
    return {3 * group + tile % 3, tile / 3 % chunks, tile / 3 / chunks};
  }
};

template <class T>
struct Conv3x3 {
  Maps<const T> x;
  const char* weights;
  int top, left;      ///< padding
  bool border_cases;  ///< whether there is a bias for each of BorderCases
  Output<T> to;
};

template <class T, int Columns>
struct Conv3x3Tile {
  using Grid = WarpGrid<Columns>;
  static constexpr int halo_side = tile_side + 2, stages = 3;  // of weights; two of inputs
  static constexpr int input_bytes = halo_side * halo_pitch * chunk_bytes, weight_bytes = 3 * Columns * chunk_bytes;
  static constexpr int pipeline_bytes = 2 * input_bytes + stages * weight_bytes;
  static constexpr int shared_bytes =
      pipeline_bytes > OutputTile<T, Columns>::shared_bytes ? pipeline_bytes : OutputTile<T, Columns>::shared_bytes;
};

template <class T, int Columns, Loading How>
__global__ void __launch_bounds__(WarpGrid<Columns>::threads, WarpGrid<Columns>::blocks_each(How))
    conv3x3_kernel(const __grid_constant__ Conv3x3<T> a) {
  using Tile = Conv3x3Tile<T, Columns>;
  using Grid = WarpGrid<Columns>;
  using Rows = MatrixRows<4>;
  using Loader = TileLoader<T, Tile::halo_side, Tile::halo_side, halo_pitch, Rows, 4, Grid::threads, How>;
  char* const shared = dynamic_shared();
  const int thread = static_cast<int>(threadIdx.x), lane = thread % 32, warp = thread / 32;
  const OutputPlace place = place_of_tile(a.to.y, static_cast<int>(blockIdx.x), static_cast<int>(blockIdx.y) * Columns);
  const Corner corner{place.n, place.y - a.top, place.x - a.left};
  const int steps = 3 * ((a.x.channels() + chunk<T> - 1) / chunk<T>);
  const char* next_weights = a.weights + static_cast<Index>(blockIdx.y) * steps * Tile::weight_bytes + 16 * thread;

  const auto input_tile = [&](int c) { return shared + c % 2 * Tile::input_bytes; };
  const auto weight_tile = [&](int s) {
    return shared + 2 * Tile::input_bytes + s % Tile::stages * Tile::weight_bytes;
  };
  const auto issue = [&](int s) {  // one group of copies for each step, empty after the last
    if (s < steps) {
      if (s % 3 == 0) Loader::issue(input_tile(s / 3), a.x, corner, s / 3 * chunk<T>);
#pragma unroll
      for (int at = 0; at < Tile::weight_bytes; at += 16 * Grid::threads)
        if (Tile::weight_bytes % (16 * Grid::threads) == 0 || at + 16 * thread < Tile::weight_bytes)
          cp_async16(weight_tile(s) + at + 16 * thread, next_weights + at, true);
      next_weights += Tile::weight_bytes;
    }
    cp_async_commit();
  };

  // Where this lane's row of a matrix lies; the rest of the address is constant.
  constexpr int image_row = halo_pitch * chunk_bytes;
  const int weight_lane = Rows::at(warp / Grid::rows * 32 + lane % 8 + lane / 16 * 8, lane / 8 % 2);

  WarpSums sum = {};
  for (int s = 0; s < Tile::stages - 1; ++s) issue(s);
  for (int s = 0; s < steps; ++s) {
    cp_async_wait<Tile::stages - 2>();
    if (s % 3 == 0) Loader::transform(input_tile(s / 3), a.x, corner, s / 3 * chunk<T>);
    __syncthreads();  // this step's operands are there, and all threads are done with the step before
    issue(s + Tile::stages - 1);

    const char* const inputs = input_tile(s / 3) + warp % Grid::rows * 4 * image_row;
    const char* const taps = weight_tile(s);
    const int input_lane = Rows::at(s % 3 + lane % 16, lane / 16);
#pragma unroll
    for (int half = 0; half < 2; ++half) {  // 32 bytes of input channels
      std::uint32_t rows[6][4];
#pragma unroll
      for (int r = 0; r < 6; ++r) ldmatrix_x4(rows[r], inputs + (input_lane ^ (r + half) % 2 * 32) + r * image_row);
#pragma unroll
      for (int k = 0; k < 3; ++k)
#pragma unroll
        for (int pair = 0; pair < 2; ++pair) {  // 16 output channels
          std::uint32_t b[4];
          ldmatrix_x4(b, taps + (weight_lane ^ half * 32) + (k * Columns + pair * 16) * chunk_bytes);
#pragma unroll
          for (int i = 0; i < 4; ++i) {
            mma<T>(sum[i][2 * pair], rows[i + k], b);
            mma<T>(sum[i][2 * pair + 1], rows[i + k], b + 2);
          }
        }
    }
  }
  cp_async_wait<0>();
  __syncthreads();  // the pipeline's memory becomes the output's

  OutputTile<T, Columns>::finish(sum, a.to, place, shared, [&](int y, int x) {
    if (!a.border_cases) return 0;
    return int{y < a.top} | int{y + 2 - a.top >= a.x.h} << 1 | int{x < a.left} << 2 | int{x + 2 - a.left >= a.x.w} << 3;
  });
}

/// All output channels of all pixels, by blocks of Columns.
template <class T, int Columns>
void conv3x3(Context& context, const char* name, const Conv3x3<T>& conv, bool aligned) {
  with_loading(aligned, [&](auto how) {
    launch(context, name,
           {dim3(static_cast<unsigned>(tiles_of(conv.to.y)), blocks(conv.to.y.channels(), Columns)),
            WarpGrid<Columns>::threads, Conv3x3Tile<T, Columns>::shared_bytes},
           conv3x3_kernel<T, Columns, how()>, conv);
  });
}

}  // namespace unet::cuda::tensor
