// Maps and weights as AMX multiplies them: in bf16, or floats as the sum of two bf16.
#pragma once
#include <algorithm>
#include <type_traits>

#include "unet/backends/cpu/conv/amx/tiles.hpp"
#include "unet/backends/cpu/conv/pack.hpp"
#include "unet/backends/cpu/conv/tiling.hpp"
#include "unet/backends/cpu/conv/weights.hpp"
#include "unet/backends/cpu/threads/scratch.hpp"
#include "unet/core/finite.hpp"

namespace unet::cpu::amx {

/// Numbers of bf16 that stand for one of T: of floats the upper 8 digits and the next 8. Of a product the two lower terms', at most 2^-16
/// of the whole, are left out, and each factor lacks as much: an error of 3 * 2^-16 at worst, some 5e-6 in the Euclidean norm ("bf16x3";
/// Henry, Tang, Heinecke, "Leveraging the bfloat16 artificial intelligence datatype for higher-precision computations", ARITH 2019).
template <class T>
inline constexpr int terms = std::is_same_v<T, float> ? 2 : 1;

/// Which term of a times which of b, in the order in which products are added.
struct TermsOfProduct {
  int a, b;
};
inline constexpr TermsOfProduct products[] = {{0, 0}, {0, 1}, {1, 0}};
template <class T>
inline constexpr int product_count = terms<T> == 1 ? 1 : 3;

/// Term `term` of a value.
inline bf16 term_of(float value, int term) {
  const bf16 upper(value);
  if (term == 0) return upper;
  return is_finite(static_cast<float>(upper)) ? bf16(value - static_cast<float>(upper)) : bf16();
}

/// Sets of kernels that go with AMX: its processors have all others, too.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
template <class T>
using Isas = std::conditional_t<std::is_same_v<T, bf16>, IsaList<Avx512Bf16, Avx512>, IsaList<Avx512>>;
#elif defined(__x86_64__)
template <class T>
using Isas = IsaList<Avx512>;
#else
template <class T>
using Isas = IsaList<Portable>;
#endif

/// A row of floats -> their terms; term 1 may be null.
struct RoundTerms {
  using isas = Isas<bf16>;

  template <class I>
  UNET_INLINE static void run(const float* from, Index count, bf16* upper, bf16* lower) {
    using Bits = typename LanesOf<I::width>::bits;
    for (Index i = 0; i < count; i += I::width) {
      Lanes<I> v, rounded;
      load(v, from + i, count - i);
      store_as<I>(upper + i, v, count - i);
      if (!lower) continue;
      load(rounded, upper + i, count - i);
      // Where it is infinite or not a number there is no rest.
      const Bits finite = (((Bits)rounded & 0x7F80'0000) - 0x7F80'0000) >> 31;
      v -= rounded;
      v = (Lanes<I>)((Bits)v & finite);
      store_as<I>(lower + i, v, count - i);
    }
  }
};

/// Weights of all terms: [term][block of 32 outputs][tap][32 inputs][2][16 pairs of inputs][16 outputs][2].
template <class T>
struct WeightTiles {
  Index taps, chunks, blocks;

  explicit WeightTiles(const WeightView& w)
      : taps(w.taps), chunks(whole_blocks(w.k) / block), blocks(whole_blocks(w.o) / block) {}
  Index values_of_block() const { return taps * chunks * 2 * tile_values; }
  Index values() const { return terms<T> * blocks * values_of_block(); }
  Index floats() const { return values() / 2; }
  const bf16* at(const bf16* packed, int term, Index b) const {
    return packed + (term * blocks + b) * values_of_block();
  }

  void pack(const WeightView& w, bf16* to) const {
    parallel_tasks(terms<T> * blocks * taps, [&](Index i) {
      const int term = static_cast<int>(i / (blocks * taps));
      const Index first = i / taps % blocks * block, tap = i % taps;
      const float* const matrix = w.data + (w.reversed_taps ? taps - 1 - tap : tap) * w.k * w.o;
      bf16* const tiles = to + i * chunks * 2 * tile_values;
      for (Index k = 0; k < chunks * block; ++k)
        for (Index o = 0; o < block; ++o) {
          const bool inside = k < w.k && first + o < w.o;
          const float value = inside ? matrix[k * w.k_stride + (first + o) * w.o_stride] : 0;
          tiles[(k / block * 2 + o / side) * tile_values + k % block / 2 * block + o % side * 2 + k % 2] =
              term_of(value, term);
        }
    });
  }
};

/// Packed weights in memory of this thread that the next call of any convolution takes again.
template <class T>
const bf16* pack(const WeightView& w) {
  const WeightTiles<T> packed(w);
  bf16* const to = reinterpret_cast<bf16*>(scratch<shared_weights>(packed.floats()));
  packed.pack(w, to);
  return to;
}

/// Rows and columns of a map from (y, x) on, normalised, in both terms: to + term * term_values + ([row][column][channels]), channels
/// padded to whole blocks.
template <class T>
void pack_rows(const Input<T, float>& map, Index n, Index y, Index x, Index height, Index width, Index channels,
               bf16* to, Index term_values) {
  float* const row = scratch<tile_input>(width * channels);
  for (Index i = 0; i < height; ++i) {
    dispatch<PackTile>(map, n, y + i, x, Index{1}, width, row, channels);
    bf16* const upper = to + i * width * channels;
    dispatch<RoundTerms>(static_cast<const float*>(row), width * channels, upper,
                         terms<T> == 1 ? static_cast<bf16*>(nullptr) : upper + term_values);
  }
}

}  // namespace unet::cpu::amx
