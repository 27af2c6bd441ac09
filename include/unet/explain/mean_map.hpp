// A feature map as one picture: the mean over its channels, as the paper's figure 6 shows each block.
#pragma once
#include <algorithm>

#include "unet/core/view.hpp"
#include "unet/data/image.hpp"

namespace unet {

/// Mean over the channels of image n of a map N x H x W x C in host memory: H x W x 1.
inline Image mean_map(View<const float> map, Index n = 0) {
  const Shape s = map.shape;
  Image mean(s.h, s.w, 1);
  for (Index y = 0; y < s.h; ++y)
    for (Index x = 0; x < s.w; ++x) {
      const float* const pixel = map.at(n, y, x);
      double sum = 0;
      for (Index c = 0; c < s.c; ++c) sum += static_cast<double>(pixel[c]);
      mean.pixels[static_cast<std::size_t>(y * s.w + x)] = static_cast<float>(sum / static_cast<double>(s.c));
    }
  return mean;
}

/// One channel of image n of such a map: H x W x 1.
inline Image channel_map(View<const float> map, Index channel, Index n = 0) {
  return mean_map(map.channels(channel, 1), n);
}

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
