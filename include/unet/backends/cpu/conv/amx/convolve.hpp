// 3x3 convolutions, forward and backward-data, as products of AMX registers: direct ones, of which a core with AMX computes eight in
// the time of one with AVX-512.
#pragma once
#include "unet/backends/cpu/conv/amx/pack.hpp"
#include "unet/backends/cpu/ops/moments.hpp"
#include "unet/backends/cpu/threads/tasks.hpp"

namespace unet::cpu::amx {

/// Sums of up to 16 pixels side by side and 32 outputs, [pixel][32] -> maps: bias, ReLU.
template <class T>
struct StoreSums {
  using isas = Isas<T>;

  const float* sums;
  Index pixels, first, channels;  ///< of these the outputs from `first` on
  const float* bias;
  bool relu;
  InputGradient<T> out;
  Index n, y, x;

  template <class I>
  UNET_INLINE static void run(const StoreSums& s) {
    Index begin = 0;  // first channel of the part
    for (int p = 0; p < s.out.count; begin += s.out.parts[p++].shape.c) {
      const View<T>& map = s.out.parts[p];
      const Index from = std::max(s.first, begin), to = std::min({s.first + block, s.channels, begin + map.shape.c});
      for (Index c = from; c < to; c += I::width) {
        Lanes<I> bias{};
        if (s.bias) load(bias, s.bias + c, to - c);
        T* target = map.at(s.n, s.y, s.x) + (c - begin);
        for (Index j = 0; j < s.pixels; ++j, target += map.strides.w) {
          Lanes<I> v;
          load(v, s.sums + j * block + (c - s.first), to - c);
          v += bias;
          if (s.relu) keep_positive(v);
          if (s.out.accumulate) {
            Lanes<I> before;
            load(before, target, to - c);
            v += before;
          }
          store_as<I>(target, v, to - c);
        }
      }
    }
  }
};

/// Pixel (i, j) of the output reads x from (i - top, j - left) on. `weights`: packed from `w`. Registers: the processor's, or what
/// stands for them in tests.
template <class T, class Registers>
void convolve(const Input<T, float>& x, const WeightView& w, const bf16* weights, const Epilogue<float>& epilogue,
              const InputGradient<T>& out, Index top, Index left) {
  const Shape map = out.parts[0].shape;
  const WeightTiles<T> tiles_of_weights(w);
  const Index channels = tiles_of_weights.chunks * block;
  const Tiling tiling(map, std::max(terms<T> * channels / 2, w.o), 1);
  float* const partials = epilogue.moments ? scratch<shared_partials>(tiling.count() * 2 * w.o) : nullptr;
  parallel_tasks(tiling.count(), [&](Index t) {
    const Tile tile = tiling[t];
    // Whole registers of pixels: those beyond the tile are computed and not stored.
    const Index across = (tile.width + side - 1) / side, width = across * side + 2, height = tile.height + 2;
    const Index values = height * width * channels;
    bf16* const packed = reinterpret_cast<bf16*>(scratch<winograd_input>(terms<T> * values / 2));
    pack_rows(x, tile.n, tile.y - top, tile.x - left, height, width, channels, packed, values);
    Index taps[9];
    for (Index q = 0; q < 9; ++q) taps[q] = (q / 3 * width + q % 3) * channels;
    alignas(64) float sums[block * block];
    const Index groups = tile.height * across;
    const auto first_pixel = [&](Index group) { return (group / across * width + group % across * side) * channels; };
    Registers::begin();
    for (Index b = 0; b < tiles_of_weights.blocks; ++b)
      for (Index group = 0; group < groups; group += 2) {
        const Index pair[2] = {group, std::min(group + 1, groups - 1)};
        for (int i = 0; i < product_count<T>; ++i) {
          const bf16* const a = packed + products[i].a * values;
          Registers::multiply(Panel{{a + first_pixel(pair[0]), a + first_pixel(pair[1])},
                                    channels,
                                    taps,
                                    9,
                                    tiles_of_weights.chunks,
                                    tiles_of_weights.at(weights, products[i].b, b),
                                    2 * tile_values,
                                    tile_values,
                                    sums,
                                    block,
                                    i > 0});
        }
        for (Index k = 0; k < std::min<Index>(2, groups - group); ++k) {
          const Index row = pair[k] / across, column = pair[k] % across * side;
          dispatch<StoreSums<T>>(StoreSums<T>{sums + k * side * block, std::min(side, tile.width - column), b * block,
                                              w.o, epilogue.bias, epilogue.activate == Activate::relu, out, tile.n,
                                              tile.y + row, tile.x + column});
        }
      }
    Registers::end();
    if (partials) {
      float* const partial = partials + 2 * t * w.o;
      dispatch<TileMoments>(View<const T>(out.parts[0]), tile, partial, partial + w.o);
    }
  });
  if (epilogue.moments) combine_moments(tiling, partials, w.o, epilogue.moments);
}

}  // namespace unet::cpu::amx
