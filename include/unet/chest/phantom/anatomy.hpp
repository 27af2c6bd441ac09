// The body of one synthetic patient: where the lungs, the heart and the bones are.
//
// Coordinates: x to the viewer's right (the patient's left), y downwards, both in [-0.5, 0.5] on an image in which the
// patient stands straight in the middle. Lengths are shares of the image's side. Attenuation is in arbitrary units: air
// 0, lung about 0.9, mediastinum about 2.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>

#include "unet/chest/phantom/texture.hpp"
#include "unet/chest/record.hpp"

namespace unet::phantom {

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

/// Everything about a patient and how the image was taken.
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

  // Position on the image.
  float scale = 1, cosine = 1, sine = 0, shift_x = 0, shift_y = 0;
  float warp = 0;
  // Detector: midpoint and width of the response to attenuation, grain, markers.
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

}  // namespace unet::phantom
