// The 2x2 transposed convolution, forward and backward-data, as products on tensor cores: of pixels times channels, where a tap is
// every second pixel of the larger map along both axes.
//
// A block makes 16 x 16 pixels times Columns channels. Forward, each tap has blocks of its own, which scatter; backward-data, taps
// are terms of the sum, gathered by the loads.
#pragma once
#include "unet/backends/cuda/conv/tensor/output_tile.hpp"
#include "unet/backends/cuda/conv/tensor/packing.hpp"
#include "unet/backends/cuda/conv/tensor/tile_loader.hpp"

namespace unet::cuda::tensor {

/// Forward, tiles of packed weights: [tap][block][chunk].
struct TapsOfOutputs {
  int blocks, chunks;
  static constexpr int groups = 1;
  __host__ __device__ int tiles() const { return 4 * blocks * chunks; }
  __device__ TilePlace at(int tile, int) const {
    return {tile / chunks / blocks, tile % chunks, tile / chunks % blocks};
  }
};
/// Backward-data: [block][tap][chunk].
struct TapsOfTerms {
  int blocks, chunks;
  static constexpr int groups = 1;
  __host__ __device__ int tiles() const { return 4 * blocks * chunks; }
  __device__ TilePlace at(int tile, int) const { return {tile / chunks % 4, tile % chunks, tile / chunks / 4}; }
};

/// Distance, in elements, of a tap's pixels from those of the first; 0 for the map that has no taps.
struct TapOffset {
  Index down = 0, across = 0;
  __device__ Index at(int tap) const { return tap / 2 * down + tap % 2 * across; }
};

template <class T>
struct UpConv {
  Maps<const T> x;  ///< as large as `to`: every second pixel where it has taps
  TapOffset x_tap, to_tap;
  int taps;        ///< of the terms: 1 or 4
  int out_blocks;  ///< of a tap of the outputs
  bool tap_cases;  ///< whether there is a bias for each tap
  const char* weights;
  Output<T> to;
};

template <class T, int Columns>
struct UpConvTile {
  static constexpr int stages = 4, input_bytes = tile_side * tile_side * chunk_bytes,
                       weight_bytes = Columns * chunk_bytes;
  static constexpr int stage_bytes = input_bytes + weight_bytes;
  static constexpr int shared_bytes = stages * stage_bytes > OutputTile<T, Columns>::shared_bytes
                                          ? stages* stage_bytes
                                          : OutputTile<T, Columns>::shared_bytes;
};

template <class T, int Columns, Loading How>
__global__ void __launch_bounds__(WarpGrid<Columns>::threads, WarpGrid<Columns>::blocks_each(How))
    up_conv_kernel(const __grid_constant__ UpConv<T> a) {
  using Tile = UpConvTile<T, Columns>;
  using Grid = WarpGrid<Columns>;
  using Rows = MatrixRows<4>;
  using Loader = TileLoader<T, tile_side, tile_side, tile_side, Rows, 4, Grid::threads, How>;
  char* const shared = dynamic_shared();
  const int thread = static_cast<int>(threadIdx.x), lane = thread % 32, warp = thread / 32;
  const int block = static_cast<int>(blockIdx.y), to_tap = block / a.out_blocks;
  const OutputPlace place = place_of_tile(a.to.y, static_cast<int>(blockIdx.x), block % a.out_blocks * Columns);
  const Corner corner{place.n, place.y, place.x};
  const int chunks = (a.x.channels() + chunk<T> - 1) / chunk<T>, steps = a.taps * chunks;
  const char* const weights = a.weights + static_cast<Index>(block) * steps * Tile::weight_bytes;

  const auto stage = [&](int s) { return shared + s % Tile::stages * Tile::stage_bytes; };
  const auto issue = [&](int s) {  // one group of copies for each step, empty after the last
    if (s < steps) {
      Loader::issue(stage(s), a.x, corner, s % chunks * chunk<T>, a.x_tap.at(s / chunks));
      const char* const from = weights + static_cast<Index>(s) * Tile::weight_bytes;
#pragma unroll
      for (int at = 16 * thread; at < Tile::weight_bytes; at += 16 * Grid::threads)
        cp_async16(stage(s) + Tile::input_bytes + at, from + at, true);
    }
    cp_async_commit();
  };

  // Where this lane's row of a matrix lies; the rest of the address is constant.
  const int input_lane = Rows::at(warp % Grid::rows * 4 * tile_side + lane % 16, lane / 16);
  const int weight_lane = Rows::at(warp / Grid::rows * 32 + lane % 8 + lane / 16 * 8, lane / 8 % 2);

  WarpSums sum = {};
  for (int s = 0; s < Tile::stages - 1; ++s) issue(s);
  for (int s = 0; s < steps; ++s) {
    cp_async_wait<Tile::stages - 2>();
    Loader::transform(stage(s), a.x, corner, s % chunks * chunk<T>);
    __syncthreads();  // this step's operands are there, and all threads are done with the step before
    issue(s + Tile::stages - 1);
#pragma unroll
    for (int half = 0; half < 2; ++half) {  // 32 bytes of input channels
      std::uint32_t rows[4][4];
#pragma unroll
      for (int r = 0; r < 4; ++r)
        ldmatrix_x4(rows[r], stage(s) + (input_lane ^ half * 32) + r * tile_side * chunk_bytes);
#pragma unroll
      for (int pair = 0; pair < 2; ++pair) {  // 16 output channels
        std::uint32_t b[4];
        ldmatrix_x4(b, stage(s) + Tile::input_bytes + (weight_lane ^ half * 32) + pair * 16 * chunk_bytes);
#pragma unroll
        for (int i = 0; i < 4; ++i) {
          mma<T>(sum[i][2 * pair], rows[i], b);
          mma<T>(sum[i][2 * pair + 1], rows[i], b + 2);
        }
      }
    }
  }
  cp_async_wait<0>();
  __syncthreads();  // the pipeline's memory becomes the output's

  OutputTile<T, Columns>::finish(
      sum, a.to, place, shared, [&](int, int) { return a.tap_cases ? to_tap : 0; }, a.to_tap.at(to_tap));
}

/// All of `blocks` blocks of Columns output channels, those of all taps together.
template <class T, int Columns>
void up_conv(Context& context, const char* name, const UpConv<T>& conv, int blocks, bool aligned) {
  with_loading(aligned, [&](auto how) {
    launch(context, name,
           {dim3(static_cast<unsigned>(tiles_of(conv.to.y)), static_cast<unsigned>(blocks)), WarpGrid<Columns>::threads,
            UpConvTile<T, Columns>::shared_bytes},
           up_conv_kernel<T, Columns, how()>, conv);
  });
}

}  // namespace unet::cuda::tensor
