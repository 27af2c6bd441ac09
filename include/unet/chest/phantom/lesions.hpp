// What is wrong with an abnormal patient: infiltrates, nodules, consolidations, cavities.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "unet/chest/phantom/anatomy.hpp"
#include "unet/chest/phantom/mark.hpp"
#include "unet/core/random.hpp"

namespace unet::phantom {

/// What is wrong with an abnormal patient, and the radiologist's words for it.
struct Lesions {
  std::vector<Mark> marks;
  std::string finding = "normal";
};

inline Lesions draw_lesions(const Anatomy& a, std::uint64_t seed, std::uint32_t index) {
  Lesions result;
  if (!a.abnormal) return result;
  Random random(seed, Purpose::phantom, 2, index);
  const auto real = [&](double low, double high) { return static_cast<float>(random.uniform(low, high)); };
  result.finding.clear();
  const auto name = [&](const std::string& text) { result.finding += (result.finding.empty() ? "" : ", ") + text; };
  const auto side_name = [](int side) { return side == 0 ? "right" : "left"; };  // the patient's

  const int first = random.uniform() < 0.5 ? 0 : 1;
  const int sides = random.uniform() < 0.35 ? 2 : 1;
  const int kind = static_cast<int>(random.below(4));
  const bool upper = random.uniform() < 0.75;
  for (int k = 0; k < sides; ++k) {
    const int side = (first + k) % 2;
    const Lung& lung = a.lungs[static_cast<std::size_t>(side)];
    const float sign = side == 0 ? -1.0f : 1.0f;
    // A point inside the lung, near (t, y) if it can be.
    const auto point = [&](float t, float y, float spread) {
      for (int trial = 0; trial < 50; ++trial) {
        const float x = sign * (t + spread * static_cast<float>(random.normal()));
        const float py = y + spread * static_cast<float>(random.normal());
        if (x * sign > 0 && a.lung_distance(x, py) > 0.012f) return std::array<float, 2>{x, py};
      }
      return std::array<float, 2>{sign * t, y};
    };
    const float height = lung.dome - lung.apex;
    const float t = 0.5f * (lung.inner + lung.outer) + real(-0.05, 0.05);
    const float y = lung.apex + height * (upper ? real(0.2, 0.45) : real(0.6, 0.9));
    if (kind == 0 || kind == 3) {  // infiltrate: a cloud of blurred patches
      const int patches = 10 + static_cast<int>(random.below(16));
      const float density = real(0.14, 0.3);
      for (int i = 0; i < patches; ++i) {
        const auto [px, py] = point(t, y, 0.05f);
        result.marks.push_back({Mark::Kind::blur, px, py, px, py, real(0.02, 0.055), density * real(0.5, 1.2)});
      }
    }
    if (kind == 1) {  // nodules
      const int nodules = 3 + static_cast<int>(random.below(10));
      for (int i = 0; i < nodules; ++i) {
        const auto [px, py] = point(t, y, 0.08f);
        result.marks.push_back({Mark::Kind::disc, px, py, px, py, real(0.008, 0.022), real(0.3, 0.65)});
      }
    }
    if (kind == 2) {  // consolidation, dense enough to hide the border of the lung
      for (int i = 0; i < 7; ++i) {
        const auto [px, py] = point(t, y, 0.035f);
        result.marks.push_back({Mark::Kind::blur, px, py, px, py, real(0.045, 0.085), real(0.2, 0.4)});
      }
    }
    if (kind == 3) {  // cavity
      const auto [px, py] = point(t, y, 0.03f);
      result.marks.push_back({Mark::Kind::ring, px, py, px, py, real(0.02, 0.042), real(0.35, 0.6)});
    }
  }
  const char* kinds[] = {"infiltrate", "nodules", "consolidation", "infiltrate with cavity"};
  name(std::string(kinds[kind]) + " in the " + (sides == 2 ? "bilateral" : side_name(first)) +
       (upper ? " upper" : " lower") + (sides == 2 ? " fields" : " field"));
  for (int side = 0; side < 2; ++side)
    if (a.effusion[static_cast<std::size_t>(side)] < 1) name(std::string(side_name(side)) + " pleural effusion");
  return result;
}

}  // namespace unet::phantom
