// Values as colours over a image: what is covered, how much, and what stays as it is.
#include "support/picture/heat_overlay.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace heat_overlay_test {

using app::Colour;
using app::heat_over;

namespace {

int distance(Colour a, Colour b) { return std::abs(a.r - b.r) + std::abs(a.g - b.g) + std::abs(a.b - b.b); }

constexpr Colour grey = {110, 110, 110};

}  // namespace

TEST_CASE("no value and 0 leave the image, larger ones cover it more, both signs differ") {
  CHECK(heat_over(grey, 0) == grey);
  CHECK(heat_over(grey, std::nan("")) == grey);
  for (const double sign : {1.0, -1.0})
    for (const Colour ground : {Colour{}, grey, Colour{255, 255, 255}}) {
      // How far two images under the same value are apart: what shines through.
      double before = 1000;
      for (int i = 1; i <= 20; ++i) {
        const double value = sign * i / 20;
        const int through = distance(heat_over(ground, value), heat_over({60, 60, 60}, value));
        CHECK(through <= before + 3);  // rounding
        before = through;
      }
      CHECK(distance(heat_over(ground, sign), ground) > 60);
      CHECK(heat_over(ground, 7 * sign) == heat_over(ground, sign));
    }
  CHECK(distance(heat_over(grey, 0.5), heat_over(grey, -0.5)) > 100);
  CHECK(heat_over(grey, 1).r > heat_over(grey, 1).b + 80);    // red
  CHECK(heat_over(grey, -1).b > heat_over(grey, -1).g + 80);  // violet
  CHECK(app::heat_on_grey(0.75) == heat_over(grey, 0.5));
  CHECK(app::heat_on_grey(0) == heat_over(grey, -1));
}

TEST_CASE("each pixel has the colour of its own value, the outline lies on top") {
  unet::Image image(2, 3, 1);
  image.pixels = {0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f};
  const std::vector<double> values = {0, 2, -4, std::nan(""), 8, 1};
  const app::Picture plain = app::heat_overlay(image, values, 4, {}, 2);
  REQUIRE(plain.height == 4);
  REQUIRE(plain.width == 6);
  const Colour below = app::to_picture(image).get(0, 0);
  for (app::Index y = 0; y < 4; ++y)
    for (app::Index x = 0; x < 6; ++x)
      CHECK(plain.get(y, x) == heat_over(below, values[static_cast<std::size_t>(y / 2 * 3 + x / 2)] / 4));

  const std::vector<std::uint8_t> truth = {0, 1, 0, 0, 0, 0};
  const app::Picture outlined = app::heat_overlay(image, values, 4, truth, 2);
  for (app::Index y = 0; y < 4; ++y)
    for (app::Index x = 0; x < 6; ++x) {
      const bool inside = y < 2 && (x == 2 || x == 3);
      CHECK(outlined.get(y, x) == (inside ? app::truth_colour : plain.get(y, x)));
    }
  CHECK_THROWS_AS(app::heat_overlay(image, {}, 4, {}, 1), unet::ShapeError);
  CHECK_THROWS_AS(app::heat_overlay(image, values, 4, std::vector<std::uint8_t>(5), 1), unet::ShapeError);
}

}  // namespace heat_overlay_test
