// Bones: ribs, clavicles, shoulders, spine. `soft` is the blur of an edge.
#pragma once
#include <algorithm>
#include <cmath>
#include <numbers>

#include "unet/chest/phantom/anatomy.hpp"

namespace unet::phantom {

/// Ribs of the side that x is on.
inline float rib_attenuation(const Anatomy& a, float x, float y, float soft) {
  const Lung& lung = a.lungs[x < 0 ? 0 : 1];
  const float t = std::abs(x), wall = lung.outer + 0.016f;
  const float down = std::clamp((y - lung.apex + 0.03f) / 0.30f, 0.0f, 1.0f);
  const float reach = lung.tip + (wall - lung.tip) * std::sqrt(1 - (1 - down) * (1 - down));
  const float along = t / reach;
  if (along > 1.04f || y < lung.apex - 0.03f || y > lung.angle() + 0.06f) return 0;
  const float end = 1 - smooth_step(1.0f, 1.04f, along);
  const float low = smooth_step(lung.apex - 0.03f, lung.apex + 0.01f, y) *
                    (1 - smooth_step(lung.angle() - 0.02f, lung.angle() + 0.06f, y));
  // Tubes: the cortex at their edges is brighter than the marrow.
  const auto tube = [&](float centre_line, float half_width) {
    const float position = (y - centre_line - a.rib_phase) / a.rib_spacing;
    const float d = std::abs(position - std::round(position)) * a.rib_spacing;
    const float edge = std::min(d / half_width, 1.0f);
    return (1 - smooth_step(half_width - soft, half_width + soft, d)) * (0.65f + 0.6f * edge * edge);
  };
  const float curve = along * along;
  const float back = tube(-0.045f * std::sin(2.6f * along) + a.rib_slope * curve * along, a.rib_width);
  const float front_line = a.rib_slope - 0.023f + 0.19f * std::pow(std::max(1 - along, 0.0f), 0.8f);
  const float front = tube(front_line, 1.15f * a.rib_width) * smooth_step(0.36f, 0.55f, along);
  const float lateral = 0.20f * smooth_step(0.90f, 1.0f, along);  // ribs seen along their course
  return a.bone * end * low * (0.21f * back + 0.10f * front + lateral);
}

inline float clavicle_attenuation(const Anatomy& a, float x, float y, float soft) {
  const Lung& lung = a.lungs[x < 0 ? 0 : 1];
  const float t = std::abs(x);
  if (t < 0.025f || t > 0.43f) return 0;
  const float along = (t - 0.025f) / 0.40f;
  const float line = lung.apex + 0.105f - 0.115f * along + 0.022f * std::sin(6.2f * along);
  const float half = 0.0125f + 0.007f * std::exp(-along * 12);
  const float d = std::abs(y - line), edge = std::min(d / half, 1.0f);
  return 0.40f * a.bone * (1 - smooth_step(half - soft, half + soft, d)) * (0.6f + 0.6f * edge * edge);
}

inline float shoulder_attenuation(const Anatomy& a, float x, float y, float soft) {
  const float t = std::abs(x);
  const Lung& lung = a.lungs[x < 0 ? 0 : 1];
  const float head = Ellipse{lung.outer + 0.13f, lung.apex + 0.085f, 0.05f, 0.052f}.distance(t, y);
  const float shaft_line = lung.outer + 0.145f + 0.10f * (y - lung.apex - 0.1f);
  const float shaft = y > lung.apex + 0.09f ? std::abs(t - shaft_line) - 0.026f : 1.0f;
  float bone = 0.32f * (1 - smooth_step(-soft, soft, std::min(head, shaft)));
  // The blade: a line that falls steeply beside the chest, with a faint plate outside.
  const float blade = lung.outer - 0.015f + 0.07f * std::cos(7 * (y - lung.apex));
  const float d = t - blade;
  const float ends = smooth_step(0.07f, 0.10f, y - lung.apex) * (1 - smooth_step(0.24f, 0.32f, y - lung.apex));
  bone += ends * (0.10f * smooth_step(0, soft, d) * (1 - smooth_step(0.05f, 0.08f, d)) +
                  0.14f * std::exp(-d * d / (0.006f * 0.006f)));
  return a.bone * bone;
}

/// Spine, seen through the mediastinum, and the air in the windpipe.
inline float midline_attenuation(const Anatomy& a, float x, float y) {
  const float t = std::abs(x);
  const float waist = 0.036f + 0.003f * std::cos(y * 2 * std::numbers::pi_v<float> / 0.05f);
  const float disc = std::cos(y * 2 * std::numbers::pi_v<float> / 0.05f);
  float result = a.bone * (1 - smooth_step(waist - 0.008f, waist + 0.006f, t)) * (0.24f + 0.07f * disc);
  const float carina = a.lungs[0].apex + 0.235f;
  const float trachea = std::abs(x - 0.004f) - 0.017f;
  result -= 0.30f * (1 - smooth_step(-0.006f, 0.006f, trachea)) * (1 - smooth_step(carina - 0.03f, carina + 0.02f, y));
  return result;
}

}  // namespace unet::phantom
