// What registers of floats do with zeros, infinities and what is not a number, in each instruction set. Compiled with -ffast-math
// as well: expected values are told by their bits.
#include "unet/backends/cpu/isa/lanes.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "unet/backends/cpu/isa/exponential.hpp"
#include "unet/core/finite.hpp"

namespace lanes_test {

namespace {

using Floats = std::array<float, 16>;  // the widest register; narrower ones are gone through in turn
using unet::cpu::Lanes;

constexpr float not_a_number = std::bit_cast<float>(0x7FC0'0000u),
                negative_not_a_number = std::bit_cast<float>(0xFFC0'0000u);
constexpr float signalling = std::bit_cast<float>(0xFF80'0001u), infinite = std::bit_cast<float>(0x7F80'0000u);
constexpr float largest = std::numeric_limits<float>::max(), smallest = std::numeric_limits<float>::min();
constexpr float minus_zero = std::bit_cast<float>(0x8000'0000u), minus_infinite = std::bit_cast<float>(0xFF80'0000u);
constexpr Floats special = {0,
                            minus_zero,
                            1,
                            -1,
                            smallest,
                            -smallest,
                            largest,
                            -largest,
                            minus_infinite,
                            3,
                            -3,
                            not_a_number,
                            negative_not_a_number,
                            signalling,
                            infinite,
                            1e-30f};

template <class Operation>
struct OnRegisters {
  template <class I>
  UNET_INLINE static void run(const float* a, const float* b, float* to) {
    for (int at = 0; at < 16; at += I::width) {
      Lanes<I> x, y;
      unet::cpu::load(x, a + at);
      unet::cpu::load(y, b + at);
      Operation::apply(x, y);
      unet::cpu::store(to + at, x);
    }
  }
};
struct Maximum {
  template <class V>
  UNET_INLINE static void apply(V& a, const V& b) {
    unet::cpu::maximum(a, b);
  }
};
struct KeepPositive {
  template <class V>
  UNET_INLINE static void apply(V& a, const V&) {
    unet::cpu::keep_positive(a);
  }
};
struct KeepWherePositive {
  template <class V>
  UNET_INLINE static void apply(V& a, const V& b) {
    unet::cpu::keep_where_positive(a, b);
  }
};
struct SquareRoot {
  template <class V>
  UNET_INLINE static void apply(V& a, const V& b) {
    unet::cpu::square_root(a, b);
  }
};

struct ExponentialOfNegative {
  template <class V>
  UNET_INLINE static void apply(V& a, const V& b) {
    unet::cpu::exponential_of_negative(a, b);
  }
};
struct LogarithmOfOnePlus {
  template <class V>
  UNET_INLINE static void apply(V& a, const V& b) {
    unet::cpu::logarithm_of_one_plus(a, b);
  }
};

/// To memory of bf16 and back; the values that lie there in between are the result.
struct RoundTrip {
  using isas = unet::cpu::StoringIsas<unet::bf16>;

  template <class I>
  UNET_INLINE static void run(const float* from, unet::bf16* to, float* back) {
    for (int at = 0; at < 16; at += I::width) {
      Lanes<I> x, y;
      unet::cpu::load(x, from + at);
      unet::cpu::store_as<I>(to + at, x);
      unet::cpu::load(y, to + at);
      unet::cpu::store(back + at, y);
    }
  }
};

template <class Operation>
Floats applied(const Floats& a, const Floats& b) {
  Floats result;
  unet::cpu::dispatch<OnRegisters<Operation>>(a.data(), b.data(), result.data());
  return result;
}

std::uint32_t bits(float x) { return std::bit_cast<std::uint32_t>(x); }
bool negative(float x) { return bits(x) >> 31 != 0; }
/// Grows with the number; 0 for both zeros.
std::int64_t rank(float x) {
  const std::int64_t magnitude = bits(x) & 0x7FFF'FFFFu;
  return negative(x) ? -magnitude : magnitude;
}

}  // namespace

TEST_CASE("max(0, v): negative ones and -0 become 0, what is not a number stays one whatever its sign") {
  const Floats kept = applied<KeepPositive>(special, special);
  for (std::size_t i = 0; i < special.size(); ++i) {
    CAPTURE(bits(special[i]));
    if (unet::is_nan(special[i]))
      CHECK(unet::is_nan(kept[i]));
    else
      CHECK(bits(kept[i]) == (negative(special[i]) ? 0u : bits(special[i])));
  }
}

TEST_CASE("the larger of two is not a number if one of them is none") {
  for (const float other : special) {
    Floats others;
    others.fill(other);
    const Floats larger = applied<Maximum>(special, others);
    for (std::size_t i = 0; i < special.size(); ++i) {
      CAPTURE(bits(special[i]));
      CAPTURE(bits(other));
      if (unet::is_nan(special[i]) || unet::is_nan(other))
        CHECK(unet::is_nan(larger[i]));
      else
        CHECK(rank(larger[i]) == std::max(rank(special[i]), rank(other)));
    }
  }
}

TEST_CASE("a gradient is kept where the value is neither 0 nor -0") {
  Floats gradient;
  gradient.fill(-2);
  const Floats kept = applied<KeepWherePositive>(gradient, {0, minus_zero, smallest, 1, largest, infinite,
                                                            std::bit_cast<float>(1u), 1e-20f, 0, 0, 5, 0, 0, 0, 0, 7});
  const Floats expected = {0, 0, -2, -2, -2, -2, -2, -2, 0, 0, -2, 0, 0, 0, 0, -2};
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(bits(kept[i]) == bits(expected[i]));
}

TEST_CASE("square roots are right to two units in the last place, from 1e-37 to the largest number") {
  double worst = 0;
  for (double x = 1e-37; x < 3.4e38; x *= 1.0007) {
    Floats values;
    for (float& value : values) value = static_cast<float>(x), x *= 1.0007;
    const Floats roots = applied<SquareRoot>(values, values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!unet::is_finite(values[i])) continue;
      const double root = std::sqrt(static_cast<double>(values[i]));
      worst = std::max(worst, std::abs(static_cast<double>(roots[i]) / root - 1));
    }
  }
  CHECK(worst < 2 * 0x1p-23);
  MESSAGE("relative error at most " << worst);
  const Floats roots = applied<SquareRoot>({}, {0, std::bit_cast<float>(1u), 1e-38f, 4});
  for (int i = 0; i < 3; ++i) {
    CHECK(roots[i] >= 0);
    CHECK(roots[i] < 1e-18f);
  }
  CHECK(std::abs(roots[3] - 2) < 1e-6f);
}

TEST_CASE("exp(-|x|) is right to three units in the last place down to exp(-87), and no less beyond") {
  double worst = 0;
  for (double x = 1e-9; x < 87; x = x * 1.001 + 1e-6) {
    Floats values;
    for (float& value : values) value = static_cast<float>(worst > 0 ? x : -x), x = x * 1.001 + 1e-6;
    const Floats results = applied<ExponentialOfNegative>({}, values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double magnitude = std::min(87.0, std::abs(static_cast<double>(values[i])));
      worst = std::max(worst, std::abs(static_cast<double>(results[i]) / std::exp(-magnitude) - 1));
    }
  }
  CHECK(worst < 3 * 0x1p-23);
  CHECK(worst > 0);
  MESSAGE("relative error at most " << worst);
  const Floats results = applied<ExponentialOfNegative>({}, special);
  for (std::size_t i = 0; i < special.size(); ++i) {
    CAPTURE(bits(special[i]));
    if (unet::is_nan(special[i]))
      CHECK(unet::is_nan(results[i]));
    else if (rank(special[i]) == 0)
      CHECK(results[i] == 1);
    else
      CHECK((bits(results[i]) >= bits(1e-38f) && bits(results[i]) <= bits(1.0f)));
  }
}

TEST_CASE("log(1 + e) is right to two units in the last place, also of small e") {
  double worst = 0;
  for (double x = 1e-37; x < 1;) {
    Floats values;
    for (float& value : values) value = static_cast<float>(std::min(x, 1.0)), x *= 1.003;
    const Floats results = applied<LogarithmOfOnePlus>({}, values);
    for (std::size_t i = 0; i < values.size(); ++i)
      worst =
          std::max(worst, std::abs(static_cast<double>(results[i]) / std::log1p(static_cast<double>(values[i])) - 1));
  }
  CHECK(worst < 2 * 0x1p-23);
  MESSAGE("relative error at most " << worst);
  const Floats results = applied<LogarithmOfOnePlus>({}, {0, not_a_number});
  CHECK(bits(results[0]) == 0);
  CHECK(unet::is_nan(results[1]));
}

TEST_CASE("bf16 in memory: rounded as its constructor does, read as what it is, at any even address") {
  std::size_t wrong = 0, numbers = 0;
  Floats values, back;
  // The processor's own instruction, which GCC is told, takes denormal numbers for 0.
  const bool flushes = unet::cpu::names_conversions && unet::cpu::current_isa() >= unet::cpu::Isa::avx512bf16;
  const auto expected = [&](float value) {
    const bool denormal = (bits(value) & 0x7F80'0000u) == 0;
    return unet::bf16(flushes && denormal ? std::bit_cast<float>(bits(value) & 0x8000'0000u) : value).bits;
  };
  std::array<unet::bf16, 17> memory;
  const auto check = [&] {
    for (const std::size_t offset : {std::size_t{0}, std::size_t{1}}) {
      unet::cpu::dispatch<RoundTrip>(static_cast<const float*>(values.data()), memory.data() + offset, back.data());
      for (std::size_t i = 0; i < values.size(); ++i, ++numbers) {
        wrong += memory[i + offset].bits != expected(values[i]);
        wrong += bits(back[i]) != std::uint32_t{memory[i + offset].bits} << 16;
      }
    }
  };
  values = special;
  check();
  for (std::uint32_t upper = 0; upper < 0x10000; ++upper) {
    for (std::uint32_t i = 0; i < 16; ++i)
      values[i] = std::bit_cast<float>(upper << 16 | (i % 2 ? 0x8000u - i / 2 : 4099u * i));
    check();
  }
  CHECK(wrong == 0);
  CHECK(numbers > 2'000'000);
}

}  // namespace lanes_test
