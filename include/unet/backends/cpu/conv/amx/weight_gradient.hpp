// Backward-weights of 3x3 convolutions as products of AMX registers, which sum over pixels.
#pragma once
#include "unet/backends/cpu/conv/amx/pack.hpp"

namespace unet::cpu::amx {

/// A tile of the input and of the gradient, laid out for products over pixels: both as if rows were `pitch` pixels long, the
/// gradient with zeros where a row has ended, so that one stretch of pixels has all of them.
template <class T>
class TileOfGradient {
 public:
  /// channels: of the input, in whole blocks.
  TileOfGradient(const Tile& tile, Index channels, Index columns)
      : tile_(tile),
        channels_(channels),
        columns_(columns),
        pitch_(tile.width + 2),
        pixels_(whole_blocks(tile.height * pitch_)),
        reach_(pixels_ + 2 * pitch_ + 2) {}

  /// Adds to sum[tap][channels][columns]. x: the map, dz: `columns` or fewer channels of the gradient, padded to whole blocks.
  template <class Registers>
  void add(const Input<T, float>& x, const Input<T, float>& dz, float* sum) const {
    const Index x_values = channels_ * reach_, dz_values = pixels_ * columns_;
    bf16* const inputs = reinterpret_cast<bf16*>(scratch<winograd_input>(terms<T> * x_values / 2 + 1));
    bf16* const gradients = reinterpret_cast<bf16*>(scratch<winograd_products>(terms<T> * dz_values / 2));
    pack_input(x, inputs, x_values);
    pack_gradient(dz, gradients, dz_values);
    const Index blocks = columns_ / block, none = 0;
    Registers::begin();
    for (Index tap = 0; tap < 9; ++tap)
      for (Index c = 0; c < channels_; c += block)
        for (Index b = 0; b < blocks; ++b)
          for (int i = 0; i < product_count<T>; ++i) {
            const bf16* const a = inputs + products[i].a * x_values + c * reach_ + tap / 3 * pitch_ + tap % 3;
            Registers::multiply(Panel{{a, a + side * reach_},
                                      reach_,
                                      &none,
                                      1,
                                      pixels_ / block,
                                      gradients + products[i].b * dz_values + b * 2 * tile_values,
                                      blocks * 2 * tile_values,
                                      tile_values,
                                      sum + (tap * channels_ + c) * columns_ + b * block,
                                      columns_,
                                      true});
          }
    Registers::end();
  }

 private:
  /// to[term][channel][pixel], from a pixel above and left of the tile on; zeros after the last.
  void pack_input(const Input<T, float>& x, bf16* to, Index term_values) const {
    const Index rows = tile_.height + 2;
    float* const row = scratch<tile_input>(pitch_ * channels_);
    for (Index i = 0; i < rows; ++i) {
      dispatch<PackTile>(x, tile_.n, tile_.y - 1 + i, tile_.x - 1, Index{1}, pitch_, row, channels_);
      for (int term = 0; term < terms<T>; ++term)
        for (Index c = 0; c < channels_; ++c) {
          bf16* const pixels = to + term * term_values + c * reach_ + i * pitch_;
          for (Index j = 0; j < pitch_; ++j) pixels[j] = term_of(row[j * channels_ + c], term);
        }
    }
    for (int term = 0; term < terms<T>; ++term)
      for (Index c = 0; c < channels_; ++c) {
        bf16* const pixels = to + term * term_values + c * reach_;
        std::fill(pixels + rows * pitch_, pixels + reach_, bf16());
      }
  }

  /// to[term][32 pixels][16 columns][16 pairs of pixels][16][2].
  void pack_gradient(const Input<T, float>& dz, bf16* to, Index term_values) const {
    std::fill_n(to, terms<T> * term_values, bf16());
    float* const row = scratch<tile_gradient>(tile_.width * columns_);
    for (Index i = 0; i < tile_.height; ++i) {
      dispatch<PackTile>(dz, tile_.n, tile_.y + i, tile_.x, Index{1}, tile_.width, row, columns_);
      for (int term = 0; term < terms<T>; ++term)
        for (Index j = 0; j < tile_.width; ++j) {
          const Index p = i * pitch_ + j;
          bf16* const pair = to + term * term_values + p / block * block * columns_ + p % block / 2 * block + p % 2;
          for (Index o = 0; o < columns_; ++o)
            pair[o / side * tile_values + o % side * 2] = term_of(row[j * columns_ + o], term);
        }
    }
  }

  Tile tile_;
  Index channels_, columns_, pitch_, pixels_, reach_;
};

}  // namespace unet::cpu::amx
