// Colour maps whose order is seen, and scale bars that say the right number at the right place.
#include "support/picture/colour_map.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "support/picture/scale_bar.hpp"

namespace colour_map_test {

using app::Colour;
using app::Index;
using app::Picture;

namespace {

/// Lightness L* of CIE 1976 (0 to 100) of an sRGB colour.
double lightness(Colour c) {
  const auto linear = [](std::uint8_t byte) {
    const double v = byte / 255.0;
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
  };
  const double y = 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
  return y > 0.008856 ? 116 * std::cbrt(y) - 16 : 903.3 * y;
}

/// Rows of a column of the picture, or columns of a row, where the colour is `c`.
std::vector<Index> rows_with(const Picture& picture, Colour c, Index x) {
  std::vector<Index> rows;
  for (Index y = 0; y < picture.height; ++y)
    if (picture.get(y, x) == c) rows.push_back(y);
  return rows;
}

}  // namespace

TEST_CASE("the sequential map grows lighter in even steps") {
  const double first = lightness(app::sequential_colour(0)), last = lightness(app::sequential_colour(1));
  CHECK(last - first > 65);
  for (int i = 1; i <= 16; ++i) {
    const double step = lightness(app::sequential_colour(i / 16.0)) - lightness(app::sequential_colour((i - 1) / 16.0));
    CHECK(step > 0.6 * (last - first) / 16);
    CHECK(step < 1.4 * (last - first) / 16);
  }
}

TEST_CASE("the diverging map is lightest in the middle, blue and red of one lightness at the ends") {
  const Colour low = app::diverging_colour(0), middle = app::diverging_colour(0.5), high = app::diverging_colour(1);
  CHECK(low.b > low.r + 60);
  CHECK(high.r > high.b + 60);
  CHECK(std::max({middle.r, middle.g, middle.b}) - std::min({middle.r, middle.g, middle.b}) < 6);
  for (int i = 0; i < 8; ++i) {
    const double left = lightness(app::diverging_colour(i / 16.0)),
                 right = lightness(app::diverging_colour(1 - i / 16.0));
    CHECK(std::abs(left - right) < 4);
    CHECK(left < lightness(app::diverging_colour((i + 1) / 16.0)));
  }
}

TEST_CASE("values outside of the map, and no value") {
  for (const app::ColourMap map : {app::sequential_colour, app::diverging_colour}) {
    CHECK(map(-3) == map(0));
    CHECK(map(7) == map(1));
    CHECK(map(std::numeric_limits<double>::quiet_NaN()) == app::no_value_colour);
  }
}

TEST_CASE("a picture of values between two ends; blending") {
  unet::Image image(1, 3, 1);
  image.pixels = {-2, 0, 2};
  const Picture picture = app::colour_picture(image, app::diverging_colour, -2, 2);
  CHECK(picture.get(0, 0) == app::diverging_colour(0));
  CHECK(picture.get(0, 1) == app::diverging_colour(0.5));
  CHECK(picture.get(0, 2) == app::diverging_colour(1));
  CHECK(app::blend({0, 100, 200}, {100, 100, 0}, 0.25) == Colour{25, 100, 150});
}

TEST_CASE("scale bars: the colour at a tick is the colour of its number") {
  app::ScaleBar bar;
  bar.low = -0.3, bar.high = 1.2;
  bar.scale = 1;
  bar.length = 151;
  bar.text = {1, 2, 3};
  const Picture upright = app::vertical_scale_bar(bar);
  const std::vector<Index> marks = rows_with(upright, bar.text, 8 + 2);  // last pixel of the ticks
  // Ticks are at multiples of 0.5: 1.0, 0.5, 0.0 from above.
  REQUIRE(marks.size() == 3);
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(upright.get(marks[i], 0) == app::sequential_colour((1.0 - 0.5 * static_cast<double>(i) + 0.3) / 1.5));

  bar.title = "loss";
  const Picture lying = app::horizontal_scale_bar(bar);
  std::vector<Index> columns;
  const Index below = 9 + 1 + 8 + 2;
  for (Index x = 0; x < lying.width; ++x)
    if (lying.get(below, x) == bar.text) columns.push_back(x);
  REQUIRE(columns.size() == 3);
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(lying.get(12, columns[i]) == app::sequential_colour((0.5 * static_cast<double>(i) + 0.3) / 1.5));
}

TEST_CASE("a scale bar with no two round numbers within names its ends; impossible bars") {
  app::ScaleBar bar;
  bar.low = 0, bar.high = 1;
  CHECK(app::detail::bar_ticks(bar).front().label == "0.0");
  CHECK(app::detail::bar_ticks(bar).back().label == "1.0");
  bar.low = 0.93, bar.high = 1.07;
  for (const auto& tick : app::detail::bar_ticks(bar)) {
    CHECK(tick.value >= 0.93);
    CHECK(tick.value <= 1.07 + 1e-9);
  }
  CHECK(app::detail::bar_ticks(bar).size() >= 2);
  bar.high = bar.low;
  CHECK_THROWS_AS(app::vertical_scale_bar(bar), unet::OptionError);
  bar.high = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS(app::horizontal_scale_bar(bar), unet::OptionError);
}

}  // namespace colour_map_test
