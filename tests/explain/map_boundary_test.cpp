// Mean maps, the boundary of a mask, and whether the one marks the other: against brute force and known cases.
#include <doctest/doctest.h>

#include <cmath>

#include "unet/core/host_tensor.hpp"
#include "unet/core/random.hpp"
#include "unet/explain/feature_maps/map_threshold.hpp"
#include "unet/explain/feature_maps/mean_map.hpp"
#include "unet/imaging/boundary.hpp"
#include "unet/imaging/gradient.hpp"
#include "unet/imaging/local_maximum.hpp"
#include "unet/imaging/unit_range.hpp"

namespace map_boundary_test {

using unet::Index;
using Bytes = std::vector<std::uint8_t>;

namespace {

unet::Random random_numbers(std::uint32_t sample) { return {3, unet::Purpose::test, 0, sample}; }

/// Random blobs: each pixel is inside with probability 0.9 or 0.1, by a coarse pattern.
Bytes blobs(Index height, Index width, std::uint32_t sample) {
  unet::Random random = random_numbers(sample);
  Bytes mask;
  for (Index y = 0; y < height; ++y)
    for (Index x = 0; x < width; ++x) mask.push_back(random.uniform() < ((y / 5 + x / 7) % 2 ? 0.97 : 0.03));
  return mask;
}

unet::DiceCurves curves_of(const std::vector<float>& map, const Bytes& region, Index levels = 100) {
  return unet::RankedMap(map).curves(region, levels);
}

}  // namespace

TEST_CASE("the mean map of one image of a batch, one channel, and the range 0 to 1") {
  unet::HostTensor<float> map(unet::Shape{2, 1, 2, 3});
  map.values = {9, 9, 9, 9, 9, 9, /* image 1: */ 1, 2, 6, -1, 0, 1};
  const unet::Image mean = unet::mean_map(map.view(), 1);
  CHECK(mean.height == 1);
  CHECK(mean.width == 2);
  CHECK(mean.pixels == std::vector<float>{3, 0});
  CHECK(unet::channel_map(map.view(), 2, 1).pixels == std::vector<float>{6, 1});
  unet::Image values(1, 3, 1);
  values.pixels = {-1, 3, 1};
  CHECK(unet::unit_range(values).pixels == std::vector<float>{0, 1, 0.5f});
  values.pixels = {4, 4, 4};
  CHECK(unet::unit_range(values).pixels == std::vector<float>{0, 0, 0});
}

TEST_CASE("the gradient of a plane is its slope everywhere, that of a step lies on the step") {
  unet::Image plane(4, 5, 1), step(3, 6, 1);
  for (Index y = 0; y < 4; ++y)
    for (Index x = 0; x < 5; ++x) plane.pixels[static_cast<std::size_t>(y * 5 + x)] = static_cast<float>(3 * y - 4 * x);
  for (const float slope : unet::gradient_magnitude(plane).pixels) CHECK(slope == doctest::Approx(5));
  for (std::size_t i = 0; i < 18; ++i) step.pixels[i] = i % 6 < 3 ? 0.0f : 2.0f;
  const unet::Image gradient = unet::gradient_magnitude(step);
  for (std::size_t i = 0; i < 18; ++i) CHECK(gradient.pixels[i] == (i % 6 == 2 || i % 6 == 3 ? 1.0f : 0.0f));
  unet::Image one(1, 1, 1);
  one.pixels = {7};
  CHECK(unet::gradient_magnitude(one).pixels == std::vector<float>{0});
}

TEST_CASE("the local maximum is that of the square around each pixel") {
  unet::Image image(6, 7, 1);
  for (std::size_t i = 0; i < 42; ++i) image.pixels[i] = static_cast<float>(i * 29 % 41) - 50;
  const unet::Image highest = unet::local_maximum(image, 2);
  for (Index y = 0; y < 6; ++y)
    for (Index x = 0; x < 7; ++x) {
      float expected = -100;
      for (Index i = std::max<Index>(y - 2, 0); i <= std::min<Index>(y + 2, 5); ++i)
        for (Index j = std::max<Index>(x - 2, 0); j <= std::min<Index>(x + 2, 6); ++j)
          expected = std::max(expected, image.pixels[static_cast<std::size_t>(i * 7 + j)]);
      CHECK(highest.pixels[static_cast<std::size_t>(y * 7 + x)] == expected);
    }
  CHECK(unet::local_maximum(image, 0).pixels == image.pixels);
}

TEST_CASE("a boundary band is what has a pixel of the other kind within reach") {
  std::uint32_t sample = 0;
  for (const auto& size : {std::pair<Index, Index>{1, 1}, {1, 9}, {17, 23}, {30, 12}})
    for (const Index reach : {1, 2, 5, 40}) {
      const Index height = size.first, width = size.second;
      const Bytes mask = blobs(height, width, sample++), band = unet::boundary_band(mask, height, width, reach);
      const auto at = [&](const Bytes& m, Index y, Index x) { return m[static_cast<std::size_t>(y * width + x)] != 0; };
      bool same = true;
      for (Index y = 0; y < height; ++y)
        for (Index x = 0; x < width; ++x) {
          bool near = false;
          for (Index i = 0; i < height; ++i)
            for (Index j = 0; j < width; ++j)
              near =
                  near || (at(mask, i, j) != at(mask, y, x) && (i - y) * (i - y) + (j - x) * (j - x) <= reach * reach);
          same = same && near == at(band, y, x);
        }
      CHECK(same);
    }
}

TEST_CASE("a straight edge has a band of twice the reach; the image's border is no edge") {
  Bytes mask(20 * 10);
  for (std::size_t i = 0; i < 100; ++i) mask[i] = 255;  // rows 0 to 9
  const Bytes band = unet::boundary_band(mask, 20, 10, 3);
  for (std::size_t y = 0; y < 20; ++y) CHECK((band[y * 10 + 4] != 0) == (y >= 7 && y < 13));
  const Bytes full = unet::boundary_band(Bytes(200, 1), 20, 10, 3);
  CHECK(std::count(full.begin(), full.end(), 1) == 0);
}

TEST_CASE("a band's reach follows the size, and is refused where it has no meaning") {
  CHECK(unet::boundary_reach(0.02, 256) == 5);
  CHECK(unet::boundary_reach(0.02, 512) == 10);
  CHECK(unet::boundary_reach(0.001, 64) == 1);
  CHECK_THROWS_AS(unet::boundary_reach(0, 64), unet::OptionError);
  CHECK_THROWS_AS(unet::boundary_reach(0.6, 64), unet::OptionError);
  CHECK_THROWS_AS(unet::boundary_reach(std::nan(""), 64), unet::OptionError);
  CHECK_THROWS_AS(unet::boundary_band(Bytes(9), 3, 3, 0), unet::OptionError);
  CHECK_THROWS_AS(unet::boundary_band(Bytes(9), 3, 4, 1), unet::ShapeError);
}

TEST_CASE("Dice at each threshold is that of the mask cut there, equal values all together") {
  unet::Random random = random_numbers(99);
  for (const std::uint32_t different : {3u, 10u, 100000u}) {
    std::vector<float> map;
    Bytes region;
    for (int i = 0; i < 150; ++i) {
      map.push_back(static_cast<float>(random.below(different)) - 5);
      region.push_back(random.uniform() < 0.3 ? 7 : 0);
    }
    const unet::DiceCurves curves = curves_of(map, region, 20);
    for (const bool bright : {true, false}) {
      std::vector<float> sorted = map;
      std::sort(sorted.begin(), sorted.end());
      if (bright) std::reverse(sorted.begin(), sorted.end());
      for (std::size_t level = 1; level <= 20; ++level) {
        const float cut = sorted[(150 * level + 19) / 20 - 1];
        unet::Overlap o;
        for (std::size_t i = 0; i < map.size(); ++i) {
          const bool selected = bright ? map[i] >= cut : map[i] <= cut, truth = region[i] != 0;
          o.intersection += selected && truth;
          o.predicted += selected;
          o.truth += truth;
        }
        CHECK((bright ? curves.bright : curves.dark)[level - 1] == doctest::Approx(unet::dice(o)));
      }
    }
  }
}

TEST_CASE("a map that marks the region reaches 1 at the region's share, bright or dark") {
  std::vector<float> map;
  Bytes region;
  for (int i = 0; i < 200; ++i) {
    region.push_back(i % 5 == 0);
    map.push_back(static_cast<float>(i % 5 == 0 ? 1000 + i : i));
  }
  unet::ThresholdSearch search;
  search.add(curves_of(map, region));
  const unet::MapThreshold bright = search.best();
  CHECK(bright.bright);
  CHECK(bright.share == doctest::Approx(0.2));
  CHECK(bright.dice == 1);

  for (float& value : map) value = -value;
  const unet::DiceCurves inverted = curves_of(map, region);
  unet::ThresholdSearch other;
  other.add(inverted);
  const unet::MapThreshold dark = other.best();
  CHECK_FALSE(dark.bright);
  CHECK(dark.share == doctest::Approx(0.2));
  CHECK(inverted.at(dark) == 1);
  CHECK(inverted.at(bright) == 0);
}

TEST_CASE("the chosen threshold is the best of the mean curve, not of one image") {
  // Alone the first image would choose a share of 0.1, the second of 0.5; their mean is best at 0.5.
  std::vector<float> map(10);
  for (std::size_t i = 0; i < 10; ++i) map[i] = static_cast<float>(10 - i);
  const Bytes small = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0}, large = {1, 1, 1, 1, 1, 0, 0, 0, 0, 0};
  const auto first = curves_of(map, small, 10), second = curves_of(map, large, 10);
  unet::ThresholdSearch search;
  search.add(first);
  CHECK(search.best().share == doctest::Approx(0.1));
  search.add(second);
  search.add(second);
  CHECK(search.best().share == doctest::Approx(0.5));
  CHECK(search.best().dice == doctest::Approx((first.bright[4] + 2 * second.bright[4]) / 3));

  unet::ThresholdSearch dark;
  for (float& value : map) value = -value;
  for (const Bytes& region : {large, large, small}) dark.add(curves_of(map, region, 10));
  CHECK_FALSE(dark.best().bright);
  CHECK(dark.best().share == doctest::Approx(0.5));
  CHECK(dark.best().dice == doctest::Approx(search.best().dice));
}

TEST_CASE("a map that knows nothing is at chance, which no random map exceeds by more than luck") {
  const Index n = 4000;
  unet::Random random = random_numbers(7);
  std::vector<float> noise;
  Bytes region;
  for (Index i = 0; i < n; ++i) {
    noise.push_back(static_cast<float>(random.uniform()));
    region.push_back(random.uniform() < 0.2);
  }
  const double chance = unet::chance_dice(region);
  const double p = static_cast<double>(std::count(region.begin(), region.end(), 1)) / static_cast<double>(n);
  CHECK(chance == doctest::Approx(2 * p / (1 + p)));
  const unet::DiceCurves curves = curves_of(noise, region);
  CHECK(curves.bright.back() == doctest::Approx(chance));
  for (const double dice : curves.bright) CHECK(dice < chance + 0.03);
  // A constant map selects everything at any level.
  const unet::DiceCurves constant = curves_of(std::vector<float>(static_cast<std::size_t>(n), 2.5f), region, 4);
  for (const double dice : constant.bright) CHECK(dice == doctest::Approx(chance));
  unet::ThresholdSearch search;  // all are equally good: the first is taken
  search.add(constant);
  CHECK(search.best().bright);
  CHECK(search.best().share == 0.25);
}

TEST_CASE("maps and curves that do not fit") {
  const std::vector<float> map(4);
  CHECK_THROWS_AS(curves_of(map, Bytes(5)), unet::ShapeError);
  CHECK_THROWS_AS(curves_of({}, Bytes{}), unet::ShapeError);
  CHECK_THROWS_AS(curves_of(map, Bytes(4), 0), unet::OptionError);
  unet::ThresholdSearch search;
  CHECK_THROWS_AS(search.best(), unet::OptionError);
  search.add(curves_of(map, Bytes(4), 10));
  CHECK_THROWS_AS(search.add(curves_of(map, Bytes(4), 11)), unet::ShapeError);
  CHECK_THROWS_AS(unet::DiceCurves{}.at({}), unet::OptionError);
}

}  // namespace map_boundary_test
