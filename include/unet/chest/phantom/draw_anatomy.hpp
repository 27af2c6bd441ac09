// A patient drawn at random: measures of men, women, children and old people, and how the image was taken.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "unet/chest/phantom/anatomy.hpp"
#include "unet/core/random.hpp"

namespace unet::phantom {

/// Draws the patient of a sample: always the same for the same seed and index.
inline Anatomy draw_anatomy(std::uint64_t seed, std::uint32_t index) {
  Random random(seed, Purpose::phantom, 0, index);
  const auto real = [&](double low, double high) { return static_cast<float>(random.uniform(low, high)); };
  const auto normal = [&](double mean, double deviation) {
    const double z = std::clamp(random.normal(), -2.2, 2.2);
    return static_cast<float>(mean + deviation * z);
  };
  const auto chance = [&](double p) { return random.uniform() < p; };

  Anatomy a;
  a.abnormal = chance(0.5);
  a.sex = chance(0.4) ? Sex::female : Sex::male;
  a.age = chance(0.08) ? 1 + static_cast<int>(random.below(11))
                       : static_cast<int>(std::clamp(normal(40, 17), 12.0f, 89.0f));
  const bool female = a.sex == Sex::female;
  const float child = 1 - smooth_step(4, 16, static_cast<float>(a.age));  // 1 = infant
  const float old = smooth_step(50, 85, static_cast<float>(a.age));

  const float breath = normal(0, 0.035);  // deep or shallow: how low the diaphragm stands
  const float width = normal(female ? 0.325 : 0.352, 0.022) - 0.03f * child;
  const float apex = normal(-0.345, 0.02) + 0.06f * child;
  const float inner = normal(0.058, 0.006) + 0.012f * old;
  for (Lung& lung : a.lungs) {
    lung.apex = apex + normal(0, 0.008);
    lung.tip = normal(0.135, 0.01);
    lung.inner = inner + normal(0, 0.004);
    lung.outer = width + normal(0, 0.010);
    lung.dome = (female ? 0.145f : 0.17f) + breath - 0.07f * child + normal(0, 0.012);
    lung.dome_t = normal(0.15, 0.015);
    lung.angle_drop = normal(0.105, 0.022) - 0.03f * child;
  }
  a.lungs[1].dome += 0.022f;  // the liver lifts the patient's right dome

  const float tilt = normal(0.62, 0.13);
  const float size = normal(1, 0.09) * (1 + 0.12f * child + 0.13f * old) * (female ? 0.95f : 1.0f);
  const float heart_x = normal(0.050, 0.010), heart_y = a.lungs[1].dome - 0.075f * size;
  a.ventricles = {heart_x, heart_y, 0.150f * size, 0.100f * size, std::cos(tilt), std::sin(tilt)};
  a.pulmonary_trunk = {heart_x - 0.015f, heart_y - 0.075f * size, 0.115f * size, 0.062f * size, 0.36f, 0.933f};
  a.aortic_knob = {0.045f + 0.012f * old, apex + 0.20f, 0.036f + 0.014f * old, 0.042f + 0.010f * old};
  a.stomach_gas = chance(0.6);
  a.stomach = {normal(0.17, 0.03), a.lungs[1].dome + normal(0.085, 0.02), real(0.03, 0.075), real(0.02, 0.04)};

  a.torso = std::max(width + normal(0.095, 0.025), width + 0.04f);
  a.shoulder = apex + normal(-0.085, 0.02);
  a.neck = normal(0.125, 0.012);
  a.arm = normal(0.02, 0.05);
  a.wall = normal(1, 0.08);
  a.rib_spacing = normal(0.064, 0.003) - 0.012f * child;
  a.rib_width = (female ? 0.0085f : 0.0100f) - 0.002f * child;
  a.rib_phase = real(0, 0.06);
  a.rib_slope = normal(0.12, 0.02);
  a.bone = normal(1, 0.12) * (1 - 0.4f * old) * (1 - 0.3f * child);
  const bool adult_woman = female && a.age > 13;
  a.breast = adult_woman ? real(0.2, 0.42) : 0;
  a.breast_radius = real(0.12, 0.16);
  a.breast_y = a.lungs[0].dome - real(-0.03, 0.05);

  a.effusion = {1, 1};
  if (a.abnormal && chance(0.3)) {
    const int side = chance(0.5) ? 0 : 1;
    a.effusion[static_cast<std::size_t>(side)] = a.lungs[static_cast<std::size_t>(side)].dome - real(-0.02, 0.09);
  }

  const float angle = normal(0, 0.035);
  a.cosine = std::cos(angle), a.sine = std::sin(angle);
  a.scale = normal(1, 0.05) * (1 - 0.16f * child);
  a.shift_x = normal(0, 0.022), a.shift_y = normal(0.02, 0.025);
  a.warp = real(0.006, 0.016);

  a.exposure = normal(1.02, 0.10), a.latitude = real(0.27, 0.38), a.grain = real(0.008, 0.03);
  a.gradient_x = normal(0, 0.10), a.gradient_y = normal(0, 0.10);
  for (float& edge : a.collimation) edge = chance(0.18) ? real(0.01, 0.06) : 0;
  a.marker = chance(0.6);
  return a;
}

}  // namespace unet::phantom
