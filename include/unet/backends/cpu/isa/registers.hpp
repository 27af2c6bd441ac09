// Registers full of floats, as compiler vector types: no intrinsics, the same source for every instruction set.
#pragma once
#include "unet/backends/cpu/isa/dispatch.hpp"

namespace unet::cpu {

template <int Width>
struct LanesOf {
  typedef float type __attribute__((vector_size(Width * sizeof(float))));
  typedef int bits __attribute__((vector_size(Width * sizeof(float))));
  typedef unsigned unsigned_bits __attribute__((vector_size(Width * sizeof(float))));
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

}  // namespace unet::cpu
