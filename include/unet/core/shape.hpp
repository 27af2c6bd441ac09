// Shapes of feature maps. One layout everywhere: NHWC, channels contiguous.
#pragma once
#include <cstddef>
#include <string>

namespace unet {

/// Signed size and offset type of the whole library, in elements unless a name says bytes.
using Index = std::ptrdiff_t;

/// Batch x height x width x channels.
struct Shape {
  Index n = 0, h = 0, w = 0, c = 0;

  constexpr Index pixels() const { return n * h * w; }
  constexpr Index size() const { return pixels() * c; }
  friend constexpr bool operator==(const Shape&, const Shape&) = default;
};

/// "8x512x512x1", for messages.
inline std::string to_string(const Shape& s) {
  return std::to_string(s.n) + "x" + std::to_string(s.h) + "x" + std::to_string(s.w) + "x" + std::to_string(s.c);
}

}  // namespace unet
