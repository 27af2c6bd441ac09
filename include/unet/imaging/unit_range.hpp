// Values of any range as those of an image.
#pragma once
#include <algorithm>

#include "unet/imaging/image.hpp"

namespace unet {

/// Shifted and scaled so that the lowest value becomes 0 and the highest 1; all 0 where they are the same.
inline Image unit_range(Image image) {
  if (image.pixels.empty()) return image;
  const auto [low, high] = std::minmax_element(image.pixels.begin(), image.pixels.end());
  const double from = static_cast<double>(*low), range = static_cast<double>(*high) - from;
  for (float& value : image.pixels)
    value = range > 0 ? static_cast<float>((static_cast<double>(value) - from) / range) : 0.0f;
  return image;
}

}  // namespace unet
