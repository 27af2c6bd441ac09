#include "support/picture/heat_overlay.hpp"

#include <vector>

#include "support/picture/scale_bar.hpp"

namespace app {

Colour heat_over(Colour ground, double value) {
  static const detail::ColourTable above =
      detail::make_table([](double t) { return detail::from_oklab(0.90 - 0.34 * t, 0.13 + 0.08 * t, 100 - 72 * t); });
  static const detail::ColourTable below =
      detail::make_table([](double t) { return detail::from_oklab(0.84 - 0.40 * t, 0.09 + 0.11 * t, 190 + 110 * t); });
  if (std::isnan(value) || value == 0) return ground;
  const double size = std::min(std::abs(value), 1.0);
  return blend(ground, detail::look_up(value > 0 ? above : below, size), 0.85 * std::pow(size, 0.6));
}

Colour heat_on_grey(double value) { return heat_over({110, 110, 110}, 2 * value - 1); }

Picture heat_overlay(const unet::Image& image, std::span<const double> values, double limit, Mask truth, Index factor) {
  detail::check_mask("truth", truth, image.height, image.width);
  if (values.size() != static_cast<std::size_t>(image.height * image.width))
    throw unet::ShapeError("overlay: " + std::to_string(values.size()) + " values for an image of " +
                           std::to_string(image.height) + "x" + std::to_string(image.width) + " pixels");
  Picture picture = to_picture(unet::resize(image, factor * image.height, factor * image.width));
  std::vector<std::uint8_t> large_truth;
  for (Index y = 0; y < picture.height; ++y)
    for (Index x = 0; x < picture.width; ++x) {
      const auto i = static_cast<std::size_t>(y / factor * image.width + x / factor);
      picture.set(y, x, heat_over(picture.get(y, x), values[i] / limit));
      if (!truth.empty()) large_truth.push_back(truth[i]);
    }
  draw_outlines(picture, large_truth, {}, std::max<Index>(1, (std::min(picture.height, picture.width) + 128) / 256));
  return picture;
}

}  // namespace app
