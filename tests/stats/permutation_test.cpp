// Permutation test and Holm's correction: against enumeration and hand calculation, under the null, with a difference.
#include "unet/stats/permutation.hpp"

#include <doctest/doctest.h>

#include "unet/stats/holm.hpp"

namespace permutation_test {

using unet::permutation_test;
using unet::Random;

namespace {

std::vector<double> skewed(std::size_t count, std::uint32_t set, std::uint32_t group, double shift = 0) {
  Random random(1, unet::Purpose::test, group, set);
  std::vector<double> values(count);
  for (double& value : values) value = std::pow(random.uniform(), 1.0 / 8) + shift;
  return values;
}

/// Welch's t, written out.
double welch(const std::vector<double>& a, const std::vector<double>& b) {
  const auto x = unet::mean_and_error(a), y = unet::mean_and_error(b);
  return std::abs(x.mean - y.mean) /
         std::sqrt(x.standard_error * x.standard_error + y.standard_error * y.standard_error);
}

/// The share of all divisions that are at least as far apart.
double enumerated(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> pool = a;
  pool.insert(pool.end(), b.begin(), b.end());
  int all = 0, far = 0;
  for (unsigned bits = 0; bits < 1u << pool.size(); ++bits) {
    std::vector<double> first, rest;
    for (std::size_t i = 0; i < pool.size(); ++i) (bits >> i & 1 ? first : rest).push_back(pool[i]);
    if (first.size() != a.size()) continue;
    ++all;
    far += welch(first, rest) >= welch(a, b) * (1 - 1e-9);
  }
  return static_cast<double>(far) / all;
}

/// Largest distance between the distribution of p-values and the uniform one (Kolmogorov, Smirnov).
double distance_to_uniform(std::vector<double> p) {
  std::sort(p.begin(), p.end());
  double distance = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double before = static_cast<double>(i) / static_cast<double>(p.size());
    distance = std::max({distance, p[i] - before, before + 1.0 / static_cast<double>(p.size()) - p[i]});
  }
  return distance;
}

}  // namespace

TEST_CASE("agrees with the enumeration of all divisions") {
  const std::vector<double> a = {0.91, 0.95, 0.7, 0.88}, b = {0.6, 0.72, 0.81, 0.77, 0.68};
  const double exact = enumerated(a, b);
  CHECK(exact > 0.02);
  CHECK(exact < 0.2);
  const auto p = permutation_test(a, b, {200'000, 5});
  REQUIRE(p);
  CHECK(std::abs(*p - exact) < 4 * std::sqrt(exact * (1 - exact) / 200'000));
  CHECK(*permutation_test(b, a, {200'000, 5}) == *p);
}

TEST_CASE("p-values are uniform when the groups are alike") {
  constexpr std::uint32_t sets = 400;
  for (const auto& sizes : {std::pair<std::size_t, std::size_t>{8, 8}, {5, 30}}) {
    CAPTURE(sizes.first);
    std::vector<double> p;
    for (std::uint32_t set = 0; set < sets; ++set)
      p.push_back(*permutation_test(skewed(sizes.first, set, 0), skewed(sizes.second, set, 1), {499, set}));
    CHECK(distance_to_uniform(p) < 1.95 / std::sqrt(sets));  // exceeded in one of a thousand cases
  }
}

TEST_CASE("equal means with other variances: no more false alarms than promised") {
  // The small group varies five times as much: the plain difference of means would give p < 0.05 in about 30% of cases.
  constexpr std::uint32_t sets = 400;
  int alarms = 0;
  for (std::uint32_t set = 0; set < sets; ++set) {
    Random random(2, unet::Purpose::test, 0, set);
    std::vector<double> a(15), b(60);
    for (double& value : a) value = 5 * random.normal();
    for (double& value : b) value = random.normal();
    alarms += *permutation_test(a, b, {299, set}) <= 0.05;
  }
  CHECK(alarms < sets * (0.05 + 3 * std::sqrt(0.05 * 0.95 / sets)));
}

TEST_CASE("a true difference is found") {
  CHECK(*permutation_test(skewed(40, 0, 0), skewed(40, 0, 1, 0.2)) == doctest::Approx(1.0 / 10'001));
  CHECK(*permutation_test(skewed(40, 0, 0), skewed(40, 0, 1)) > 0.05);
}

TEST_CASE("the same p-value for any number of threads, another for another seed") {
  const auto a = skewed(12, 0, 0), b = skewed(25, 0, 1, 0.02);
  const int threads = unet::thread_count();
  unet::set_thread_count(1);
  const double alone = *permutation_test(a, b, {999, 0});
  unet::set_thread_count(3);
  CHECK(*permutation_test(a, b, {999, 0}) == alone);
  unet::set_thread_count(threads);
  int others = 0;
  for (std::uint64_t seed = 1; seed < 6; ++seed) others += *permutation_test(a, b, {999, seed}) != alone;
  CHECK(others > 0);
}

TEST_CASE("values that are all the same, differences without spread, groups too small") {
  const std::vector<double> ones(6, 0.1), twos(6, 0.2);
  CHECK(*permutation_test(ones, ones) == 1);
  CHECK(*permutation_test(ones, twos, {999, 0}) < 0.02);  // 2 of 924 divisions
  CHECK_FALSE(permutation_test(ones, std::vector<double>{0.5}));
  CHECK_FALSE(permutation_test({}, ones));
  CHECK_THROWS_AS(permutation_test(ones, twos, {0, 0}), unet::OptionError);
}

TEST_CASE("Holm's correction, worked out by hand") {
  const auto check = [](const std::vector<double>& p, const std::vector<double>& expected) {
    const std::vector<double> adjusted = unet::holm(p);
    REQUIRE(adjusted.size() == expected.size());
    for (std::size_t i = 0; i < p.size(); ++i) CHECK(adjusted[i] == doctest::Approx(expected[i]));
  };
  check({0.01, 0.04, 0.03, 0.005}, {0.03, 0.06, 0.06, 0.02});  // 3 * 0.01; 2 * 0.03 also for 0.04; 4 * 0.005
  check({0.5, 0.4}, {0.8, 0.8});
  check({0.6, 0.7, 0.9}, {1, 1, 1});
  check({0.02}, {0.02});
  check({}, {});
}

}  // namespace permutation_test
