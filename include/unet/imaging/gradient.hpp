// How steep an image is.
#pragma once
#include <algorithm>
#include <cmath>

#include "unet/imaging/image.hpp"

namespace unet {

/// How steep each pixel is: the length of the gradient by central differences (one-sided at the border) of an image of one
/// channel. Where a map has an outline, this is high on it.
inline Image gradient_magnitude(const Image& image) {
  Image result(image.height, image.width, 1);
  const auto at = [&](Index y, Index x) {
    return static_cast<double>(image.pixels[static_cast<std::size_t>(y * image.width + x)]);
  };
  for (Index y = 0; y < image.height; ++y)
    for (Index x = 0; x < image.width; ++x) {
      const Index top = std::max<Index>(y - 1, 0), bottom = std::min(y + 1, image.height - 1);
      const Index left = std::max<Index>(x - 1, 0), right = std::min(x + 1, image.width - 1);
      const double dy = bottom > top ? (at(bottom, x) - at(top, x)) / static_cast<double>(bottom - top) : 0;
      const double dx = right > left ? (at(y, right) - at(y, left)) / static_cast<double>(right - left) : 0;
      result.pixels[static_cast<std::size_t>(y * image.width + x)] = static_cast<float>(std::hypot(dy, dx));
    }
  return result;
}

}  // namespace unet
