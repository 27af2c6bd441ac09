// Stores past the cache: of a map that is larger than the cache it is written to, no line need be read before it is overwritten, and
// nothing that is still needed makes room for it.
#pragma once
#include <cstdint>
#include <type_traits>

#include "unet/backends/cpu/isa/lanes.hpp"
#include "unet/backends/operands.hpp"

namespace unet::cpu {

/// Bytes of a map from which on this pays: about what processors have of shared cache. Whoever reads a smaller map next still finds it
/// there.
inline constexpr Index past_cache_bytes = 24 * 1024 * 1024;

/// Whether kernels store `out` past the cache. Only where a register is a whole line of it: lines that are written in pieces are slow.
/// Results do not depend on it.
template <class T>
bool goes_past_cache(const InputGradient<T>& out) {
  constexpr Index line = 16;  // floats
  if (!std::is_same_v<T, float> || current_width() != line || out.accumulate) return false;
  for (int p = 0; p < out.count; ++p) {
    const View<T>& map = out.parts[p];
    const Strides s = map.strides;
    if (reinterpret_cast<std::uintptr_t>(map.data) % (line * sizeof(T)) != 0 || map.shape.c % line != 0) return false;
    if (s.n % line != 0 || s.h % line != 0 || s.w % line != 0) return false;
  }
  return out.shape().size() * Index{sizeof(T)} >= past_cache_bytes;
}

/// `p` is a multiple of the register's size. Whoever reads it in another thread must come after finish_past_cache().
template <class V>
UNET_INLINE void store_past_cache(float* p, const V& v) {
#if defined(__clang__)
  __builtin_nontemporal_store(v, reinterpret_cast<V*>(p));
#elif defined(__x86_64__)
  // GCC has this only as an intrinsic, and those can not be used in kernels: see isa/sets.hpp.
  if constexpr (sizeof(V) == 64)
    asm("vmovntps %1, %0" : "=m"(*reinterpret_cast<V*>(p)) : "v"(v));
  else
    store(p, v);
#else
  store(p, v);
#endif
}

/// A register of bf16 is half a line.
template <class V>
UNET_INLINE void store_past_cache(bf16* p, const V& v) {
  store(p, v);
}

/// Such stores are ordered before what follows.
UNET_INLINE void finish_past_cache() {
#if defined(__x86_64__)
  __builtin_ia32_sfence();
#endif
}

}  // namespace unet::cpu
