// What the rays of each pixel pass, before any detector: body, then vessels and lesions.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "unet/chest/phantom/bones.hpp"
#include "unet/chest/phantom/mark.hpp"
#include "unet/chest/phantom/projection.hpp"
#include "unet/chest/phantom/soft_tissue.hpp"
#include "unet/chest/phantom/texture.hpp"

namespace unet::phantom {

/// Height x width values each.
struct Attenuation {
  std::vector<float> values;
  std::vector<float> air;           ///< how much of the lung's air the ray passes, 0 to 1
  std::vector<std::uint8_t> lungs;  ///< the exact lung fields, 0 and 1
};

/// Of a body without vessels and lesions.
inline Attenuation body_attenuation(const Projection& projection, const Texture& texture) {
  const Anatomy& a = projection.anatomy;
  const float soft = std::max(0.0035f, 0.7f * projection.pixel());
  const auto pixels = static_cast<std::size_t>(projection.height * projection.width);
  Attenuation result{std::vector<float>(pixels), std::vector<float>(pixels), std::vector<std::uint8_t>(pixels)};
  for (Index py = 0; py < projection.height; ++py)
    for (Index px = 0; px < projection.width; ++px) {
      const std::size_t at = static_cast<std::size_t>(py * projection.width + px);
      const float u = projection.image_x(px), v = projection.image_y(py);
      float x = projection.body_x(u, v), y = projection.body_y(u, v);
      const float wx = texture(5 * x + 9, 5 * y + 9), wy = texture(5 * x + 21, 5 * y + 5);
      x += a.warp * wx, y += a.warp * wy;

      const float body = a.body_distance(x, y);
      const float lung_edge = a.lung_distance(x, y);
      result.lungs[at] = lung_edge > 0;
      if (body < -0.02f) continue;
      const float inside = smooth_step(0, 2 * soft, body), heart = a.heart_distance(x, y);
      const float tissue = soft_tissue(a, texture, x, y, body, heart);
      const float depth = lung_air(a, x, y, lung_edge, heart, soft);
      result.air[at] = depth;
      const float fine = texture(24 * x + 3, 24 * y) + 0.6f * texture(55 * x, 55 * y + 7);
      float attenuation = tissue * inside - (0.98f - 0.05f * fine) * depth * std::min(inside, 1.0f);
      attenuation += 0.05f * inside * (texture(9 * x, 9 * y + 15) + 0.5f * fine);
      attenuation += inside * (rib_attenuation(a, x, y, soft) + clavicle_attenuation(a, x, y, soft) +
                               shoulder_attenuation(a, x, y, soft) + midline_attenuation(a, x, y));
      result.values[at] = attenuation;
    }
  return result;
}

/// Adds vessels and lesions, each in the rectangle that it covers, as far as there is air around them.
inline void add_marks(Attenuation& attenuation, const Projection& projection, std::span<const Mark> marks) {
  const Index height = projection.height, width = projection.width;
  const float pixel = projection.pixel();
  for (const Mark& mark : marks) {
    const float margin = 1.5f * mark.radius + pixel;
    const float radius = std::max(mark.radius, 0.9f * pixel);
    Mark drawn = mark;  // what is thinner than a pixel is drawn a pixel wide and fainter
    drawn.radius = radius, drawn.attenuation *= mark.radius / radius;
    Index left = width, right = -1, top = height, bottom = -1;
    for (const auto& [x, y] : {std::array{mark.x0, mark.y0}, std::array{mark.x1, mark.y1}}) {
      const auto [u, v] = projection.on_image(x, y);
      left = std::min(left, static_cast<Index>((u - margin) * static_cast<float>(width)));
      right = std::max(right, static_cast<Index>((u + margin) * static_cast<float>(width)) + 1);
      top = std::min(top, static_cast<Index>((v - margin) * static_cast<float>(height)));
      bottom = std::max(bottom, static_cast<Index>((v + margin) * static_cast<float>(height)) + 1);
    }
    const float dx = mark.x1 - mark.x0, dy = mark.y1 - mark.y0, squared = dx * dx + dy * dy;
    for (Index py = std::max<Index>(top, 0); py < std::min(bottom, height); ++py)
      for (Index px = std::max<Index>(left, 0); px < std::min(right, width); ++px) {
        const std::size_t at = static_cast<std::size_t>(py * width + px);
        if (attenuation.air[at] <= 0) continue;
        const float u = projection.image_x(px), v = projection.image_y(py);
        const float x = projection.body_x(u, v) - mark.x0, y = projection.body_y(u, v) - mark.y0;
        const float along = squared > 0 ? std::clamp((x * dx + y * dy) / squared, 0.0f, 1.0f) : 0;
        const float distance = std::hypot(x - along * dx, y - along * dy);
        attenuation.values[at] += std::min(attenuation.air[at], 1.0f) * drawn(distance);
      }
  }
}

}  // namespace unet::phantom
