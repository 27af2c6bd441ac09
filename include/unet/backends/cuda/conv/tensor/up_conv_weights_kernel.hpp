// Gradient with respect to the weights of a 2x2 transposed convolution, dw[tap,c,o] = sum over pixels p of x[p, c]
// dz[2 p + tap, o], as a product on tensor cores whose terms are pixels.
//
// A block makes 64 input times Columns output channels of one tap, over a share of the tiles of 8 x 16 pixels of x; a warp, 32
// times 32 channels of them. Blocks of the four taps follow each other, so that x comes from the cache.
#pragma once
#include "unet/backends/cuda/conv/tensor/gradient_shares.hpp"
#include "unet/backends/cuda/conv/tensor/term_fragments.hpp"
#include "unet/backends/cuda/conv/tensor/tile_loader.hpp"
#include "unet/backends/cuda/conv/tensor/up_conv_kernel.hpp"

namespace unet::cuda::tensor {

template <class T>
struct UpConvWeightGradient {
  Maps<const T> x, dz;  ///< of dz, every second pixel
  TapOffset dz_tap;
  TermTiles tiles;
  int shares;
  float *weights, *biases;  ///< [share], each as ShareShape says; biases, one row a tap, may be null
};

template <class T, int Columns>
struct UpConvWeightsTile {
  static constexpr int channels = 64, threads = 2 * Columns;
  static constexpr int x_units = channels / unit<T>, dz_units = Columns / unit<T>;
  static constexpr int pixels = TermTile::height * TermTile::width, x_bytes = pixels * x_units * 16,
                       dz_bytes = pixels * dz_units * 16;
  static constexpr int stages = sizeof(T) == 2 ? 3 : 2, stage_bytes = x_bytes + dz_bytes,
                       shared_bytes = stages * stage_bytes;
};

template <class T, int Columns, Loading How>
__global__ void __launch_bounds__(UpConvWeightsTile<T, Columns>::threads)
    up_conv_weights_kernel(const __grid_constant__ UpConvWeightGradient<T> a) {
  using Tile = UpConvWeightsTile<T, Columns>;
  using XTerms = Terms<T, Tile::x_units>;
  using DzTerms = Terms<T, Tile::dz_units>;
  using XLoader = TileLoader<T, TermTile::height, TermTile::width, TermTile::width, typename XTerms::Rows,
                             Tile::x_units, Tile::threads, How>;
  using DzLoader = TileLoader<T, TermTile::height, TermTile::width, TermTile::width, typename DzTerms::Rows,
                              Tile::dz_units, Tile::threads, How>;
  char* const shared = dynamic_shared();
  const int thread = static_cast<int>(threadIdx.x), lane = thread % 32, warp = thread / 32;
  const int tap = static_cast<int>(blockIdx.x) % 4, in0 = static_cast<int>(blockIdx.x) / 4 * Tile::channels,
            out0 = static_cast<int>(blockIdx.y) * Columns;
  const Index tiles = a.tiles.count;
  const int begin = static_cast<int>(tiles * blockIdx.z / a.shares),
            end = static_cast<int>(tiles * (blockIdx.z + 1) / a.shares);

  const auto stage = [&](int tile) { return shared + (tile - begin) % Tile::stages * Tile::stage_bytes; };
  const auto issue = [&](int tile) {  // one group of copies for each tile, empty after the last
    if (tile < end) {
      XLoader::issue(stage(tile), a.x, a.tiles.corner(tile), in0);
      DzLoader::issue(stage(tile) + Tile::x_bytes, a.dz, a.tiles.corner(tile), out0, a.dz_tap.at(tap));
    }
    cp_async_commit();
  };

  const int own_in = warp % 2 * 32, own_out = warp / 2 * 32;
  const int x_lane = XTerms::row_lane(lane, 0, own_in), dz_lane = DzTerms::column_lane(lane, own_out);
  const bool sums_dz = a.biases && own_in == 0 && in0 == 0;
  float sum[2][4][4] = {};  // [16 input channels][8 output channels][fragment]
  float bias[4][4] = {};
  const std::uint32_t ones[4] = {DzTerms::one, DzTerms::one, DzTerms::one, DzTerms::one};

  for (int s = 0; s < Tile::stages - 1; ++s) issue(begin + s);
  for (int tile = begin; tile < end; ++tile) {
    cp_async_wait<Tile::stages - 2>();
    XLoader::transform(stage(tile), a.x, a.tiles.corner(tile), in0);
    DzLoader::transform(stage(tile) + Tile::x_bytes, a.dz, a.tiles.corner(tile), out0);
    __syncthreads();  // this tile is there, and all threads are done with the tile before
    issue(tile + Tile::stages - 1);

    const char* const x = stage(tile);
    const char* const dz = x + Tile::x_bytes;
#pragma unroll
    for (int pixel = 0; pixel < Tile::pixels; pixel += XTerms::pixels) {
      std::uint32_t f[2][4], b[2][4];
#pragma unroll
      for (int m = 0; m < 2; ++m)
        XTerms::load_rows(f[m], x + pixel * XTerms::pixel_bytes, x_lane ^ m * XTerms::sixteen);
#pragma unroll
      for (int pair = 0; pair < 2; ++pair) {
        DzTerms::load_columns(b[pair], dz + pixel * DzTerms::pixel_bytes, dz_lane ^ pair * DzTerms::sixteen);
#pragma unroll
        for (int half = 0; half < 2; ++half) {
#pragma unroll
          for (int m = 0; m < 2; ++m) mma<T>(sum[m][2 * pair + half], f[m], b[pair] + 2 * half);
          if (sums_dz) mma<T>(bias[2 * pair + half], ones, b[pair] + 2 * half);
        }
      }
    }
  }
  cp_async_wait<0>();

  const int padded_in = static_cast<int>(gridDim.x) / 4 * Tile::channels,
            padded_out = static_cast<int>(gridDim.y) * Columns;
  const int group = lane / 4, o = out0 + own_out + lane % 4 * 2;
  const Index rows_of_share = static_cast<Index>(blockIdx.z) * 4;
#pragma unroll
  for (int j = 0; j < 4; ++j) {
#pragma unroll
    for (int m = 0; m < 2; ++m)
#pragma unroll
      for (int h = 0; h < 2; ++h) {
        const Index row = (rows_of_share + tap) * padded_in + in0 + own_in + m * 16 + group + 8 * h;
        *reinterpret_cast<Vector<float, 2>*>(a.weights + row * padded_out + o +
                                             j * 8) = {{sum[m][j][2 * h], sum[m][j][2 * h + 1]}};
      }
    if (sums_dz && group == 0)
      *reinterpret_cast<Vector<float, 2>*>(a.biases + (rows_of_share + tap) * padded_out + o +
                                           j * 8) = {{bias[j][0], bias[j][1]}};
  }
}

}  // namespace unet::cuda::tensor
