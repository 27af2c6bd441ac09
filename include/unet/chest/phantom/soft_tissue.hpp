// Soft tissue and the air of the lungs, along the ray through one point.
#pragma once
#include <algorithm>
#include <cmath>

#include "unet/chest/phantom/anatomy.hpp"
#include "unet/chest/phantom/texture.hpp"

namespace unet::phantom {

/// Attenuation of chest wall, heart, belly and breasts. @param body, heart signed distances: Anatomy::body_distance,
/// heart_distance
inline float soft_tissue(const Anatomy& a, const Texture& texture, float x, float y, float body, float heart) {
  const Lung& lung = a.lungs[x < 0 ? 0 : 1];
  const float t = std::abs(x);
  // Thick in the middle and below, thin at the shoulders and at the flanks.
  const float trunk = 1.02f + 0.55f * smooth_step(-0.42f, -0.15f, y) + 0.28f * smooth_step(0.0f, 0.30f, y);
  float tissue = a.wall * trunk * (1 - 0.8f * std::exp(-std::max(body, 0.0f) / 0.055f));
  tissue += 0.25f * std::exp(-t * t / (0.09f * 0.09f));
  tissue += 0.22f * (1 - smooth_step(-0.05f, 0.01f, heart));
  tissue += 0.10f * (1 - smooth_step(-0.02f, 0.008f, a.aortic_knob.distance(x, y)));

  const float below = y - Anatomy::diaphragm(lung, t);
  if (below > 0) {
    const float recess = smooth_step(0.0f, 0.1f, t) * (1 - smooth_step(lung.outer - 0.06f, lung.outer, t));
    tissue -= 0.16f * std::exp(-below / 0.03f) * recess;  // air behind the liver
    if (a.stomach_gas && x > 0) {
      const float gas = a.stomach.distance(x, y) + 0.02f * texture(30 * x, 30 * y);
      tissue -= 0.45f * (1 - smooth_step(-0.02f, 0.006f, gas));
    }
  }
  if (a.breast > 0) {  // a disc whose lower edge is the sharper one
    const float d = Ellipse{0.225f, a.breast_y, a.breast_radius, 0.9f * a.breast_radius}.distance(t, y);
    const float lower = smooth_step(a.breast_y - 0.12f, a.breast_y + 0.06f, y);
    tissue += a.breast * lower * (1 - smooth_step(-0.07f, 0.006f, d));
  }
  return tissue;
}

/// How much of a lung's air the ray passes, 0 to 1: thin at the borders of the lung, where it is wrapped around the
/// mediastinum and the chest wall. @param lung_edge, heart signed distances: Anatomy::lung_distance, heart_distance
/// @param soft blur of an edge
inline float lung_air(const Anatomy& a, float x, float y, float lung_edge, float heart, float soft) {
  if (!(lung_edge > -2 * soft - 0.01f)) return 0;
  const float rim = 1 - std::exp(-std::max(lung_edge, 0.0f) / 0.045f);
  const float blur = soft + 0.008f * std::exp((lung_edge - heart) / 0.02f);  // the heart beats
  float depth = smooth_step(-blur, blur, lung_edge) * (0.52f + 0.48f * rim);
  const std::size_t side = x < 0 ? 0 : 1;
  const float t = std::abs(x);
  const float fluid = a.effusion[side] - 0.10f * smooth_step(0.55f, 1.0f, t / a.lungs[side].outer);  // meniscus
  depth *= 1 - 0.93f * smooth_step(-0.012f, 0.022f, y - fluid);
  return depth;
}

}  // namespace unet::phantom
