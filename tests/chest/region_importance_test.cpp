// Importance by pixel, by region of one image, and over many images.
#include "unet/chest/region_importance.hpp"

#include <doctest/doctest.h>

#include "unet/chest/importance_statistics.hpp"
#include "unet/core/random.hpp"

namespace region_importance_test {

using doctest::Approx;
using unet::Index;
using unet::LungRegion;
using unet::OcclusionMap;
using unet::RegionImportance;

namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

OcclusionMap random_map(Index height, Index width, Index patch, Index stride) {
  OcclusionMap map{
      patch, stride, unet::occlusion_positions(height, stride), unet::occlusion_positions(width, stride), 0.7, {}, {}};
  unet::Random random(4, unet::Purpose::test);
  for (Index i = 0; i < map.rows * map.columns; ++i) map.score.push_back(random.uniform());
  return map;
}

/// By asking of each patch whether it covers the pixel.
double covering_mean(const OcclusionMap& map, Index y, Index x) {
  double sum = 0;
  int patches = 0;
  for (Index row = 0; row < map.rows; ++row)
    for (Index column = 0; column < map.columns; ++column) {
      const double score = map.score[static_cast<std::size_t>(row * map.columns + column)];
      const Index down = y - row * map.stride, right = x - column * map.stride;
      if (down < 0 || down >= map.patch || right < 0 || right >= map.patch || std::isnan(score)) continue;
      sum += score - map.reference;
      ++patches;
    }
  return patches ? sum / patches : nan_value;
}

RegionImportance importance(double edge, double inside, double outside) { return {edge, inside, outside}; }

}  // namespace

TEST_CASE("a pixel has the mean importance of the patches that cover it") {
  for (const auto& sizes : {std::pair<Index, Index>{4, 4}, {5, 2}, {2, 5}, {3, 1}}) {
    CAPTURE(sizes.first);
    CAPTURE(sizes.second);
    OcclusionMap map = random_map(13, 10, sizes.first, sizes.second);
    map.score[1] = nan_value;
    const std::vector<double> values = unet::importance_per_pixel(map, 13, 10);
    REQUIRE(values.size() == 130);
    for (Index y = 0; y < 13; ++y)
      for (Index x = 0; x < 10; ++x) {
        const double expected = covering_mean(map, y, x), value = values[static_cast<std::size_t>(y * 10 + x)];
        if (std::isnan(expected))
          CHECK(std::isnan(value));
        else
          CHECK(value == Approx(expected).epsilon(1e-12));
      }
  }
  CHECK_THROWS_AS(unet::importance_per_pixel(random_map(13, 10, 4, 4), 20, 10), unet::ShapeError);
  CHECK_THROWS_AS(unet::importance_per_pixel(random_map(13, 10, 4, 4), 13, 20), unet::ShapeError);
}

TEST_CASE("a region has the mean of its pixels that have a value") {
  std::vector<std::uint8_t> mask(6 * 9);
  for (Index y = 1; y < 5; ++y)
    for (Index x = 1; x < 8; ++x) mask[static_cast<std::size_t>(y * 9 + x)] = 1;
  const unet::LungRegions regions(mask, 6, 9, 1);
  std::vector<double> values(mask.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i * i % 17);
  values[20] = nan_value;  // inside
  const RegionImportance found = unet::importance_of_regions(values, regions);
  for (const LungRegion region : unet::all_lung_regions) {
    CAPTURE(unet::to_string(region));
    double sum = 0;
    int count = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
      if (regions.has(region, i) && i != 20) {
        sum += values[i];
        ++count;
      }
    const auto& value = found[static_cast<std::size_t>(region)];
    CHECK(value.has_value() == (count > 0));
    if (value) CHECK(*value == Approx(sum / count));
  }
  CHECK_FALSE(found[static_cast<std::size_t>(LungRegion::heart_side)]);  // one lung
  CHECK_THROWS_AS(unet::importance_of_regions(std::vector<double>(3), regions), unet::ShapeError);
}

TEST_CASE("the sign flip test agrees with all choices of signs") {
  const std::vector<double> differences = {0.3, -0.1, 0.25, 0.4, 0.12, -0.05, 0.31, 0.02};
  double sum = 0;
  for (const double d : differences) sum += d;
  int far = 0;
  for (unsigned signs = 0; signs < 256; ++signs) {
    double flipped = 0;
    for (unsigned i = 0; i < 8; ++i) flipped += signs >> i & 1 ? differences[i] : -differences[i];
    far += std::abs(flipped) >= std::abs(sum) - 1e-9;
  }
  const auto p = unet::sign_flip_test(differences, {100'000, 3});
  REQUIRE(p);
  CHECK(*p == Approx(far / 256.0).epsilon(0.05));
  CHECK(p == unet::sign_flip_test(differences, {100'000, 3}));

  std::vector<double> behind_a_word(40);  // zeros have no sign
  std::copy(differences.begin(), differences.end(), behind_a_word.begin() + 32);
  CHECK(*unet::sign_flip_test(behind_a_word, {100'000, 3}) == Approx(far / 256.0).epsilon(0.05));

  std::vector<double> opposite;
  for (const double d : differences) opposite.push_back(-d);
  CHECK(p == unet::sign_flip_test(opposite, {100'000, 3}));
  CHECK(unet::sign_flip_test(std::vector<double>(40, 0.1), {999, 0}) == 1.0 / 1000);
  CHECK(unet::sign_flip_test(std::vector<double>(40), {999, 0}) == 1.0);
  CHECK_FALSE(unet::sign_flip_test(std::vector<double>(1, 0.1)));
  CHECK_THROWS_AS(unet::sign_flip_test(differences, {0, 0}), unet::OptionError);
}

TEST_CASE("sign flip p-values are uniform when differences are symmetric about 0, for more than a word of signs too") {
  for (const std::size_t pairs : {6, 70}) {
    constexpr int tests = 400;
    std::vector<double> p;
    for (std::uint32_t test = 0; test < tests; ++test) {
      unet::Random random(9, unet::Purpose::test, static_cast<std::uint32_t>(pairs), test);
      std::vector<double> differences(pairs);
      for (double& d : differences) d = random.normal();
      p.push_back(*unet::sign_flip_test(differences, {400, test}));
    }
    for (const double level : {0.1, 0.3, 0.5, 0.8}) {
      CAPTURE(pairs);
      CAPTURE(level);
      const auto below = static_cast<double>(std::count_if(p.begin(), p.end(), [&](double x) { return x <= level; }));
      CHECK(std::abs(below / tests - level) < 0.08);  // more than three standard errors
    }
  }
}

TEST_CASE("estimates over images: who is counted, differences within an image and between groups") {
  const auto of = [](LungRegion region) { return static_cast<std::size_t>(region); };
  std::vector<RegionImportance> images;
  for (int i = 0; i < 12; ++i) images.push_back(importance(2 + 0.1 * i, 1 + 0.1 * i + 0.01 * (i % 3), i < 3 ? 5 : 0));
  images.push_back({0.5, {}, 0.1});  // without an inside
  images[4][of(LungRegion::heart_side)] = 3;

  CHECK(unet::importances(images, LungRegion::edge).size() == 13);
  CHECK(unet::importances(images, LungRegion::inside).size() == 12);
  CHECK(unet::importances(images, LungRegion::heart_side) == std::vector<double>{3});
  const auto differences = unet::importance_differences(images, LungRegion::edge, LungRegion::inside);
  REQUIRE(differences.size() == 12);

  const unet::BootstrapOptions options{1999, 0.95, 7};
  const auto paired = unet::paired_importance(differences, options);
  CHECK(paired.images == 12);
  CHECK(paired.mean == Approx(0.99));
  REQUIRE(paired.interval);
  CHECK(paired.interval->low > 0.97);
  CHECK(paired.interval->high < 1.01);
  CHECK(*paired.p_value < 0.01);

  const auto mean = unet::importance_mean(unet::importances(images, LungRegion::edge), options);
  CHECK(mean.images == 13);
  CHECK_FALSE(mean.p_value);
  CHECK(std::isnan(unet::importance_mean({}, options).mean));

  const std::vector<double> a = {1, 1.1, 0.9, 1.2, 1.05}, b = {2, 2.1, 1.9, 2.2, 2.05, 2.0};
  const auto gap = unet::importance_gap(a, b, options);
  CHECK(gap.images == 11);
  CHECK(gap.mean == Approx(1.05 - 12.25 / 6));
  REQUIRE(gap.interval);
  CHECK(gap.interval->high < -0.8);
  CHECK(*gap.p_value < 0.02);
  CHECK_FALSE(unet::importance_gap({}, b, options).p_value);

  const auto most = unet::most_important(images);
  CHECK(most.images == 12);
  CHECK(most.count == std::array<std::size_t, 3>{9, 0, 3});
}

}  // namespace region_importance_test
