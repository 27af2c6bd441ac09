// Gradient with respect to the weights of a 3x3 convolution, dw[k,l,c,o] = sum over pixels p of x[p + (k,l), c] dz[p, o], as a
// product on tensor cores whose terms are pixels.
//
// A block makes 32 input times Columns output channels of all nine taps, over a share of the tiles of 8 x 16 pixels. A warp owns one
// kernel column l and 16 output channels. It walks down the rows of x: its fragment in row r meets dz of the rows r, r - 1 and
// r - 2 (k = 0, 1, 2), which it keeps in registers: 12 products for 3 loads. Pixels outside the map are zeros, so that odd sizes
// need no care.
#pragma once
#include "unet/backends/cuda/conv/tensor/gradient_shares.hpp"
#include "unet/backends/cuda/conv/tensor/swizzle.hpp"
#include "unet/backends/cuda/conv/tensor/term_fragments.hpp"
#include "unet/backends/cuda/conv/tensor/tile_loader.hpp"

namespace unet::cuda::tensor {

template <class T>
struct WeightGradient {
  Maps<const T> x, dz;
  TermTiles tiles;
  int shares;
  float *weights, *biases;  ///< [share], each as ShareShape says; biases may be null
};

template <class T, int Columns>
struct Conv3x3WeightsTile {
  static constexpr int channels = 32, threads = 3 * 32 * Columns / 16;
  static constexpr int x_units = channels / unit<T>, dz_units = Columns / unit<T>;
  static constexpr int halo_height = TermTile::height + 2, halo_width = TermTile::width + 2;
  static constexpr int x_bytes = halo_height * halo_pitch * x_units * 16,
                       dz_bytes = TermTile::height * TermTile::width * dz_units * 16;
  static constexpr int stages = sizeof(T) == 2 ? 3 : 2, stage_bytes = x_bytes + dz_bytes,
                       shared_bytes = stages * stage_bytes;
};

template <class T, int Columns, Loading How>
__global__ void __launch_bounds__(Conv3x3WeightsTile<T, Columns>::threads)
    conv3x3_weights_kernel(const __grid_constant__ WeightGradient<T> a) {
  using Tile = Conv3x3WeightsTile<T, Columns>;
  using XTerms = Terms<T, Tile::x_units>;
  using DzTerms = Terms<T, Tile::dz_units>;
  using XLoader = TileLoader<T, Tile::halo_height, Tile::halo_width, halo_pitch, typename XTerms::Rows, Tile::x_units,
                             Tile::threads, How>;
  using DzLoader = TileLoader<T, TermTile::height, TermTile::width, TermTile::width, typename DzTerms::Rows,
                              Tile::dz_units, Tile::threads, How>;
  char* const shared = dynamic_shared();
  const int thread = static_cast<int>(threadIdx.x), lane = thread % 32, l = thread / 32 % 3, quarter = thread / 96;
  const int in0 = static_cast<int>(blockIdx.x) * Tile::channels, out0 = static_cast<int>(blockIdx.y) * Columns;
  const Index tiles = a.tiles.count;
  const int begin = static_cast<int>(tiles * blockIdx.z / a.shares),
            end = static_cast<int>(tiles * (blockIdx.z + 1) / a.shares);

  const auto stage = [&](int tile) { return shared + (tile - begin) % Tile::stages * Tile::stage_bytes; };
  const auto issue = [&](int tile) {  // one group of copies for each tile, empty after the last
    if (tile < end) {
      XLoader::issue(stage(tile), a.x, a.tiles.corner(tile, 1), in0);
      DzLoader::issue(stage(tile) + Tile::x_bytes, a.dz, a.tiles.corner(tile), out0);
    }
    cp_async_commit();
  };

  const int x_lane = XTerms::row_lane(lane, l, 0), dz_lane = DzTerms::column_lane(lane, quarter * 16);
  const bool sums_dz = a.biases && l == 1 && blockIdx.x == 0;
  float sum[3][2][2][4] = {};  // [k][16 input channels][8 output channels][fragment]
  float bias[2][4] = {};
  const std::uint32_t ones[4] = {DzTerms::one, DzTerms::one, DzTerms::one, DzTerms::one};

  for (int s = 0; s < Tile::stages - 1; ++s) issue(begin + s);
  for (int tile = begin; tile < end; ++tile) {
    cp_async_wait<Tile::stages - 2>();
    XLoader::transform(stage(tile), a.x, a.tiles.corner(tile, 1), in0);
    DzLoader::transform(stage(tile) + Tile::x_bytes, a.dz, a.tiles.corner(tile), out0);
    __syncthreads();  // this tile is there, and all threads are done with the tile before
    issue(tile + Tile::stages - 1);

    const char* const x = stage(tile);
    const char* const dz = x + Tile::x_bytes;
#pragma unroll
    for (int start = 0; start < TermTile::width; start += XTerms::pixels) {
      std::uint32_t ring[3][4];  // dz of three rows: two fragments of 8 output channels each
#pragma unroll
      for (int row = 0; row < Tile::halo_height; ++row) {
        if (row < TermTile::height) {
          DzTerms::load_columns(ring[row % 3], dz + (row * TermTile::width + start) * DzTerms::pixel_bytes, dz_lane);
          if (sums_dz) {
            mma<T>(bias[0], ones, ring[row % 3]);
            mma<T>(bias[1], ones, ring[row % 3] + 2);
          }
        }
#pragma unroll
        for (int m = 0; m < 2; ++m) {
          std::uint32_t f[4];
          const int flip = sizeof(T) == 2 ? (row + m) % 2 * XTerms::sixteen : m * XTerms::sixteen;
          XTerms::load_rows(f, x + (row * halo_pitch + start) * XTerms::pixel_bytes, x_lane ^ flip);
#pragma unroll
          for (int k = 0; k < 3; ++k)
            if (row - k >= 0 && row - k < TermTile::height)
#pragma unroll
              for (int j = 0; j < 2; ++j) mma<T>(sum[k][m][j], f, ring[(row - k) % 3] + 2 * j);
        }
      }
    }
  }
  cp_async_wait<0>();

  const int padded_in = static_cast<int>(gridDim.x) * Tile::channels,
            padded_out = static_cast<int>(gridDim.y) * Columns;
  const int group = lane / 4, o = out0 + quarter * 16 + lane % 4 * 2;
  float* const weights = a.weights + static_cast<Index>(blockIdx.z) * 9 * padded_in * padded_out;
#pragma unroll
  for (int j = 0; j < 2; ++j) {
#pragma unroll
    for (int k = 0; k < 3; ++k)
#pragma unroll
      for (int m = 0; m < 2; ++m)
#pragma unroll
        for (int h = 0; h < 2; ++h) {
          const int row = (3 * k + l) * padded_in + in0 + m * 16 + group + 8 * h;
          *reinterpret_cast<Vector<float, 2>*>(weights + static_cast<Index>(row) * padded_out + o +
                                               j * 8) = {{sum[k][m][j][2 * h], sum[k][m][j][2 * h + 1]}};
        }
    if (sums_dz && group == 0)
      *reinterpret_cast<Vector<float, 2>*>(a.biases + static_cast<Index>(blockIdx.z) * padded_out + o +
                                           j * 8) = {{bias[j][0], bias[j][1]}};
  }
}

}  // namespace unet::cuda::tensor
