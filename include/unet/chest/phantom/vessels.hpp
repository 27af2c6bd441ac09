// Vessels of the lungs.
#pragma once
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "unet/chest/phantom/anatomy.hpp"
#include "unet/chest/phantom/mark.hpp"
#include "unet/core/random.hpp"

namespace unet::phantom {

/// Appends a vessel and its branches.
inline void grow_vessel(std::vector<Mark>& marks, Random& random, float x, float y, float direction, float length,
                        float radius, int generations) {
  const float bend = static_cast<float>(random.uniform(-0.15, 0.15));
  const float x1 = x + length * std::cos(direction + bend), y1 = y + length * std::sin(direction + bend);
  marks.push_back({Mark::Kind::blur, x, y, x1, y1, radius, 28 * radius});
  if (generations == 0) return;
  for (const float side : {-1.0f, 1.0f}) {
    const float turn = side * static_cast<float>(random.uniform(0.15, 0.6));
    const float share = static_cast<float>(random.uniform(0.7, 0.95));
    grow_vessel(marks, random, x1, y1, direction + turn, length * share, radius * 0.72f, generations - 1);
  }
}

/// Vessels that fan out from both hila.
inline std::vector<Mark> draw_vessels(const Anatomy& a, std::uint64_t seed, std::uint32_t index) {
  Random random(seed, Purpose::phantom, 1, index);
  std::vector<Mark> marks;
  for (int side = 0; side < 2; ++side) {
    const Lung& lung = a.lungs[static_cast<std::size_t>(side)];
    const float middle = lung.apex + 0.58f * (lung.dome - lung.apex) - 0.02f * static_cast<float>(side);
    for (int branch = 0; branch < 8; ++branch) {
      const float angle = static_cast<float>(-1.35 + 2.7 * branch / 7 + random.uniform(-0.15, 0.15));
      const float reach = 0.6f + 0.4f * std::abs(std::sin(angle));
      const float direction = side == 0 ? std::numbers::pi_v<float> - angle : angle;
      const float x = (side == 0 ? -1.0f : 1.0f) * (lung.inner + 0.012f);
      grow_vessel(marks, random, x, middle + 0.035f * std::sin(angle), direction, 0.075f * reach,
                  0.0068f * static_cast<float>(random.uniform(0.8, 1.2)), 3);
    }
  }
  return marks;
}

}  // namespace unet::phantom
