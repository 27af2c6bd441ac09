// Philox against the known answers of its authors, and the distributions drawn from it.
#include "unet/core/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

namespace random_test {

using unet::philox;
using unet::Purpose;
using unet::Random;

namespace {

struct Statistics {
  double mean = 0, variance = 0, skewness = 0;
  explicit Statistics(const std::vector<double>& values) {
    const auto n = static_cast<double>(values.size());
    for (const double v : values) mean += v / n;
    for (const double v : values) variance += (v - mean) * (v - mean) / n;
    for (const double v : values) skewness += std::pow((v - mean) / std::sqrt(variance), 3) / n;
  }
};

template <class Draw>
std::vector<double> draw(int count, const Draw& one) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(one());
  return values;
}

}  // namespace

// Known answers of Philox4x32-10, published with Salmon et al. 2011 (Random123, kat_vectors).
TEST_CASE("philox: known answers") {
  using Block = std::array<std::uint32_t, 4>;
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  constexpr std::uint32_t ones = 0xffffffff;
  CHECK(philox({ones, ones, ones, ones}, {ones, ones}) == Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
  static_assert(philox({0, 0, 0, 0}, {0, 0})[0] == 0x6627e8d5);
}

TEST_CASE("a stream is the blocks of its counter, the same each time") {
  Random random(0x0123456789abcdef, Purpose::shuffle, 5, 9), again(0x0123456789abcdef, Purpose::shuffle, 5, 9);
  for (std::uint32_t block = 0; block < 3; ++block)
    for (const std::uint32_t expected :
         philox({block, 9, 5, static_cast<std::uint32_t>(Purpose::shuffle)}, {0x89abcdef, 0x01234567})) {
      CHECK(random() == expected);
      CHECK(again() == expected);
    }
}

TEST_CASE("seed, purpose, epoch and sample each give another stream") {
  std::set<std::uint32_t> first;
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 32})
    for (const Purpose purpose : {Purpose::initialisation, Purpose::shuffle, Purpose::phantom})
      for (std::uint32_t epoch = 0; epoch < 3; ++epoch)
        for (std::uint32_t sample = 0; sample < 3; ++sample) first.insert(Random(seed, purpose, epoch, sample)());
  CHECK(first.size() == 3 * 3 * 3 * 3);
}

TEST_CASE("uniform: in [0, 1), mean 1/2, variance 1/12") {
  Random random(1, Purpose::test);
  const auto values = draw(100000, [&] { return random.uniform(); });
  CHECK(*std::min_element(values.begin(), values.end()) >= 0);
  CHECK(*std::max_element(values.begin(), values.end()) < 1);
  CHECK(*std::max_element(values.begin(), values.end()) > 0.9998);
  const Statistics s(values);
  CHECK(std::abs(s.mean - 0.5) < 5 * 0.289 / std::sqrt(1e5));  // five standard errors
  CHECK(std::abs(s.variance - 1.0 / 12) < 5 * 0.0745 / std::sqrt(1e5));
  for (int i = 0; i < 1000; ++i) {
    const double value = random.uniform(-3, -2);
    CHECK(value >= -3);
    CHECK(value < -2);
  }
}

TEST_CASE("normal: mean 0, variance 1, not skewed, 68% within one standard deviation") {
  Random random(2, Purpose::test);
  const auto values = draw(100000, [&] { return random.normal(); });
  const Statistics s(values);
  CHECK(std::abs(s.mean) < 5 / std::sqrt(1e5));
  CHECK(std::abs(s.variance - 1) < 5 * std::sqrt(2 / 1e5));
  CHECK(std::abs(s.skewness) < 5 * std::sqrt(6 / 1e5));
  const auto within = std::count_if(values.begin(), values.end(), [](double v) { return std::abs(v) < 1; });
  CHECK(std::abs(static_cast<double>(within) / 1e5 - 0.6827) < 0.0075);
  for (const double v : values) REQUIRE(std::isfinite(v));
}

TEST_CASE("below: every number as often as the others") {
  Random random(3, Purpose::test);
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts.at(random.below(7));
  double chi_squared = 0;
  for (const int count : counts) chi_squared += (count - 10000.0) * (count - 10000.0) / 10000;
  CHECK(chi_squared < 30);  // 6 degrees of freedom: more than 30 once in 25,000
  for (int i = 0; i < 100; ++i) CHECK(random.below(1) == 0);
  // A range that does not divide 2^32: without rejection the lower half would come twice as often as the upper one.
  int low = 0;
  for (int i = 0; i < 10000; ++i) low += random.below(0xC0000000) < 0x60000000;
  CHECK(std::abs(low - 5000) < 5 * 50);
}

TEST_CASE("shuffle: a permutation that depends on the stream alone, every place equally likely") {
  std::vector<int> items(100);
  for (int i = 0; i < 100; ++i) items[static_cast<std::size_t>(i)] = i;
  std::vector<int> a = items, b = items, c = items;
  unet::shuffle(a, Random(1, Purpose::shuffle, 1));
  unet::shuffle(b, Random(1, Purpose::shuffle, 1));
  unet::shuffle(c, Random(1, Purpose::shuffle, 2));
  CHECK(a == b);
  CHECK(a != c);
  CHECK(a != items);
  std::sort(a.begin(), a.end());
  CHECK(a == items);

  std::vector<int> where(5);  // where the first of five items ends up
  for (std::uint32_t i = 0; i < 5000; ++i) {
    std::vector<int> five = {0, 1, 2, 3, 4};
    unet::shuffle(five, Random(1, Purpose::test, i));
    ++where.at(static_cast<std::size_t>(std::find(five.begin(), five.end(), 0) - five.begin()));
  }
  for (const int count : where) CHECK(std::abs(count - 1000) < 5 * 28);

  std::vector<int> none, one = {3};
  unet::shuffle(none, Random(1, Purpose::test));
  unet::shuffle(one, Random(1, Purpose::test));
  CHECK(none.empty());
  CHECK(one == std::vector<int>{3});
}

}  // namespace random_test
