// What vessels and lesions are drawn with: short strokes with soft edges.
#pragma once
#include <cmath>

#include "unet/chest/phantom/texture.hpp"

namespace unet::phantom {

/// A soft-edged mark on the attenuation: a disc, a ring or a stroke from (x0, y0) to (x1, y1).
struct Mark {
  enum class Kind { blur, disc, ring } kind = Kind::blur;
  float x0, y0, x1, y1, radius, attenuation;

  /// Attenuation at a distance from the stroke's line.
  float operator()(float distance) const {
    if (kind == Kind::disc) return attenuation * (1 - smooth_step(0.7f * radius, radius, distance));
    if (kind == Kind::ring) {
      const float wall = (distance - 0.75f * radius) / (0.22f * radius);
      return attenuation * (std::exp(-wall * wall) - (distance < 0.7f * radius ? 0.25f : 0.0f));
    }
    const float r = distance / radius;
    return attenuation * std::exp(-2 * r * r);
  }
};

}  // namespace unet::phantom
