// A 16-bit float with float's range: what a backend may store feature maps in.
#pragma once
#include <bit>
#include <cstdint>
#include <type_traits>

namespace unet {

/// The upper half of a float: 1 sign, 8 exponent and 7 fraction bits. Arithmetic converts to float.
struct bf16 {
  std::uint16_t bits = 0;

  constexpr bf16() = default;
  /// Rounds to nearest, ties to even; beyond the largest value to infinity; not a number stays so.
  template <class Number>
  requires std::is_arithmetic_v<Number>
  constexpr explicit bf16(Number value) {
    const auto word = std::bit_cast<std::uint32_t>(static_cast<float>(value));
    const bool nan = (word & 0x7FFFFFFFu) > 0x7F800000u;
    // A NaN keeps its upper half with the quiet bit set: cut off, one whose upper bits are 0 would become infinity.
    bits = static_cast<std::uint16_t>(nan ? (word >> 16) | 0x40u : (word + 0x7FFFu + (word >> 16 & 1u)) >> 16);
  }
  constexpr operator float() const { return std::bit_cast<float>(std::uint32_t{bits} << 16); }
};

}  // namespace unet
