// Winograd's products in whole numbers of 16 bits, which processors with AVX-512 VNNI, and those with AVX2 alone, multiply and add up
// to twice as fast as floats.
//
// Transformed values are divided by a scale and rounded. A sum over c of v[c] u[c] has one scale of v and one of u, such that the
// lengths of both vectors, multiplied, stay below 2^31: by Cauchy and Schwarz no sum of 32 bits overflows, in whatever order. So
// the values have as many digits as possible: one as large as the root mean square of 64 channels has 12 bits, of 512 channels 10,
// where bf16 has 8. Why not bf16: docs/design.md.
#pragma once
#include <cstddef>
#include <type_traits>

#include "unet/backends/cpu/conv/winograd/ahead.hpp"
#include "unet/backends/cpu/conv/winograd/transforms.hpp"
#include "unet/backends/cpu/threads/scratch.hpp"
#include "unet/core/bf16.hpp"

namespace unet::cpu::winograd {

/// Whether backends that store maps as T multiply so where the machine can: errors are between those of float and of bf16.
template <class T>
inline constexpr bool may_be_fixed_point =
#if defined(__x86_64__)
    std::is_same_v<T, bf16>;
#else
    false;
#endif
template <class T>
bool in_fixed_point() {
  if constexpr (may_be_fixed_point<T>) {
    const Isa isa = current_isa().load(std::memory_order_relaxed);
    return isa == Isa::avx2 || isa >= Isa::avx512vnni;
  }
  return false;
}

// These kernels are made of intrinsics: see fixed_point_avx512.hpp and fixed_point_avx2.hpp. Elsewhere they are declared and never used.
#if defined(__x86_64__)
using FixedPointIsas = IsaList<Avx512Vnni, Avx2>;
#else
using FixedPointIsas = IsaList<Portable>;
#endif

/// What vectors are scaled to: their length, and the largest value. The products of both lengths stay below 2^31 also when
/// each value is rounded away from zero.
inline constexpr float input_length = 32000, weight_length = 65000, largest_rounded = 32000;

/// Squares whose transformed values are kept as floats at a time: of 32 channels they stay in a core's first cache.
inline constexpr Index most_together = 8;

/// Where a rounded vector goes.
struct RoundedVector {
  float* pairs;
  float* unit;
};

// In what follows W is a register's width in floats: 16 with AVX-512, 8 with AVX2.

/// Channels are filled up to a multiple of this, 2 W: both halves of pairs.
inline Index paired(Index channels) {
  const Index pair = 2 * current_width();
  return (channels + pair - 1) / pair * pair;
}

/// Floats that FixedPointWeights of k inputs take: two weights share a float's place.
inline Index fixed_point_floats(Index k) { return (k / 2 + 1) * 2 * current_width(); }

/// Weights of 2 W outputs, [k][2 W], k a multiple of 2 W -> pairs[k / 2][2 W] of inputs that are W apart, and behind them
/// units[2 W].
struct FixedPointWeights {
  using isas = FixedPointIsas;

  template <class I>
  static void run(const float* weights, Index k, float* packed);
};

/// Where rounded squares lie: the pair of channels c and c + W of square t, plane f, at f * plane + c / 2 W * block + W * t + c % W;
/// behind the channels of each plane the squares' units.
inline Layout pairs_layout(Index squares, Index channels, bool far = false) {
  const Index room = (squares + 15) / 16 * 16;
  return {room * current_width(), room * (channels / 2 + 1) + 16, far};
}

/// Squares of one plane, [channels / W][square][W], `block` floats from one register of channels to the next -> pairs and units
/// in their place, of the same block. There is room for a multiple of W squares, and channels are a multiple of 2 W.
struct RoundSquares {
  using isas = FixedPointIsas;

  template <class I>
  static void run(float* squares, Index block, Index channels, Index tiles);
};

/// As TransformInput, then rounded: squares from `first` on of `to`, which has pairs_layout. Channels are a multiple of 2 W.
struct TransformInputAndRound {
  using isas = FixedPointIsas;

  template <class I>
  static void run(const float* packed, Index row, Index channels, Index tiles, float* to, const Layout& layout,
                  Index first);
};

/// As Product, of rounded squares.
struct FixedPointProduct {
  using isas = FixedPointIsas;

  const float* from;
  Layout from_layout;
  const float* weights;  ///< [frequency][block]: see FixedPointWeights
  Index channels, blocks;
  float* to;
  Layout to_layout;
  Index tiles, first, count;
  Ahead ahead = {};

  template <class I>
  static void run(const FixedPointProduct& p);
};

/// Transformed squares of `count` planes -> pairs of squares that follow each other, with a unit for each channel that holds for all
/// squares: what is summed over squares. Of each block the pairs come first; the units are in place of the last square for which
/// there is room.
struct RoundChannels {
  using isas = FixedPointIsas;

  template <class I>
  static void run(float* planes, const Layout& layout, Index channels, Index tiles, Index count);
};

/// As AddProducts, of what RoundChannels made.
struct AddFixedPointProducts {
  using isas = FixedPointIsas;

  const float* x;
  Layout x_layout;
  Index channels;
  const float* dy;
  Layout dy_layout;
  Index blocks;
  float* sum;
  Index tiles, first, count;
  Ahead ahead = {};

  template <class I>
  static void run(const AddFixedPointProducts& p);
};

}  // namespace unet::cpu::winograd

#include "unet/backends/cpu/conv/winograd/fixed_point_avx2.hpp"
#include "unet/backends/cpu/conv/winograd/fixed_point_avx512.hpp"
