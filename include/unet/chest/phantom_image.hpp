// The film of a synthetic patient: attenuation of everything that the rays pass, then the response of the detector.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <vector>

#include "unet/chest/phantom_anatomy.hpp"
#include "unet/core/random.hpp"
#include "unet/core/shape.hpp"

namespace unet::phantom {

/// A soft-edged mark on the attenuation: a disc, a ring or a stroke from (x0, y0) to (x1, y1).
struct Mark {
  enum class Kind { blur, disc, ring } kind = Kind::blur;
  float x0, y0, x1, y1, radius, attenuation;

  /// Attenuation at a distance from the stroke's line.
  float operator()(float distance) const {
    if (kind == Kind::disc) return attenuation * (1 - smooth_step(0.7f * radius, radius, distance));
    if (kind == Kind::ring) {
      const float wall = (distance - 0.75f * radius) / (0.22f * radius);
      return attenuation * (std::exp(-wall * wall) - (distance < 0.7f * radius ? 0.25f : 0.0f));
    }
    const float r = distance / radius;
    return attenuation * std::exp(-2 * r * r);
  }
};

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

/// Bones on one side; `t` is the distance from the midline, `soft` the blur of an edge.
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

/// A finished sample: grey values in [0, 1] and the exact lung fields.
struct Film {
  std::vector<float> image;
  std::vector<std::uint8_t> mask;
};

/// Takes the film of a patient with the given lesions; seed and index decide on texture, vessels and grain.
inline Film take_film(const Anatomy& a, const std::vector<Mark>& lesions, std::uint64_t seed, std::uint32_t index,
                      Index height, Index width) {
  const Texture texture(Random(seed, Purpose::phantom, 3, index));
  const float pixel = 1.0f / static_cast<float>(std::min(height, width));
  const float soft = std::max(0.0035f, 0.7f * pixel);
  const std::size_t pixels = static_cast<std::size_t>(height * width);
  Film film{std::vector<float>(pixels), std::vector<std::uint8_t>(pixels)};
  std::vector<float> air(pixels);  // how much of the lung's air the ray passes, 0 to 1

  const auto body_x = [&](float u, float v) { return (a.cosine * u + a.sine * v) / a.scale; };
  const auto body_y = [&](float u, float v) { return (a.cosine * v - a.sine * u) / a.scale; };
  const auto film_x = [&](Index px) {
    return (static_cast<float>(px) + 0.5f) / static_cast<float>(width) - 0.5f - a.shift_x;
  };
  const auto film_y = [&](Index py) {
    return (static_cast<float>(py) + 0.5f) / static_cast<float>(height) - 0.5f - a.shift_y;
  };

  for (Index py = 0; py < height; ++py)
    for (Index px = 0; px < width; ++px) {
      const std::size_t at = static_cast<std::size_t>(py * width + px);
      const float u = film_x(px), v = film_y(py);
      float x = body_x(u, v), y = body_y(u, v);
      const float wx = texture(5 * x + 9, 5 * y + 9), wy = texture(5 * x + 21, 5 * y + 5);
      x += a.warp * wx, y += a.warp * wy;

      const float body = a.body_distance(x, y);
      const float lung_edge = a.lung_distance(x, y);
      film.mask[at] = lung_edge > 0;
      if (body < -0.02f) continue;
      const Lung& lung = a.lungs[x < 0 ? 0 : 1];
      const float t = std::abs(x), inside = smooth_step(0, 2 * soft, body);

      // Soft tissue: thick in the middle and below, thin at the shoulders and at the flanks.
      const float trunk = 1.02f + 0.55f * smooth_step(-0.42f, -0.15f, y) + 0.28f * smooth_step(0.0f, 0.30f, y);
      float tissue = a.wall * trunk * (1 - 0.8f * std::exp(-std::max(body, 0.0f) / 0.055f));
      tissue += 0.25f * std::exp(-t * t / (0.09f * 0.09f));
      const float heart = a.heart_distance(x, y);
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

      // Air: thin at the borders of the lung, where it is wrapped around the mediastinum and the chest wall.
      float depth = 0;
      if (lung_edge > -2 * soft - 0.01f) {
        const float rim = 1 - std::exp(-std::max(lung_edge, 0.0f) / 0.045f);
        const float blur = soft + 0.008f * std::exp((lung_edge - heart) / 0.02f);  // the heart beats
        depth = smooth_step(-blur, blur, lung_edge) * (0.52f + 0.48f * rim);
        const float fluid = a.effusion[x < 0 ? 0 : 1] - 0.10f * smooth_step(0.55f, 1.0f, t / lung.outer);  // meniscus
        depth *= 1 - 0.93f * smooth_step(-0.012f, 0.022f, y - fluid);
      }
      air[at] = depth;
      const float fine = texture(24 * x + 3, 24 * y) + 0.6f * texture(55 * x, 55 * y + 7);
      float attenuation = tissue * inside - (0.98f - 0.05f * fine) * depth * std::min(inside, 1.0f);
      attenuation += 0.05f * inside * (texture(9 * x, 9 * y + 15) + 0.5f * fine);
      attenuation += inside * (rib_attenuation(a, x, y, soft) + clavicle_attenuation(a, x, y, soft) +
                               shoulder_attenuation(a, x, y, soft) + midline_attenuation(a, x, y));
      film.image[at] = attenuation;
    }

  // Vessels and lesions, each in the rectangle that it covers.
  auto marks = draw_vessels(a, seed, index);
  marks.insert(marks.end(), lesions.begin(), lesions.end());
  for (const Mark& mark : marks) {
    const float margin = 1.5f * mark.radius + pixel;
    const float radius = std::max(mark.radius, 0.9f * pixel);
    Mark drawn = mark;  // what is thinner than a pixel is drawn a pixel wide and fainter
    drawn.radius = radius, drawn.attenuation *= mark.radius / radius;
    Index left = width, right = -1, top = height, bottom = -1;
    for (const auto& [x, y] : {std::array{mark.x0, mark.y0}, std::array{mark.x1, mark.y1}}) {
      const float u = a.scale * (a.cosine * x - a.sine * y) + a.shift_x + 0.5f;
      const float v = a.scale * (a.cosine * y + a.sine * x) + a.shift_y + 0.5f;
      left = std::min(left, static_cast<Index>((u - margin) * static_cast<float>(width)));
      right = std::max(right, static_cast<Index>((u + margin) * static_cast<float>(width)) + 1);
      top = std::min(top, static_cast<Index>((v - margin) * static_cast<float>(height)));
      bottom = std::max(bottom, static_cast<Index>((v + margin) * static_cast<float>(height)) + 1);
    }
    const float dx = mark.x1 - mark.x0, dy = mark.y1 - mark.y0, squared = dx * dx + dy * dy;
    for (Index py = std::max<Index>(top, 0); py < std::min(bottom, height); ++py)
      for (Index px = std::max<Index>(left, 0); px < std::min(right, width); ++px) {
        const std::size_t at = static_cast<std::size_t>(py * width + px);
        if (air[at] <= 0) continue;
        const float u = film_x(px), v = film_y(py);
        const float x = body_x(u, v) - mark.x0, y = body_y(u, v) - mark.y0;
        const float along = squared > 0 ? std::clamp((x * dx + y * dy) / squared, 0.0f, 1.0f) : 0;
        const float distance = std::hypot(x - along * dx, y - along * dy);
        film.image[at] += std::min(air[at], 1.0f) * drawn(distance);
      }
  }

  // Detector: an S-shaped response to attenuation, grain, collimator edges and the side marker.
  Random grain(seed, Purpose::phantom, 4, index);
  const auto response = [&](float attenuation) { return 1 / (1 + std::exp((a.exposure - attenuation) / a.latitude)); };
  const float black = response(0), white = response(2.35f);
  for (Index py = 0; py < height; ++py)
    for (Index px = 0; px < width; ++px) {
      float& value = film.image[static_cast<std::size_t>(py * width + px)];
      const float u = (static_cast<float>(px) + 0.5f) / static_cast<float>(width);
      const float v = (static_cast<float>(py) + 0.5f) / static_cast<float>(height);
      const float tilt = 1 + a.gradient_x * (u - 0.5f) + a.gradient_y * (v - 0.5f);
      float grey = (response(value * tilt) - black) / (white - black);
      if (a.marker && u > 0.86f && u < 0.90f && v > 0.035f && v < 0.09f && (u < 0.871f || v > 0.079f)) grey = 0.97f;
      grey += a.grain * static_cast<float>(grain.normal()) * (0.6f + 0.4f * grey);
      if (u < a.collimation[0] || u > 1 - a.collimation[1] || v < a.collimation[2] || v > 1 - a.collimation[3])
        grey = 0.03f + 0.3f * a.grain * static_cast<float>(grain.normal());
      value = std::clamp(0.02f + 0.96f * grey, 0.0f, 1.0f);
    }
  return film;
}

/// Takes the film of sample `index`. It depends on the seed, the index and the size alone.
inline Film take_film(std::uint64_t seed, std::uint32_t index, Index height, Index width) {
  const Anatomy patient = draw_anatomy(seed, index);
  return take_film(patient, draw_lesions(patient, seed, index).marks, seed, index, height, width);
}

}  // namespace unet::phantom
