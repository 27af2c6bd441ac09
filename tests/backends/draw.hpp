// Random shapes and values. All values are floats, so that each backend gets the same.
#pragma once
#include <cmath>

#include "stage.hpp"

namespace conformance {

inline Index draw_channels(Random& random) {
  constexpr Index channels[] = {1, 3, 5, 8, 16, 17, 32, 33, 64, 70};
  return channels[random.below(10)];
}

/// Mostly small, odd or even; sometimes so long that a backend that works in tiles needs several.
inline Index draw_side(Random& random) { return random.below(6) ? 1 + random.below(20) : 65 + random.below(80); }

/// Batch, height and width, with one channel.
inline Shape draw_extent(Random& random) { return {1 + random.below(3), draw_side(random), draw_side(random), 1}; }

inline double draw_value(Random& random) { return static_cast<float>(random.uniform(-1, 1)); }
/// A multiple of 1/8 from -1 to 1: products and sums of few of them are exact, and often equal.
inline double draw_eighth(Random& random) { return (static_cast<double>(random.below(17)) - 8) / 8; }

inline Values draw_values(Random& random, Index size, double (*draw)(Random&) = draw_value) {
  Values values(static_cast<std::size_t>(size));
  for (double& value : values) value = draw(random);
  return values;
}
inline Map draw_map(Random& random, Shape shape, double (*draw)(Random&) = draw_value) {
  Map map(shape);
  map.values = draw_values(random, shape.size(), draw);
  return map;
}
inline Part draw_part(Random& random, Shape shape, double (*draw)(Random&) = draw_value) {
  Part part{draw_map(random, shape, draw), {}, {}};
  if (random.below(2)) {
    part.scale = draw_values(random, shape.c, draw);
    part.shift = draw_values(random, shape.c, draw);
  }
  if (random.below(4) == 0) part.activate = unet::Activate::relu;
  return part;
}

inline void make_absolute(Values& values) {
  for (double& value : values) value = std::abs(value);
}
inline void make_absolute(Map& map) { make_absolute(map.values); }
/// An activation only takes from a value: the sum of absolute terms is the same without it.
inline void make_absolute(Part& part) {
  make_absolute(part.map);
  make_absolute(part.scale);
  make_absolute(part.shift);
  part.activate = unet::Activate::none;
}
template <class T>
void make_absolute(std::vector<T>& parts) {
  for (T& part : parts) make_absolute(part);
}

}  // namespace conformance
