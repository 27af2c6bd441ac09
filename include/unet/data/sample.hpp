// One training sample as data sets keep it in memory: a third of the size of two float images.
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/core/view.hpp"

namespace unet::detail {

/// An image in 16 bits a channel and its mask (0 or 1), both dense HWC. 8- and 16-bit values of a file survive exactly.
struct Sample {
  std::vector<std::uint16_t> image;
  std::vector<std::uint8_t> mask;
};

/// Bytes that a sample of this shape takes.
constexpr std::size_t sample_bytes(Shape s) { return static_cast<std::size_t>(s.h * s.w * (2 * s.c + 1)); }

inline std::vector<std::uint16_t> quantize(const std::vector<float>& pixels) {
  std::vector<std::uint16_t> result(pixels.size());
  for (std::size_t i = 0; i < pixels.size(); ++i)
    result[i] = static_cast<std::uint16_t>(std::clamp(pixels[i], 0.0f, 1.0f) * 65535 + 0.5f);
  return result;
}

/// Writes a sample of shape s into the views of SampleSet::load. Throws ShapeError when they have another shape.
inline void store(const Sample& sample, Shape s, View<float> image, View<float> target) {
  if (image.shape != s || target.shape != Shape{1, s.h, s.w, 1})
    throw ShapeError("load into an image of " + to_string(image.shape) + " and a target of " + to_string(target.shape) +
                     "; this data set has images of " + to_string(s) + " and targets of one channel");
  const std::uint16_t* pixel = sample.image.data();
  const std::uint8_t* mask = sample.mask.data();
  for (Index y = 0; y < s.h; ++y)
    for (Index x = 0; x < s.w; ++x) {
      float* to = image.at(0, y, x);
      for (Index c = 0; c < s.c; ++c) to[c] = static_cast<float>(*pixel++) / 65535.0f;
      *target.at(0, y, x) = *mask++;
    }
}

}  // namespace unet::detail
