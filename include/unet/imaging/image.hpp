// An image in memory.
#pragma once
#include <vector>

#include "unet/core/view.hpp"

namespace unet {

/// One image in memory: height x width x channels floats in [0, 1].
struct Image {
  Index height = 0, width = 0, channels = 0;
  std::vector<float> pixels;

  Image() = default;
  Image(Index rows, Index columns, Index values_each)
      : height(rows),
        width(columns),
        channels(values_each),
        pixels(static_cast<std::size_t>(rows * columns * values_each)) {}

  View<const float> view() const { return {pixels.data(), Shape{1, height, width, channels}}; }
  View<float> view() { return {pixels.data(), Shape{1, height, width, channels}}; }
};

}  // namespace unet
