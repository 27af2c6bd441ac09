#include "support/picture/colour_map.hpp"

#include <cmath>
#include <numbers>

#include "support/chart/axis.hpp"
#include "support/picture/label.hpp"

namespace app {

namespace detail {

Colour from_oklab(double lightness, double chroma, double hue) {
  const double angle = hue * std::numbers::pi / 180, a = chroma * std::cos(angle), b = chroma * std::sin(angle);
  const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
  const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
  const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
  const auto byte = [](double linear) {
    const double v = linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - 0.055;
    return static_cast<std::uint8_t>(std::lround(std::clamp(v, 0.0, 1.0) * 255));
  };
  return {byte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
          byte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
          byte(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)};
}

Colour look_up(const ColourTable& table, double value) {
  if (std::isnan(value)) return no_value_colour;
  return table[static_cast<std::size_t>(std::lround(std::clamp(value, 0.0, 1.0) * 255))];
}

}  // namespace detail

Colour sequential_colour(double value) {
  // As much colour as sRGB has along the way: least in the middle, at blue-green.
  static const detail::ColourTable table = detail::make_table([](double t) {
    return detail::from_oklab(0.24 + 0.68 * t, 0.095 + 0.15 * (t - 0.44) * (t - 0.44), 305 - 195 * t);
  });
  return detail::look_up(table, value);
}

Colour diverging_colour(double value) {
  static const detail::ColourTable table = detail::make_table([](double t) {
    const double distance = std::abs(2 * t - 1);
    return detail::from_oklab(0.96 - 0.5 * distance, 0.13 * distance, t < 0.5 ? 255 : 45);
  });
  return detail::look_up(table, value);
}

Colour blend(Colour below, Colour above, double share) {
  const auto mix = [&](std::uint8_t a, std::uint8_t b) {
    return static_cast<std::uint8_t>(std::lround((1 - share) * a + share * b));
  };
  return {mix(below.r, above.r), mix(below.g, above.g), mix(below.b, above.b)};
}

Picture colour_picture(const unet::Image& image, ColourMap map, double low, double high) {
  Picture picture(image.height, image.width);
  for (Index y = 0; y < image.height; ++y)
    for (Index x = 0; x < image.width; ++x) {
      const double value =
          static_cast<double>(image.pixels[static_cast<std::size_t>((y * image.width + x) * image.channels)]);
      picture.set(y, x, map((value - low) / (high - low)));
    }
  return picture;
}

}  // namespace app
