// The detector: an S-shaped response to attenuation, grain, collimator edges and the side marker.
#pragma once
#include <algorithm>
#include <cmath>
#include <span>

#include "unet/chest/phantom/anatomy.hpp"
#include "unet/core/random.hpp"
#include "unet/core/shape.hpp"

namespace unet::phantom {

/// Replaces attenuation (height x width) by grey values in [0, 1]. @param grain where the noise comes from
inline void detect(std::span<float> values, const Anatomy& a, Random grain, Index height, Index width) {
  const auto response = [&](float attenuation) { return 1 / (1 + std::exp((a.exposure - attenuation) / a.latitude)); };
  const float black = response(0), white = response(2.35f);
  for (Index py = 0; py < height; ++py)
    for (Index px = 0; px < width; ++px) {
      float& value = values[static_cast<std::size_t>(py * width + px)];
      const float u = (static_cast<float>(px) + 0.5f) / static_cast<float>(width);
      const float v = (static_cast<float>(py) + 0.5f) / static_cast<float>(height);
      const float tilt = 1 + a.gradient_x * (u - 0.5f) + a.gradient_y * (v - 0.5f);
      float grey = (response(value * tilt) - black) / (white - black);
      if (a.marker && u > 0.86f && u < 0.90f && v > 0.035f && v < 0.09f && (u < 0.871f || v > 0.079f)) grey = 0.97f;
      grey += a.grain * static_cast<float>(grain.normal()) * (0.6f + 0.4f * grey);
      if (u < a.collimation[0] || u > 1 - a.collimation[1] || v < a.collimation[2] || v > 1 - a.collimation[3])
        grey = 0.03f + 0.3f * a.grain * static_cast<float>(grain.normal());
      value = std::clamp(0.02f + 0.96f * grey, 0.0f, 1.0f);
    }
}

}  // namespace unet::phantom
