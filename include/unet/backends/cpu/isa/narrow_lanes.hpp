// Registers full of floats that lie in memory as bf16, the upper halves of floats.
#pragma once
#include <type_traits>

#include "unet/backends/cpu/isa/registers.hpp"
#include "unet/core/bf16.hpp"

namespace unet::cpu {

// Compilers widen and narrow vectors by themselves, but GCC 12 does so in pieces where a kernel's instruction set is larger than
// the one it is written in (see isa/sets.hpp), so there it is told the instruction.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
inline constexpr bool names_conversions = true;
#else
inline constexpr bool names_conversions = false;
#endif

template <class V>
UNET_INLINE void load(V& v, const bf16* p) {
  constexpr int width = sizeof(V) / sizeof(float);
  using Unsigned = typename LanesOf<width>::unsigned_bits;
  typedef std::uint16_t Half __attribute__((vector_size(width * sizeof(bf16)), aligned(alignof(bf16)), may_alias));
  Unsigned bits;
  if constexpr (names_conversions && width > 4)
    asm("vpmovzxwd %1, %0" : "=v"(bits) : "m"(*reinterpret_cast<const Half*>(p)));
  else
    bits = __builtin_convertvector(*reinterpret_cast<const Half*>(p), Unsigned);
  v = (V)(bits << 16);
}

/// Rounds to nearest, ties to even; not a number stays so: as bf16's constructor does.
template <class V>
UNET_INLINE void store(bf16* p, const V& v) {
  constexpr int width = sizeof(V) / sizeof(float);
  using Bits = typename LanesOf<width>::bits;
  using Unsigned = typename LanesOf<width>::unsigned_bits;
  typedef std::uint16_t Half __attribute__((vector_size(width * sizeof(bf16)), aligned(alignof(bf16)), may_alias));
  const auto word = (Unsigned)v;
  const auto none = (Unsigned)((0x7F80'0000 - ((Bits)v & 0x7FFF'FFFF)) >> 31);  // all bits where it is not a number
  const Unsigned rounded = ((word + 0x7FFFu + (word >> 16 & 1u)) & ~none) | ((word | 0x40'0000u) & none);
  const Unsigned upper = rounded >> 16;
  if constexpr (names_conversions && width == 16)
    asm("vpmovdw %1, %0" : "=m"(*reinterpret_cast<Half*>(p)) : "v"(upper));
  else if constexpr (names_conversions && width == 8) {
    typedef std::uint16_t Whole __attribute__((vector_size(width * sizeof(bf16))));
    Whole half;
    asm("vextracti128 $1, %1, %0\n\tvpackusdw %0, %x1, %0" : "=&x"(half) : "x"(upper));
    *reinterpret_cast<Half*>(p) = half;
  } else
    *reinterpret_cast<Half*>(p) = __builtin_convertvector(upper, Half);
}

/// Sets of a kernel that stores maps of T with store_as. (Clang 14 refuses the instruction in a kernel.)
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
template <class T>
using StoringIsas =
    std::conditional_t<std::is_same_v<T, bf16>, IsaList<Avx512Bf16, Avx512, Avx2, Portable>, VectorIsas>;
#else
template <class T>
using StoringIsas = VectorIsas;
#endif

/// As store; one instruction for bf16 where the set I has it. (It takes denormal numbers for 0, of which kernels make none: see
/// flush_denormals.hpp.)
template <class I, class T, class V>
UNET_INLINE void store_as(T* p, const V& v) {
#if defined(__x86_64__)
  if constexpr (std::is_same_v<T, bf16> && std::is_same_v<I, Avx512Bf16>) {
    typedef std::uint16_t Half __attribute__((vector_size(sizeof(V) / 2), aligned(alignof(bf16)), may_alias));
    typedef std::uint16_t Register __attribute__((vector_size(sizeof(V) / 2)));
    Register narrow;
    asm("vcvtneps2bf16 %1, %0" : "=v"(narrow) : "v"(v));
    *reinterpret_cast<Half*>(p) = narrow;
    return;
  }
#endif
  store(p, v);
}

}  // namespace unet::cpu
