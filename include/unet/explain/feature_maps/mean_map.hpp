// A feature map as one picture: the mean over its channels, as the paper's figure 6 shows each block.
#pragma once
#include <algorithm>
#include <cmath>

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
