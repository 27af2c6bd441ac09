// Ranks and Spearman's correlation: against known cases.
#include "unet/stats/ranks.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace ranks_test {

TEST_CASE("ranks: equal values share the mean of theirs") {
  CHECK(unet::ranks({0.5, 0.1, 0.5, 0.9}) == std::vector<double>{2.5, 1, 2.5, 4});
  CHECK(unet::ranks({3, 3, 3}) == std::vector<double>{2, 2, 2});
  CHECK(unet::ranks({}).empty());
}

TEST_CASE("Spearman's correlation: any rising law is 1; without ties 1 - 6 sum d^2 / (n (n^2 - 1))") {
  const std::vector<double> x = {1, 2, 3, 4, 5};
  CHECK(unet::spearman_correlation(x, {1, 8, 27, 64, 125}) == doctest::Approx(1));
  CHECK(unet::spearman_correlation(x, {5, 4, 3, 2, 1}) == doctest::Approx(-1));
  CHECK(unet::spearman_correlation(x, {10, 40, 20, 50, 30}) == doctest::Approx(1 - 6 * 10.0 / (5 * 24)));
  CHECK(std::isnan(unet::spearman_correlation(x, {1, 1, 1, 1, 1})));
  CHECK_THROWS_AS(unet::spearman_correlation(x, {1, 2}), unet::ShapeError);
}

}  // namespace ranks_test
