// Atomic operations on integers, in shared and in device memory.
#pragma once
#include <cstdint>
#include <type_traits>

#include "block.hpp"

namespace simt::detail {

template <class T, class F>
T atomic(const char* what, T* at, const F& next) {
  static_assert(!std::is_floating_point_v<T>, "sums of floats in the order of arrival are not the same in every run");
  static_assert(std::is_integral_v<T> && (sizeof(T) == 4 || sizeof(T) == 8), "no such atomic operation");
  Block& b = block();
  if (b.shared.contains(at))
    b.shared.touch(b.current().rank, b.warp().syncs, at, sizeof(T), sizeof(T), Access::atomic, what);
  if (reinterpret_cast<std::uintptr_t>(at) % sizeof(T) != 0) throw Fault(std::string(what) + ": unaligned address");
  const T old = *at;
  *at = next(old);
  return old;
}

/// An argument whose type follows from the address alone.
template <class T>
using Value = std::type_identity_t<T>;

}  // namespace simt::detail

template <class T>
T atomicAdd(T* at, simt::detail::Value<T> value) {
  return simt::detail::atomic("atomicAdd", at, [value](T old) {  // wraps around, as on the device
    return static_cast<T>(static_cast<std::make_unsigned_t<T>>(old) + static_cast<std::make_unsigned_t<T>>(value));
  });
}
template <class T>
T atomicMax(T* at, simt::detail::Value<T> value) {
  return simt::detail::atomic("atomicMax", at, [value](T old) { return old < value ? value : old; });
}
template <class T>
T atomicMin(T* at, simt::detail::Value<T> value) {
  return simt::detail::atomic("atomicMin", at, [value](T old) { return value < old ? value : old; });
}
template <class T>
T atomicOr(T* at, simt::detail::Value<T> value) {
  return simt::detail::atomic("atomicOr", at, [value](T old) { return old | value; });
}
template <class T>
T atomicExch(T* at, simt::detail::Value<T> value) {
  return simt::detail::atomic("atomicExch", at, [value](T) { return value; });
}
template <class T>
T atomicCAS(T* at, simt::detail::Value<T> compare, simt::detail::Value<T> value) {
  return simt::detail::atomic("atomicCAS", at, [=](T old) { return old == compare ? value : old; });
}
/// As CUDA's: after `limit` comes 0.
inline unsigned atomicInc(unsigned* at, unsigned limit) {
  return simt::detail::atomic("atomicInc", at, [limit](unsigned old) { return old >= limit ? 0 : old + 1; });
}
