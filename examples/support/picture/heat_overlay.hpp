// Signed values as colours laid over a film: the more a value says, the less of the film shines through.
#pragma once
#include <span>
#include <vector>

#include "support/picture/overlay.hpp"
#include "support/picture/scale_bar.hpp"

namespace app {

/// A film's colour below a value in [-1, 1] (beyond: the ends). 0 and NaN leave it as it is; from there to 1 yellow becomes
/// red, to -1 turquoise becomes violet, both darker and less transparent.
inline Colour heat_over(Colour film, double value) {
  static const detail::ColourTable above =
      detail::make_table([](double t) { return detail::from_oklab(0.90 - 0.34 * t, 0.13 + 0.08 * t, 100 - 72 * t); });
  static const detail::ColourTable below =
      detail::make_table([](double t) { return detail::from_oklab(0.84 - 0.40 * t, 0.09 + 0.11 * t, 190 + 110 * t); });
  if (std::isnan(value) || value == 0) return film;
  const double size = std::min(std::abs(value), 1.0);
  return blend(film, detail::look_up(value > 0 ? above : below, size), 0.85 * std::pow(size, 0.6));
}

/// The colours over a film of middle grey, for a scale bar that reaches from -1 (at 0) to 1.
inline Colour heat_on_grey(double value) { return heat_over({110, 110, 110}, 2 * value - 1); }

/// The film, enlarged by a whole number, with the colours of values (height x width, NaN: none) over it, and the outline of
/// the truth (height x width, or empty) on top. `limit` > 0 is the value that has the colour of 1.
/// Throws unet::ShapeError when a size does not fit.
inline Picture heat_overlay(const unet::Image& film, std::span<const double> values, double limit, Mask truth,
                            Index factor) {
  detail::check_mask("truth", truth, film.height, film.width);
  if (values.size() != static_cast<std::size_t>(film.height * film.width))
    throw unet::ShapeError("overlay: " + std::to_string(values.size()) + " values for a film of " +
                           std::to_string(film.height) + "x" + std::to_string(film.width) + " pixels");
  Picture picture = to_picture(unet::resize(film, factor * film.height, factor * film.width));
  std::vector<std::uint8_t> large_truth;
  for (Index y = 0; y < picture.height; ++y)
    for (Index x = 0; x < picture.width; ++x) {
      const auto i = static_cast<std::size_t>(y / factor * film.width + x / factor);
      picture.set(y, x, heat_over(picture.get(y, x), values[i] / limit));
      if (!truth.empty()) large_truth.push_back(truth[i]);
    }
  draw_outlines(picture, large_truth, {}, std::max<Index>(1, (std::min(picture.height, picture.width) + 128) / 256));
  return picture;
}

}  // namespace app
