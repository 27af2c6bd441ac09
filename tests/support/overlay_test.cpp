// Outlines of truth and prediction: the right pixels in the right colours.
#include "support/picture/overlay.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "support/picture/label.hpp"

namespace overlay_test {

using app::Colour;
using app::Index;
using app::prediction_colour;
using app::truth_colour;

namespace {

std::vector<std::uint8_t> rectangle(Index height, Index width, Index top, Index left, Index bottom, Index right) {
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(height * width));
  for (Index y = top; y < bottom; ++y)
    for (Index x = left; x < right; ++x) mask[static_cast<std::size_t>(y * width + x)] = 1;
  return mask;
}

constexpr Colour black = {};

}  // namespace

TEST_CASE("an outline is the border inside of the mask, and nothing else") {
  app::Picture picture(8, 9);
  app::draw_outlines(picture, rectangle(8, 9, 2, 3, 6, 8), {});
  for (Index y = 0; y < 8; ++y)
    for (Index x = 0; x < 9; ++x) {
      const bool inside = y >= 2 && y < 6 && x >= 3 && x < 8;
      const bool border = inside && (y == 2 || y == 5 || x == 3 || x == 7);
      CHECK(picture.get(y, x) == (border ? truth_colour : black));
    }
}

TEST_CASE("a thicker outline grows inwards") {
  app::Picture picture(10, 10);
  app::draw_outlines(picture, {}, rectangle(10, 10, 1, 1, 9, 9), 2);
  CHECK(picture.get(0, 5) == black);
  CHECK(picture.get(1, 5) == prediction_colour);
  CHECK(picture.get(2, 5) == prediction_colour);
  CHECK(picture.get(3, 5) == black);
}

TEST_CASE("the edge of the image closes an outline") {
  app::Picture picture(4, 4);
  app::draw_outlines(picture, rectangle(4, 4, 0, 0, 4, 4), {});
  CHECK(picture.get(0, 0) == truth_colour);
  CHECK(picture.get(3, 2) == truth_colour);
  CHECK(picture.get(1, 1) == black);
}

TEST_CASE("classes that touch are outlined each") {
  std::vector<std::uint8_t> classes(25, 1);
  for (std::size_t y = 0; y < 5; ++y) classes[y * 5 + 4] = classes[y * 5 + 3] = 2;
  app::Picture picture(5, 5);
  app::draw_outlines(picture, {}, classes);
  CHECK(picture.get(2, 1) == black);
  CHECK(picture.get(2, 2) == prediction_colour);
  CHECK(picture.get(2, 3) == prediction_colour);
}

TEST_CASE("where both outlines coincide both colours are seen, elsewhere each has its own") {
  const Index n = 40;
  app::Picture picture(n, n);
  app::draw_outlines(picture, rectangle(n, n, 5, 5, 35, 30), rectangle(n, n, 5, 5, 35, 20));
  int truth = 0, prediction = 0;
  for (Index x = 5; x < 20; ++x) {
    truth += picture.get(5, x) == truth_colour;
    prediction += picture.get(5, x) == prediction_colour;
  }
  CHECK(truth + prediction == 15);
  CHECK(truth >= 5);
  CHECK(prediction >= 5);
  CHECK(picture.get(20, 29) == truth_colour);
  CHECK(picture.get(20, 19) == prediction_colour);
}

TEST_CASE("a image of any number of channels, with values that are no brightness") {
  unet::Image grey(1, 4, 1);
  grey.pixels = {-1, 0.5f, 7, std::numeric_limits<float>::quiet_NaN()};
  const app::Picture picture = app::to_picture(grey);
  CHECK(picture.get(0, 0) == black);
  CHECK(picture.get(0, 1) == Colour{128, 128, 128});
  CHECK(picture.get(0, 2) == Colour{255, 255, 255});
  CHECK(picture.get(0, 3) == black);

  unet::Image rgb(1, 1, 3), two(1, 1, 2);
  rgb.pixels = {1, 0, 0.2f};
  two.pixels = {1, 0};
  CHECK(app::to_picture(rgb).get(0, 0) == Colour{255, 0, 51});
  CHECK(app::to_picture(two).get(0, 0) == Colour{255, 255, 255});
}

TEST_CASE("an overlay keeps the image's size and adds a legend of what is there") {
  unet::Image image(60, 80, 1);
  const auto mask = rectangle(60, 80, 10, 10, 50, 70);
  const app::Picture both = app::overlay(image, mask, mask), one = app::overlay(image, {}, mask);
  CHECK(both.width == 80);
  CHECK(both.height > 60);
  const auto in_legend = [](const app::Picture& picture, Colour colour) {
    for (Index y = 60; y < picture.height; ++y)
      for (Index x = 0; x < picture.width; ++x)
        if (picture.get(y, x) == colour) return true;
    return false;
  };
  CHECK(in_legend(both, truth_colour));
  CHECK(in_legend(both, prediction_colour));
  CHECK_FALSE(in_legend(one, truth_colour));
  CHECK(in_legend(one, prediction_colour));
  CHECK(one.get(10, 30) == prediction_colour);
}

TEST_CASE("a panel shows the input as it is, then the truth, then both") {
  const Index n = 64, factor = 5;
  unet::Image image(n, n, 1);
  const app::Picture panel = app::panel(image, rectangle(n, n, 10, 10, 30, 30), rectangle(n, n, 40, 40, 60, 60));
  const Index tile = factor * n, gap = (panel.width - 3 * tile) / 2, head = panel.height - tile;
  CHECK(gap > 0);
  CHECK(head > 0);
  const auto at = [&](Index which, Index y, Index x) {
    return panel.get(head + factor * y, which * (tile + gap) + factor * x);
  };
  CHECK(at(0, 10, 20) == black);
  CHECK(at(0, 40, 50) == black);
  CHECK(at(1, 10, 20) == truth_colour);
  CHECK(at(1, 40, 50) == black);
  CHECK(at(2, 10, 20) == truth_colour);
  CHECK(at(2, 40, 50) == prediction_colour);
}

TEST_CASE("sizes from one pixel to large, and a size that does not fit") {
  for (const auto& [height, width] : {std::pair<Index, Index>{1, 1}, {1, 300}, {300, 1}, {700, 500}}) {
    const unet::Image image(height, width, 1);
    const auto mask = rectangle(height, width, 0, 0, height, width);
    CHECK(app::overlay(image, mask, mask).width == width);
    CHECK(app::panel(image, mask, mask).width >= 3 * width);
  }
  const unet::Image image(4, 4, 1);
  const auto mask = rectangle(4, 5, 0, 0, 1, 1);
  CHECK_THROWS_WITH_AS(app::overlay(image, mask, {}), doctest::Contains("truth has 20 pixels, the image 4x4"),
                       unet::ShapeError);
  CHECK_THROWS_AS(app::panel(image, {}, mask), unet::ShapeError);
}

TEST_CASE("labels have a glyph for each of their letters") {
  for (const char letter : std::string("inputtruthprediction")) {
    app::Picture picture(9, 6);
    app::draw_label(picture, std::string(1, letter), 0, 0, 1, truth_colour);
    CHECK(std::count_if(picture.bytes.begin(), picture.bytes.end(), [](auto b) { return b != 0; }) >= 15);
  }
}

TEST_CASE("a picture becomes a PNG with the same pixels") {
  app::Picture picture(3, 2, {10, 20, 30});
  picture.set(2, 1, {200, 100, 50});
  const auto png = app::encode_png(picture);
  int width = 0, height = 0, channels = 0;
  unsigned char* pixels =
      stbi_load_from_memory(png.data(), static_cast<int>(png.size()), &width, &height, &channels, 0);
  REQUIRE(pixels != nullptr);
  CHECK(width == 2);
  CHECK(height == 3);
  REQUIRE(channels == 3);
  CHECK(std::vector<std::uint8_t>(pixels, pixels + 18) == picture.bytes);
  stbi_image_free(pixels);
}

}  // namespace overlay_test
