// Conversion between float and bf16: rounding, overflow, what is no number.
#include "unet/core/bf16.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

namespace bf16_test {

using unet::bf16;

namespace {

float from_bits(std::uint32_t bits) { return std::bit_cast<float>(bits); }

/// The bits of the nearest bf16 to a finite float, by comparing distances in double, where they are exact. Beyond the largest
/// bf16 comes 2^128, which is infinity.
std::uint32_t nearest(std::uint32_t bits) {
  const double value = std::abs(static_cast<double>(from_bits(bits)));
  const std::uint32_t sign = bits >> 31 << 15, below = bits >> 16 & 0x7FFF, above = below + 1;
  const auto size = [](std::uint32_t half) {
    return half == 0x7F80 ? 0x1p128 : static_cast<double>(from_bits(half << 16));
  };
  const double down = value - size(below), up = size(above) - value;
  const bool rounds_up = up < down || (up == down && above % 2 == 0);
  return sign | (rounds_up ? above : below);
}

}  // namespace

TEST_CASE("every upper half, with lower halves around the tie: to nearest, ties to even; not a number stays so") {
  std::size_t wrong = 0, numbers = 0;
  for (std::uint32_t upper = 0; upper < 0x10000; ++upper)
    for (const std::uint32_t lower : {0x0000u, 0x0001u, 0x1234u, 0x7FFFu, 0x8000u, 0x8001u, 0xABCDu, 0xFFFFu}) {
      const std::uint32_t bits = upper << 16 | lower;
      const float value = from_bits(bits);
      const bf16 rounded(value);
      if (std::isnan(value)) {
        wrong += !std::isnan(static_cast<float>(rounded)) || rounded.bits >> 15 != upper >> 15;
      } else if (std::isinf(value)) {
        wrong += rounded.bits != upper;
      } else {
        wrong += rounded.bits != nearest(bits);
        ++numbers;
      }
    }
  CHECK(wrong == 0);
  CHECK(numbers == 2 * 0x7F80 * 8);
}

TEST_CASE("ties, limits and signs") {
  CHECK(bf16(1.0f + 0x1p-8f).bits == bf16(1.0f).bits);          // halfway: to the even one below
  CHECK(bf16(1.0f + 3 * 0x1p-8f).bits == bf16(1.0f).bits + 2);  // halfway: to the even one above
  CHECK(bf16(1.0f + 0x1.002p-8f).bits == bf16(1.0f).bits + 1);
  CHECK(static_cast<float>(bf16(0x1.FEp127f)) == 0x1.FEp127f);  // the largest
  CHECK(static_cast<float>(bf16(0x1.FEFFFEp127f)) == 0x1.FEp127f);
  CHECK(std::isinf(static_cast<float>(bf16(0x1.FFp127f))));
  CHECK(static_cast<float>(bf16(-0x1.FFp127f)) == -INFINITY);
  CHECK(bf16(0.0f).bits == 0);
  CHECK(bf16(-0.0f).bits == 0x8000);
  CHECK(bf16(-1.5f).bits == (bf16(1.5f).bits | 0x8000));
  CHECK(bf16().bits == 0);
  CHECK(static_cast<float>(bf16(0x1p-133f)) == 0x1p-133f);  // the smallest
  CHECK(bf16(0x1p-134f).bits == 0);                         // half of it: to even
  CHECK(bf16(3).bits == bf16(3.0).bits);
  CHECK(static_cast<float>(bf16(3)) == 3.0f);
}

TEST_CASE("every bf16 comes back from float as it was, and not a number is quiet then") {
  std::size_t wrong = 0;
  for (std::uint32_t half = 0; half < 0x10000; ++half) {
    bf16 value;
    value.bits = static_cast<std::uint16_t>(half);
    const bool nan = (half & 0x7FFF) > 0x7F80;
    wrong += bf16(static_cast<float>(value)).bits != (nan ? half | 0x40 : half);
  }
  CHECK(wrong == 0);
}

}  // namespace bf16_test
