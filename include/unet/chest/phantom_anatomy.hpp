// The body of one synthetic patient: numbers drawn at random, and from them where the lungs, the heart and the bones
// are.
//
// Coordinates: x to the viewer's right (the patient's left), y downwards, both in [-0.5, 0.5] on an image in which the
// patient stands straight in the middle. Lengths are shares of the image's side. Attenuation is in arbitrary units: air
// 0, lung about 0.9, mediastinum about 2.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "unet/chest/record.hpp"
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
  float at(int x, int y) const { return lattice_[static_cast<std::size_t>((y & 31) * 32 + (x & 31))]; }
  std::array<float, 32 * 32> lattice_;
};

/// The field of one lung, in t = distance from the midline.
struct Lung {
  float apex;        // y of the top
  float tip;         // t of the top
  float inner;       // t of the mediastinal border
  float outer;       // t of the chest wall where the lung is widest
  float dome;        // y of the highest point of the diaphragm
  float dome_t;      // t of that point
  float angle_drop;  // how far the costophrenic angle is below the dome

  float angle() const { return dome + angle_drop; }
};

/// An ellipse with its major axis turned by an angle.
struct Ellipse {
  float x, y, a, b, cosine = 1, sine = 0;

  /// About the distance to the edge, negative inside.
  float distance(float px, float py) const {
    const float u = (cosine * (px - x) + sine * (py - y)) / a, v = (cosine * (py - y) - sine * (px - x)) / b;
    return (std::sqrt(u * u + v * v) - 1) * std::min(a, b);
  }
};

/// Everything about a patient and how the film was taken.
struct Anatomy {
  Sex sex = Sex::unknown;
  int age = -1;
  bool abnormal = false;
  std::array<Lung, 2> lungs;  // [0] at the viewer's left
  Ellipse ventricles{}, pulmonary_trunk{}, aortic_knob{}, stomach{};
  float shoulder = 0, torso = 0, neck = 0, arm = 0;  // y of the shoulders, half widths, y of the armpit
  float rib_spacing = 0, rib_width = 0, rib_phase = 0, rib_slope = 0, bone = 1;
  float breast = 0, breast_y = 0, breast_radius = 0;
  float wall = 1;                   // thickness of the soft tissue
  std::array<float, 2> effusion{};  // y of the fluid level in each lung; 1 when there is none
  bool stomach_gas = false;

  // Position on the film.
  float scale = 1, cosine = 1, sine = 0, shift_x = 0, shift_y = 0;
  float warp = 0;
  // Film: midpoint and width of the response to attenuation, grain, markers.
  float exposure = 1, latitude = 0.3f, grain = 0, gradient_x = 0, gradient_y = 0;
  std::array<float, 4> collimation{};  // left, right, top, bottom: shares of the image
  bool marker = false;

  /// About the distance to the outline of the heart, negative inside.
  float heart_distance(float x, float y) const {
    const float a = ventricles.distance(x, y), b = pulmonary_trunk.distance(x, y);
    const float blend = std::max(0.03f - std::abs(a - b), 0.0f);  // fills the notch between the two
    return std::min(a, b) - blend * blend / 0.12f;
  }

  /// Signed distance to the border of the lung field on the side of x: positive inside. This decides the mask.
  float lung_distance(float x, float y) const {
    const Lung& lung = lungs[x < 0 ? 0 : 1];
    const float t = std::abs(x);
    if (y <= lung.apex) return -std::hypot(y - lung.apex, t - lung.tip);
    const float down = (y - lung.apex) / (lung.angle() - lung.apex);
    const float rise = 1 - std::min(down / 0.8f, 1.0f);
    const float outer =
        lung.tip + (lung.outer - lung.tip) * std::sqrt(1 - std::pow(rise, 2.3f)) + 0.06f * std::max(down - 0.8f, 0.0f);
    const float in = 1 - std::min((y - lung.apex) / 0.16f, 1.0f);
    const float inner = lung.tip - (lung.tip - lung.inner) * std::sqrt(1 - in * in);
    float d = std::min(0.85f * (outer - t), t - inner);
    d = std::min(d, 0.85f * (diaphragm(lung, t) - y));
    d = std::min(d, heart_distance(x, y));
    return std::min(d, aortic_knob.distance(x, y));
  }

  /// y of the diaphragm at distance t from the midline.
  static float diaphragm(const Lung& lung, float t) {
    const float r = (t - lung.dome_t) / (lung.outer - lung.dome_t);
    return r > 0 ? lung.dome + lung.angle_drop * r * r * std::sqrt(r)
                 : lung.dome + 0.25f * (lung.dome_t - t) * (lung.dome_t - t) / lung.dome_t;
  }

  /// Signed distance to the outline of the body, positive inside.
  float body_distance(float x, float y) const {
    const float t = std::abs(x);
    const float side = torso + 0.02f * std::sin(7 * y) - t;  // flank
    const float trapezius = shoulder + 0.10f * smooth_step(0.08f, 0.45f, t) - 0.05f * std::exp(-t * 9);
    const float above = y - trapezius;
    const float below = arm + 0.75f * (t - torso) - y;  // underside of the raised arm
    const float trunk = std::min(side, above), limb = std::min(above, below);
    const float throat = std::min(neck + 0.25f * std::max(y - shoulder + 0.1f, 0.0f) - t, 0.2f - y);
    return std::max({trunk, limb, throat});
  }
};

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
