// Bootstrap intervals: how often they hold the truth, agreement with a plain calculation, groups that give none.
#include "unet/stats/bootstrap.hpp"

#include <doctest/doctest.h>

#include <functional>

#include "unet/stats/worst_group_gap.hpp"

namespace bootstrap_test {

using unet::bootstrap_difference;
using unet::bootstrap_mean;
using unet::BootstrapOptions;
using unet::Interval;
using unet::Random;

namespace {

using Distribution = std::function<double(Random&)>;

double normal(Random& random) { return random.normal(); }

/// Skewed to the left between 0 and 1, as IoUs are: the largest of eight uniform values, mean 8/9.
double skewed(Random& random) { return std::pow(random.uniform(), 1.0 / 8); }

std::vector<double> draw(std::size_t count, const Distribution& distribution, std::uint32_t set,
                         std::uint32_t group = 0) {
  Random random(1, unet::Purpose::test, group, set);
  std::vector<double> values(count);
  for (double& value : values) value = distribution(random);
  return values;
}

constexpr std::uint32_t sets = 1200;

/// Share of simulated data sets whose interval holds the truth.
double coverage(double truth, const std::function<std::optional<Interval>(std::uint32_t, BootstrapOptions)>& interval) {
  int held = 0;
  for (std::uint32_t set = 0; set < sets; ++set) {
    const auto found = interval(set, {399, 0.95, set});
    held += found && found->low <= truth && truth <= found->high;
  }
  return static_cast<double>(held) / sets;
}

/// Three standard deviations of a binomial share around 0.95.
const double slack = 3 * std::sqrt(0.95 * 0.05 / sets);

/// The percentile interval (Efron, Tibshirani, chapter 13), which the studentised one is meant to be better than.
Interval percentile(std::span<const double> values, const BootstrapOptions& options) {
  std::vector<double> means;
  for (const auto& resample : unet::detail::resample_means(values, options)) means.push_back(resample.mean);
  std::sort(means.begin(), means.end());
  const double mean = unet::mean_and_error(values).mean;
  return {mean + means[9], mean + means[389]};
}

}  // namespace

TEST_CASE("mean and standard error") {
  const auto [mean, error] = unet::mean_and_error(std::vector<double>{1, 2, 6});
  CHECK(mean == doctest::Approx(3));
  CHECK(error == doctest::Approx(std::sqrt(7.0 / 3)));  // variance 14 / 2
  CHECK(unet::mean_and_error(std::vector<double>{0.1, 0.1, 0.1}).mean == 0.1);
  CHECK(unet::mean_and_error(std::vector<double>{0.1, 0.1, 0.1}).standard_error == 0);
  CHECK(unet::mean_and_error(std::vector<double>{4}).standard_error == 0);
}

TEST_CASE("intervals hold the mean of small groups in 95% of cases, of skewed values too") {
  for (const std::size_t count : {8, 20}) {
    CAPTURE(count);
    const auto of_mean = [&](const Distribution& distribution) {
      return [&, distribution](std::uint32_t set, BootstrapOptions options) {
        return bootstrap_mean(draw(count, distribution, set), options);
      };
    };
    CHECK(std::abs(coverage(0, of_mean(normal)) - 0.95) < slack);
    CHECK(std::abs(coverage(8.0 / 9, of_mean(skewed)) - 0.95) < slack);
  }
}

TEST_CASE("percentile intervals hold it too seldom: why they are not used") {
  CHECK(coverage(8.0 / 9, [](std::uint32_t set, BootstrapOptions options) -> std::optional<Interval> {
          return percentile(draw(15, skewed, set), options);
        }) < 0.95 - slack);
}

TEST_CASE("intervals of differences, between groups of other sizes and distributions") {
  const double share = coverage(8.0 / 9, [](std::uint32_t set, BootstrapOptions options) {
    return bootstrap_difference(draw(10, skewed, set, 0),
                                draw(
                                    25, [](Random& random) { return 0.05 * random.normal(); }, set, 1),
                                options);
  });
  CHECK(std::abs(share - 0.95) < slack);
}

TEST_CASE("the interval of a normal sample is near Student's") {
  const std::vector<double> values = draw(30, normal, 0);
  const auto [mean, error] = unet::mean_and_error(values);
  const auto interval = bootstrap_mean(values);
  REQUIRE(interval);
  CHECK(interval->low == doctest::Approx(mean - 2.045 * error).epsilon(0.1));
  CHECK(interval->high == doctest::Approx(mean + 2.045 * error).epsilon(0.1));
  const auto wider = bootstrap_mean(values, {10'000, 0.99, 0});
  CHECK(wider->low < interval->low);
  CHECK(wider->high > interval->high);
}

TEST_CASE("skewed values: the interval reaches further to the side of the tail") {
  const std::vector<double> values = draw(40, skewed, 0);
  const double mean = unet::mean_and_error(values).mean;
  const auto interval = bootstrap_mean(values);
  REQUIRE(interval);
  CHECK(mean - interval->low > 1.1 * (interval->high - mean));
}

TEST_CASE("resamples have the moments that they must have") {
  const std::vector<double> values = draw(50, skewed, 3);
  const auto error = unet::mean_and_error(values).standard_error;
  std::vector<double> means;
  for (const auto& resample : unet::detail::resample_means(values, {})) means.push_back(resample.mean);
  const auto [mean, error_of_mean] = unet::mean_and_error(means);
  CHECK(std::abs(mean) < 4 * error_of_mean);
  CHECK(error_of_mean * 100 / error == doctest::Approx(std::sqrt(49.0 / 50)).epsilon(0.015));
  const auto other = unet::detail::resample_means(values, {}, 1);
  CHECK(other[0].mean != doctest::Approx(means[0]));
}

TEST_CASE("a resample's own standard error is unbiased") {
  const std::vector<double> values = draw(20, skewed, 3);
  const double variance = std::pow(unet::mean_and_error(values).standard_error, 2) * 19 / 20;  // of the resampled means
  double sum = 0;
  for (const auto& resample : unet::detail::resample_means(values, {})) sum += std::pow(resample.standard_error, 2);
  CHECK(sum / 10'000 / variance == doctest::Approx(1).epsilon(0.01));
}

TEST_CASE("intervals are made of the studentised resamples, as the book says") {
  const BootstrapOptions options{199, 0.9, 3};  // 10 draws of 200 are beyond each end
  const std::vector<double> a = draw(12, skewed, 5), b = draw(9, skewed, 6);
  const auto x = unet::mean_and_error(a), y = unet::mean_and_error(b);
  const auto draws_a = unet::detail::resample_means(a, options, 0),
             draws_b = unet::detail::resample_means(b, options, 1);
  std::vector<double> of_mean, of_difference, sizes;
  for (std::size_t i = 0; i < 199; ++i) {
    const double error = std::hypot(draws_a[i].standard_error, draws_b[i].standard_error);
    of_mean.push_back(draws_a[i].mean / draws_a[i].standard_error);
    of_difference.push_back((draws_a[i].mean - draws_b[i].mean) / error);
    sizes.push_back(std::abs(of_difference.back()));
  }
  for (auto* t : {&of_mean, &of_difference, &sizes}) std::sort(t->begin(), t->end());
  const double difference = x.mean - y.mean, error = std::hypot(x.standard_error, y.standard_error);

  const auto mean_interval = bootstrap_mean(a, options), interval = bootstrap_difference(a, b, options);
  CHECK(mean_interval->low == doctest::Approx(x.mean - of_mean[189] * x.standard_error));
  CHECK(mean_interval->high == doctest::Approx(x.mean - of_mean[9] * x.standard_error));
  CHECK(interval->low == doctest::Approx(difference - of_difference[189] * error));
  CHECK(interval->high == doctest::Approx(difference - of_difference[9] * error));
  const auto gap = unet::worst_group_gap({a, b}, options);
  CHECK(gap->interval->high == doctest::Approx(std::abs(difference) + sizes[179] * error));
}

TEST_CASE("the same interval for any number of threads, another for another seed") {
  const std::vector<double> values = draw(20, skewed, 0), others = draw(30, skewed, 1);
  const int threads = unet::thread_count();
  unet::set_thread_count(1);
  const auto alone = bootstrap_mean(values);
  const auto difference = bootstrap_difference(values, others);
  unet::set_thread_count(3);
  CHECK(bootstrap_mean(values)->low == alone->low);
  CHECK(bootstrap_mean(values)->high == alone->high);
  CHECK(bootstrap_difference(values, others)->low == difference->low);
  CHECK(bootstrap_mean(values, {10'000, 0.95, 1})->low != alone->low);
  unet::set_thread_count(threads);
}

TEST_CASE("groups that give no interval, and values that are all the same") {
  CHECK_FALSE(bootstrap_mean({}));
  CHECK_FALSE(bootstrap_mean(std::vector<double>{1, 2, 3, 4}));
  CHECK_FALSE(bootstrap_difference(std::vector<double>{1, 2, 3, 4, 5}, std::vector<double>{1, 2}));
  // Most resamples consist of zeros alone: they say nothing about how far above the mean may be.
  CHECK_FALSE(bootstrap_mean(std::vector<double>{0, 0, 0, 0, 0, 0, 0.7}));
  for (int i = 1; i < 20; ++i) {  // what rounding leaves of a spread is none
    std::vector<double> values(7, 0.0371 * i);
    values[3] = 0.9;
    CHECK_FALSE(bootstrap_mean(values));
  }
  const auto constant = bootstrap_mean(std::vector<double>(7, 0.1));
  REQUIRE(constant);
  CHECK(constant->low == 0.1);
  CHECK(constant->high == 0.1);
}

TEST_CASE("options out of range") {
  const std::vector<double> values(10, 1.0);
  CHECK_THROWS_AS(bootstrap_mean(values, {10, 0.95, 0}), unet::OptionError);
  CHECK_THROWS_AS(bootstrap_mean(values, {1000, 1, 0}), unet::OptionError);
  CHECK_THROWS_AS(bootstrap_mean(values, {1000, std::nan(""), 0}), unet::OptionError);
  CHECK_THROWS_WITH_AS(bootstrap_difference(values, values, {-5, 0.95, 0}), doctest::Contains("at least 40"),
                       unet::OptionError);
  CHECK_NOTHROW(bootstrap_mean(values, {40, 0.95, 0}));
}

TEST_CASE("worst-group gap: between which groups, and how large") {
  const auto gap = unet::worst_group_gap({std::vector<double>(3, 0.0),
                                          {0.8, 0.9, 0.8, 0.9, 0.85},
                                          {0.5, 0.6, 0.5, 0.6, 0.55},
                                          {0.7, 0.6, 0.7, 0.6, 0.65}});
  REQUIRE(gap);
  CHECK(gap->best == 1);
  CHECK(gap->worst == 2);
  CHECK(gap->difference == doctest::Approx(0.3));
  REQUIRE(gap->interval);
  CHECK(gap->interval->low > 0);
  CHECK(gap->interval->low < 0.3);
  CHECK(gap->interval->high > 0.3);
  CHECK_FALSE(unet::worst_group_gap({std::vector<double>(3, 0.0), std::vector<double>(9, 0.0)}));
}

TEST_CASE("the interval of the gap holds it at least in 95% of cases, and 0 when all groups are alike") {
  const auto gap_of = [](double shift) {
    return [shift](std::uint32_t set, BootstrapOptions options) {
      std::vector<std::vector<double>> groups;
      for (std::uint32_t group = 0; group < 4; ++group) groups.push_back(draw(8 + 4 * group, skewed, set, group));
      for (double& value : groups[2]) value += shift;
      return unet::worst_group_gap(groups, options)->interval;
    };
  };
  CHECK(coverage(0, gap_of(0)) > 0.95 - slack);
  CHECK(coverage(0.1, gap_of(0.1)) > 0.95 - slack);
  CHECK(coverage(0, gap_of(0.2)) < 0.05);
}

}  // namespace bootstrap_test
