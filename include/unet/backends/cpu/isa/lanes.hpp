// What kernels do with registers full of floats besides arithmetic.
#pragma once
#include "unet/backends/cpu/isa/narrow_lanes.hpp"
#include "unet/backends/cpu/isa/registers.hpp"
#include "unet/core/shape.hpp"

namespace unet::cpu {

template <class V>
UNET_INLINE void broadcast(V& v, float x) {
  v = x - V{};
}
// What follows tells numbers apart by their bits: with -ffast-math in a user's flags a compiler may let a comparison of floats
// lose what is not a number, and take x + 0 for x. (Comparisons of whole numbers are not used either: GCC 12 would take them
// apart, lane by lane, because the kernels are written outside of the instruction set that they are inlined into.)

/// a = the larger of the two, not a number if one is none.
template <class V>
UNET_INLINE void maximum(V& a, const V& b) {
  using Bits = typename LanesOf<sizeof(V) / sizeof(float)>::bits;
  constexpr int infinite = 0x7F80'0000, magnitude = 0x7FFF'FFFF;
  const Bits none = ((infinite - ((Bits)a & magnitude)) | (infinite - ((Bits)b & magnitude))) >> 31;
  const V larger = a > b ? a : b;
  a = (V)((Bits)larger | none);
}

/// v = max(0, v), not a number stays so.
template <class V>
UNET_INLINE void keep_positive(V& v) {
  using Bits = typename LanesOf<sizeof(V) / sizeof(float)>::bits;
  using Unsigned = typename LanesOf<sizeof(V) / sizeof(float)>::unsigned_bits;
  // The sum takes the sign off the bits of a negative one that is not a number, and of no other negative one.
  const Bits sum = (Bits)((Unsigned)v + 0x007F'FFFFu);
  v = (V)((Bits)v & ~(((Bits)v & sum) >> 31));
}

/// v where `condition`, which is nowhere less than 0, is neither 0 nor -0; 0 elsewhere.
template <class V>
UNET_INLINE void keep_where_positive(V& v, const V& condition) {
  using Bits = typename LanesOf<sizeof(V) / sizeof(float)>::bits;
  v = (V)((Bits)v & (-((Bits)condition & 0x7FFF'FFFF) >> 31));
}

/// root = the square root of x >= 0, to two units in the last place; of less than 1e-37, also of 0, something below 1e-18.
/// (sqrtf may have to set errno, for which compilers take it lane by lane.)
template <class V>
UNET_INLINE void square_root(V& root, const V& x) {
  using Bits = typename LanesOf<sizeof(V) / sizeof(float)>::bits;
  // x = reduced * 4^k with 1 <= reduced < 4: of that no product overflows, in whatever order -ffast-math takes them.
  constexpr int one = 0x3F80'0000;
  const Bits k = ((Bits)x - one) >> 24;
  const V reduced = (V)((Bits)x - k * (1 << 24)), half = 0.5f * reduced;
  // 1 / sqrt(reduced): halving the exponent gives it to 3.4 %, each of Newton's steps squares the error and takes 1.5 of it.
  V inverse = (V)(0x5F37'59DF - ((Bits)reduced >> 1));
#pragma GCC unroll 3
  for (int step = 0; step < 3; ++step) inverse = inverse * (1.5f - half * inverse * inverse);
  root = (V)((Bits)(reduced * inverse) + k * (1 << 23));
}

// The first `count` values: for the end of a row of channels. Lanes beyond are loaded as 0 and not stored.

template <class V, class T>
UNET_INLINE void load(V& v, const T* p, Index count) {
  constexpr Index width = sizeof(V) / sizeof(float);
  if (count >= width) {
    load(v, p);
  } else {
    T padded[width] = {};
    for (Index i = 0; i < count; ++i) padded[i] = p[i];
    load(v, padded);
  }
}
template <class V, class T>
UNET_INLINE void store(T* p, const V& v, Index count) {
  constexpr Index width = sizeof(V) / sizeof(float);
  if (count >= width) {
    store(p, v);
  } else {
    T padded[width];
    store(padded, v);
    for (Index i = 0; i < count; ++i) p[i] = padded[i];
  }
}

template <class I, class T, class V>
UNET_INLINE void store_as(T* p, const V& v, Index count) {
  if (count >= I::width)
    store_as<I>(p, v);
  else
    store(p, v, count);
}

}  // namespace unet::cpu
