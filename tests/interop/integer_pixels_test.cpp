// Integer pixels of any width as a net's input.
#include "unet/interop/integer_pixels.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace integer_pixels_test {

using unet::Shape;
using unet::View;

TEST_CASE("8, 12 and 16 bits are divided by the value of white") {
  const std::vector<std::uint8_t> bytes{0, 51, 255, 102};
  const auto image = unet::image_from_integers(View(bytes.data(), Shape{1, 2, 2, 1}));
  CHECK(image.shape == Shape{1, 2, 2, 1});
  CHECK(image.values == std::vector<float>{0, 0.2f, 1, 0.4f});
  std::vector<std::uint16_t> words{0, 65535, 4095, 13107};
  CHECK(unet::image_from_integers(View(words.data(), Shape{1, 1, 2, 2})).values ==
        std::vector<float>{0, 1, static_cast<float>(4095 / 65535.0), 0.2f});
  words = {0, 819, 4095, 1};
  CHECK(unet::image_from_integers(View(words.data(), Shape{1, 1, 4, 1}), 4095).values ==
        std::vector<float>{0, 0.2f, 1, static_cast<float>(1 / 4095.0)});
}

TEST_CASE("rows with gaps, as of a window or a padded buffer") {
  const std::vector<std::uint8_t> bytes{0, 255, 9, 255, 0, 9};
  const View<const std::uint8_t> image(bytes.data(), {1, 2, 2, 1}, {6, 3, 1});
  CHECK(unet::image_from_integers(image).values == std::vector<float>{0, 1, 1, 0});
}

TEST_CASE("pixels outside of the range and impossible scales are refused") {
  const std::vector<std::int16_t> pixels{-1000, 200};
  const View<const std::int16_t> image(pixels.data(), {1, 1, 2, 1});
  CHECK_THROWS_WITH_AS(unet::image_from_integers(image, 4095), doctest::Contains("a pixel has the value -1000"),
                       unet::OptionError);
  CHECK_THROWS_WITH_AS(unet::image_from_integers(image.window(0, 1, 1, 1), 100), doctest::Contains("has the value 200"),
                       unet::OptionError);
  for (const double scale : {0.0, -1.0}) CHECK_THROWS_AS(unet::image_from_integers(image, scale), unet::OptionError);
}

}  // namespace integer_pixels_test
