// The brightest in a neighbourhood.
#pragma once
#include <algorithm>

#include "unet/imaging/image.hpp"

namespace unet {

/// The highest value at most `reach` pixels away along rows and columns, of an image of one channel. Thin lines become as
/// wide as the boundary (see boundary_band) that they may lie on.
inline Image local_maximum(const Image& image, Index reach) {
  Image rows = image;
  const auto at = [&](Index y, Index x) { return static_cast<std::size_t>(y * image.width + x); };
  for (Index y = 0; y < image.height; ++y)
    for (Index x = 0; x < image.width; ++x)
      for (Index i = std::max<Index>(x - reach, 0); i <= std::min(x + reach, image.width - 1); ++i)
        rows.pixels[at(y, x)] = std::max(rows.pixels[at(y, x)], image.pixels[at(y, i)]);
  Image result = rows;
  for (Index y = 0; y < image.height; ++y)
    for (Index i = std::max<Index>(y - reach, 0); i <= std::min(y + reach, image.height - 1); ++i)
      for (Index x = 0; x < image.width; ++x)
        result.pixels[at(y, x)] = std::max(result.pixels[at(y, x)], rows.pixels[at(i, x)]);
  return result;
}

}  // namespace unet
