// Whether a number is finite, told from its bits. With -ffast-math a compiler takes every number for finite: std::isfinite is
// then always true, and a comparison with what is not a number has any result.
#pragma once
#include <bit>
#include <cstdint>

namespace unet {

/// Neither infinite nor not a number.
constexpr bool is_finite(double value) {
  constexpr std::uint64_t exponent = 0x7FF0'0000'0000'0000u;
  return (std::bit_cast<std::uint64_t>(value) & exponent) != exponent;
}
constexpr bool is_finite(float value) {
  constexpr std::uint32_t exponent = 0x7F80'0000u;
  return (std::bit_cast<std::uint32_t>(value) & exponent) != exponent;
}

/// Not a number. With -ffast-math, `x < 0 && !is_nan(x)` is how to ask for the negative ones.
constexpr bool is_nan(double value) {
  constexpr std::uint64_t infinite = 0x7FF0'0000'0000'0000u, sign = 0x8000'0000'0000'0000u;
  return (std::bit_cast<std::uint64_t>(value) & ~sign) > infinite;
}
constexpr bool is_nan(float value) {
  constexpr std::uint32_t infinite = 0x7F80'0000u, sign = 0x8000'0000u;
  return (std::bit_cast<std::uint32_t>(value) & ~sign) > infinite;
}

}  // namespace unet
