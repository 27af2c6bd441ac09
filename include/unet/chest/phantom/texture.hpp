// Smooth steps and smooth noise: what all soft edges and irregular shapes are made of.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>

#include "unet/core/random.hpp"

namespace unet::phantom {

/// 0 below `low`, 1 above `high`, smooth between.
inline float smooth_step(float low, float high, float value) {
  const float t = std::clamp((value - low) / (high - low), 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}

/// Smooth random values in [-1, 1] on the plane, with period 32 in both directions.
class Texture {
 public:
  explicit Texture(Random random) {
    for (float& value : lattice_) value = static_cast<float>(random.uniform(-1, 1));
  }

  float operator()(float x, float y) const {
    const float fx = std::floor(x), fy = std::floor(y);
    const int ix = static_cast<int>(fx), iy = static_cast<int>(fy);
    const float a = smooth_step(0, 1, x - fx), b = smooth_step(0, 1, y - fy);
    const float top = at(ix, iy) + a * (at(ix + 1, iy) - at(ix, iy));
    const float bottom = at(ix, iy + 1) + a * (at(ix + 1, iy + 1) - at(ix, iy + 1));
    return top + b * (bottom - top);
  }

 private:
  float at(int x, int y) const {
    return lattice_[static_cast<std::size_t>(y & 31) * 32 + static_cast<std::size_t>(x & 31)];
  }
  std::array<float, 32 * 32> lattice_;
};

}  // namespace unet::phantom
