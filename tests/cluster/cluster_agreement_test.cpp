// Agreement of partitions, correlation, and their permutation tests.
#include "unet/cluster/cluster_agreement.hpp"

#include <doctest/doctest.h>

#include "../reference/reference_file.hpp"
#include "unet/stats/correlation.hpp"
#include "unet/stats/label_permutation.hpp"

namespace cluster_agreement_test {

namespace {

using unet::Index;
using Labels = std::vector<Index>;

Labels indices(const ReferenceFile& reference, const char* name) {
  const auto values = reference.numbers(name);
  return Labels(values.begin(), values.end());
}

Labels random_labels(std::size_t items, std::uint32_t groups, std::uint32_t sample) {
  unet::Random random(0, unet::Purpose::test, 0, sample);
  Labels labels(items);
  for (Index& label : labels) label = static_cast<Index>(random.below(groups));
  return labels;
}

/// Over all pairs of items: together in both, in one, in the other, in none.
double rand_index_by_pairs(const Labels& a, const Labels& b) {
  double both = 0, only_a = 0, only_b = 0, none = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      ++(a[i] == a[j] ? (b[i] == b[j] ? both : only_a) : (b[i] == b[j] ? only_b : none));
  return 2 * (both * none - only_a * only_b) / ((both + only_a) * (only_a + none) + (both + only_b) * (only_b + none));
}

}  // namespace

TEST_CASE("chi-square and Cramer's V of a small table; empty groups do not count") {
  Labels a, b;
  const int counts[2][2] = {{10, 20}, {30, 40}};
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 2; ++j)
      for (int k = 0; k < counts[i][j]; ++k) a.push_back(2 * i), b.push_back(j);
  const unet::ChiSquare c = unet::chi_square(a, b);
  CHECK(c.statistic == doctest::Approx(100.0 * 200 * 200 / (30.0 * 70 * 40 * 60)));
  CHECK(c.degrees == 1);
  CHECK(c.cramers_v == doctest::Approx(std::sqrt(c.statistic / 100)));
  CHECK(unet::chi_square(a, a).cramers_v == doctest::Approx(1));
  CHECK(unet::chi_square(a, Labels(a.size(), 0)).statistic == 0);
  CHECK(unet::chi_square(a, Labels(a.size(), 0)).cramers_v == 0);
}

TEST_CASE("equal to scikit-learn's") {
  const ReferenceFile reference("kmeans");
  const Labels labels = indices(reference, "labels"), classes = indices(reference, "classes");
  CHECK(unet::adjusted_rand_index(labels, classes) == doctest::Approx(reference.number("ari")).epsilon(1e-12));
  CHECK(unet::normalised_mutual_information(labels, classes) ==
        doctest::Approx(reference.number("nmi")).epsilon(1e-12));
  CHECK(unet::correlation_ratio(reference.numbers("brightness"), labels) ==
        doctest::Approx(reference.number("eta2")).epsilon(1e-9));
}

TEST_CASE("the adjusted Rand index counts pairs") {
  for (std::uint32_t sample = 0; sample < 10; ++sample) {
    const Labels a = random_labels(23, 4, sample), b = random_labels(23, 3, 100 + sample);
    CHECK(unet::adjusted_rand_index(a, b) == doctest::Approx(rand_index_by_pairs(a, b)).epsilon(1e-12));
    CHECK(unet::adjusted_rand_index(b, a) == doctest::Approx(unet::adjusted_rand_index(a, b)).epsilon(1e-12));
  }
}

TEST_CASE("equal partitions under other names, trivial and independent ones") {
  const Labels a = {0, 0, 1, 1, 2}, renamed = {5, 5, 0, 0, 3}, one = {0, 0, 0, 0, 0}, singles = {0, 1, 2, 3, 4};
  for (const auto agreement : {unet::adjusted_rand_index, unet::normalised_mutual_information}) {
    CHECK(agreement(a, renamed) == doctest::Approx(1));
    CHECK(agreement(one, one) == 1);
    CHECK(agreement(singles, singles) == doctest::Approx(1));
    CHECK(agreement(Labels{3}, Labels{0}) == 1);
    CHECK(agreement(a, one) == doctest::Approx(0));
  }
  const Labels left = {0, 0, 1, 1}, right = {0, 1, 0, 1};
  CHECK(unet::normalised_mutual_information(left, right) == doctest::Approx(0));
  CHECK(unet::adjusted_rand_index(left, right) == doctest::Approx(-0.5));
}

TEST_CASE("partitions of different or no items") {
  for (const auto agreement : {unet::adjusted_rand_index, unet::normalised_mutual_information}) {
    CHECK_THROWS_AS(agreement(Labels{0, 1}, Labels{0}), unet::ShapeError);
    CHECK_THROWS_AS(agreement(Labels{}, Labels{}), unet::ShapeError);
    CHECK_THROWS_AS(agreement(Labels{0, -1}, Labels{0, 0}), unet::OptionError);
  }
}

TEST_CASE("Pearson's correlation and the correlation ratio") {
  const std::vector<double> x = {1, 2, 3, 4}, line = {12, 14, 16, 18}, flat = {5, 5, 5, 5}, other = {1, 3, 2, 4};
  CHECK(unet::pearson_correlation(x, line) == doctest::Approx(1));
  CHECK(unet::pearson_correlation(x, std::vector<double>{4, 3, 2, 1}) == doctest::Approx(-1));
  CHECK(unet::pearson_correlation(x, other) == doctest::Approx(0.8));
  CHECK(std::isnan(unet::pearson_correlation(x, flat)));
  CHECK(unet::correlation_ratio(x, Labels{0, 0, 2, 2}) == doctest::Approx(0.8));  // 4 of 5
  CHECK(unet::correlation_ratio(x, Labels{1, 0, 0, 1}) == doctest::Approx(0));
  CHECK(unet::correlation_ratio(x, Labels{0, 1, 2, 3}) == doctest::Approx(1));
  CHECK(std::isnan(unet::correlation_ratio(flat, Labels{0, 0, 1, 1})));
  CHECK_THROWS_AS(unet::pearson_correlation(x, std::vector<double>{1}), unet::ShapeError);
  CHECK_THROWS_AS(unet::correlation_ratio(x, Labels{0}), unet::ShapeError);
  CHECK_THROWS_AS(unet::correlation_ratio(x, Labels{0, 0, 0, -1}), unet::OptionError);
}

TEST_CASE("permutation p-values are near those of all orders") {
  // Of the 20 ways to deal three labels 0 and three 1, one gives a statistic of 3 (the sum over the first three), 9 give 2.
  const auto statistic = [](const std::vector<int>& labels) { return labels[0] + labels[1] + labels[2]; };
  constexpr Index draws = 20000;
  const auto p = [&](const std::vector<int>& labels) {
    return unet::label_permutation_p_value(labels, statistic, {draws, 7});
  };
  CHECK(p({1, 1, 1, 0, 0, 0}) == doctest::Approx(1.0 / 20).epsilon(0.1));
  CHECK(p({1, 0, 1, 0, 1, 0}) == doctest::Approx(10.0 / 20).epsilon(0.05));
  CHECK(p({0, 0, 0, 1, 1, 1}) == 1);
  CHECK(std::isnan(unet::label_permutation_p_value(Labels{0, 1}, [](const Labels&) { return std::nan(""); })));
}

TEST_CASE("p-values are uniform when there is nothing, and as small as the draws allow when there is much") {
  constexpr Index draws = 199;
  const auto p_value = [&](const Labels& a, const Labels& b) {
    return unet::label_permutation_p_value(
        b, [&](const Labels& permuted) { return unet::normalised_mutual_information(a, permuted); }, {draws, 3});
  };
  constexpr int cases = 300;
  int below_tenth = 0, below_half = 0;
  for (std::uint32_t sample = 0; sample < cases; ++sample) {
    const double p = p_value(random_labels(40, 4, 2 * sample), random_labels(40, 4, 2 * sample + 1));
    below_tenth += p <= 0.1;
    below_half += p <= 0.5;
  }
  CHECK(below_tenth > 0.05 * cases);
  CHECK(below_tenth < 0.16 * cases);
  CHECK(below_half > 0.41 * cases);
  CHECK(below_half < 0.59 * cases);
  const Labels labels = random_labels(40, 4, 0);
  CHECK(p_value(labels, labels) == doctest::Approx(1.0 / (draws + 1)));
}

TEST_CASE("p-values do not depend on the threads, and on the seed only a little") {
  const int before = unet::thread_count();
  const Labels a = random_labels(60, 3, 1), b = random_labels(60, 3, 2);
  const auto run = [&](int threads, std::uint64_t seed) {
    unet::set_thread_count(threads);
    return unet::label_permutation_p_value(
        b, [&](const Labels& permuted) { return unet::adjusted_rand_index(a, permuted); }, {1000, seed});
  };
  const double expected = run(1, 5);
  for (const int threads : {2, 3, 5}) CHECK(run(threads, 5) == expected);
  bool differs = false;
  for (const std::uint64_t seed : {6, 7, 8}) {
    CHECK(std::abs(run(1, seed) - expected) < 0.1);
    differs |= run(1, seed) != expected;
  }
  CHECK(differs);
  unet::set_thread_count(before);
  CHECK_THROWS_AS(unet::label_permutation_p_value(b, [](const Labels&) { return 0.0; }, {0, 0}), unet::OptionError);
}

}  // namespace cluster_agreement_test
