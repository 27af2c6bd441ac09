// Registers full of floats, as compiler vector types: no intrinsics, the same source for every instruction set.
#pragma once
#include "unet/backends/cpu/isa/dispatch.hpp"
#include "unet/core/shape.hpp"

namespace unet::cpu {

template <int Width>
struct LanesOf {
  typedef float type __attribute__((vector_size(Width * sizeof(float))));
  typedef int bits __attribute__((vector_size(Width * sizeof(float))));
};
/// A register of the instruction set I.
template <class I>
using Lanes = typename LanesOf<I::width>::type;

// Registers go by reference: by value they would change the calling convention with the instruction set.

template <class V>
UNET_INLINE void load(V& v, const float* p) {
  __builtin_memcpy(&v, p, sizeof(V));
}
template <class V>
UNET_INLINE void store(float* p, const V& v) {
  __builtin_memcpy(p, &v, sizeof(V));
}
template <class V>
UNET_INLINE void broadcast(V& v, float x) {
  v = x - V{};
}
/// a = the larger of the two, not a number if one is none. Of two comparisons each gives its second operand when one is not
/// a number: the bits of both together are a number's only if both are.
template <class V>
UNET_INLINE void maximum(V& a, const V& b) {
  using Bits = typename LanesOf<sizeof(V) / sizeof(float)>::bits;
  const V one = a > b ? a : b, other = b > a ? b : a;
  a = (V)((Bits)one | (Bits)other);
}

/// v = max(0, v), not a number stays so.
template <class V>
UNET_INLINE void keep_positive(V& v) {
  const V zero{};
  v = zero > v ? zero : v;  // in this order a NaN stays one
}

/// v where `condition`, which is nowhere less than 0, is not zero; 0 elsewhere. (By bits: GCC 12 would take a comparison of
/// registers apart, because the kernels are written outside of the instruction set that they are inlined into.)
template <class V>
UNET_INLINE void keep_where_positive(V& v, const V& condition) {
  using Bits = typename LanesOf<sizeof(V) / sizeof(float)>::bits;
  v = (V)((Bits)v & ((-(Bits)(condition + V{})) >> 31));  // + 0 makes a -0 a 0
}

// The first `count` floats: for the end of a row of channels. Lanes beyond are loaded as 0 and not stored.

template <class V>
UNET_INLINE void load(V& v, const float* p, Index count) {
  constexpr Index width = sizeof(V) / sizeof(float);
  if (count >= width) {
    load(v, p);
  } else {
    float padded[width] = {};
    for (Index i = 0; i < count; ++i) padded[i] = p[i];
    load(v, padded);
  }
}
template <class V>
UNET_INLINE void store(float* p, const V& v, Index count) {
  constexpr Index width = sizeof(V) / sizeof(float);
  if (count >= width) {
    store(p, v);
  } else {
    float padded[width];
    store(padded, v);
    for (Index i = 0; i < count; ++i) p[i] = padded[i];
  }
}

}  // namespace unet::cpu
