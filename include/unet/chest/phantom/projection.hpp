// Where a pixel lies in the body, and a point of the body on the image.
#pragma once
#include <algorithm>
#include <array>

#include "unet/chest/phantom/anatomy.hpp"
#include "unet/core/shape.hpp"

namespace unet::phantom {

/// Between pixels of a height x width image and coordinates of the body (see anatomy.hpp): turned, scaled and shifted.
struct Projection {
  const Anatomy& anatomy;
  Index height, width;

  /// Side of a pixel, as a share of the shorter side.
  float pixel() const { return 1.0f / static_cast<float>(std::min(height, width)); }

  /// Of the centre of a pixel, as shares of the image from where the patient's middle is.
  float image_x(Index px) const {
    return (static_cast<float>(px) + 0.5f) / static_cast<float>(width) - 0.5f - anatomy.shift_x;
  }
  float image_y(Index py) const {
    return (static_cast<float>(py) + 0.5f) / static_cast<float>(height) - 0.5f - anatomy.shift_y;
  }

  /// In the body, of a point u, v as image_x and image_y give it.
  float body_x(float u, float v) const { return (anatomy.cosine * u + anatomy.sine * v) / anatomy.scale; }
  float body_y(float u, float v) const { return (anatomy.cosine * v - anatomy.sine * u) / anatomy.scale; }

  /// Shares of the image, from its upper left corner, of a point of the body.
  std::array<float, 2> on_image(float x, float y) const {
    return {anatomy.scale * (anatomy.cosine * x - anatomy.sine * y) + anatomy.shift_x + 0.5f,
            anatomy.scale * (anatomy.cosine * y + anatomy.sine * x) + anatomy.shift_y + 0.5f};
  }
};

}  // namespace unet::phantom
