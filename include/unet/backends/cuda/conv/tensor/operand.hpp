// What tensor cores multiply: bf16, or floats rounded to TF32. Sixteen bytes of either are one unit.
#pragma once
#include "unet/backends/cuda/device/number.hpp"

namespace unet::cuda::tensor {

/// Channels of a unit.
template <class T>
inline constexpr int unit = 16 / static_cast<int>(sizeof(T));

/// Units as they are loaded and stored.
using Words = Vector<std::uint32_t, 4>;

__device__ inline float word_to_float(std::uint32_t word) {
  float value;
  memcpy(&value, &word, sizeof value);
  return value;
}
__device__ inline std::uint32_t float_to_word(float value) {
  std::uint32_t word;
  memcpy(&word, &value, sizeof word);
  return word;
}

template <class T>
__device__ inline void unpack(const Words& words, float (&values)[unit<T>]) {
#pragma unroll
  for (int e = 0; e < unit<T>; ++e)
    if constexpr (sizeof(T) == 2)
      values[e] = word_to_float(e % 2 ? words.values[e / 2] & 0xffff0000u : words.values[e / 2] << 16);
    else
      values[e] = word_to_float(words.values[e]);
}
/// Rounds to nearest. The cores themselves would cut a float's lower bits off, which makes sums too small.
template <class T>
__device__ inline Words pack(const float (&values)[unit<T>]) {
  Words words;
#pragma unroll
  for (int i = 0; i < 4; ++i)
    if constexpr (sizeof(T) == 2)
      words.values[i] = pack_bf16(values[2 * i], values[2 * i + 1]);
    else
      words.values[i] = float_to_word(round_tf32(values[i]));
  return words;
}
/// What is left of a value in a product.
template <class T>
__device__ inline float rounded(float value) {
  if constexpr (sizeof(T) == 2)
    return to_float(to_stored<T>(value));
  else
    return round_tf32(value);
}

/// d[16][8] += a b over 32 bytes of terms: 16 of bf16, 8 of TF32. The bytes of the fragments lie alike for both.
template <class T>
__device__ inline void mma(float (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t* b) {
  if constexpr (sizeof(T) == 2)
    mma_bf16(d, a, b);
  else
    mma_tf32(d, a, b);
}

}  // namespace unet::cuda::tensor
