// Numbers as maps store them and as they are computed with, several at a time.
#pragma once
#include "unet/backends/cuda/device/instructions.hpp"
#include "unet/core/bf16.hpp"

namespace unet::cuda {

__host__ __device__ inline float to_float(float value) { return value; }
__device__ inline float to_float(bf16 value) {
  const std::uint32_t word = std::uint32_t{value.bits} << 16;
  float wide;
  memcpy(&wide, &word, sizeof wide);
  return wide;
}

template <class T>
__device__ inline T to_stored(float value) {
  if constexpr (sizeof(T) == sizeof(float)) {
    return value;
  } else {
    T narrow;
    narrow.bits = static_cast<std::uint16_t>(pack_bf16(value, 0));
    return narrow;
  }
}

/// V neighbouring channels, read and written by one access.
template <class T, int V>
struct alignas(V * sizeof(T)) Vector {
  T values[V];
};

template <int V, class T>
__device__ inline void load(const T* from, float (&values)[V]) {
  const Vector<T, V> stored = *reinterpret_cast<const Vector<T, V>*>(from);
#pragma unroll
  for (int e = 0; e < V; ++e) values[e] = to_float(stored.values[e]);
}
template <int V, class T>
__device__ inline void store(T* to, const float (&values)[V]) {
  Vector<T, V> stored;
#pragma unroll
  for (int e = 0; e < V; ++e) stored.values[e] = to_stored<T>(values[e]);
  *reinterpret_cast<Vector<T, V>*>(to) = stored;
}

}  // namespace unet::cuda
