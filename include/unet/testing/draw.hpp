// Random shapes and values. Maps hold numbers that the backend can store, all else floats, so that the reference gets the same.
#pragma once
#include <cmath>

#include "unet/testing/operands.hpp"

namespace unet::testing {

/// Random numbers for the operands of one case.
struct Draw : Random {
  /// What becomes of a float that is stored in a map.
  double (*stored)(double) = [](double value) { return value; };

  explicit Draw(const Random& random) : Random(random) {}
};

/// Random numbers for operands of backend B.
template <class B>
Draw draw_for(const Random& random) {
  Draw draw(random);
  draw.stored = [](double value) {
    return static_cast<double>(static_cast<typename B::Storage>(static_cast<typename B::Scalar>(value)));
  };
  return draw;
}

inline Index draw_channels(Draw& draw) {
  constexpr Index channels[] = {1, 3, 5, 8, 16, 17, 32, 33, 64, 70};
  return channels[draw.below(10)];
}

/// Mostly small, odd or even; sometimes so long that a backend that works in tiles needs several.
inline Index draw_side(Draw& draw) { return draw.below(6) ? 1 + draw.below(20) : 65 + draw.below(80); }

/// Batch, height and width, with one channel.
inline Shape draw_extent(Draw& draw) { return {1 + draw.below(3), draw_side(draw), draw_side(draw), 1}; }

/// An extent and a number of channels, small enough to be quick.
inline Shape draw_shape(Draw& draw) {
  Shape shape = draw_extent(draw);
  do shape.c = draw_channels(draw);
  while (shape.size() > 200'000);
  return shape;
}

using DrawValue = double (*)(Draw&);

inline double draw_value(Draw& draw) { return static_cast<float>(draw.uniform(-1, 1)); }
/// A multiple of 1/8 from -1 to 1: products and sums of few of them are exact, and often equal.
inline double draw_eighth(Draw& draw) { return (static_cast<double>(draw.below(17)) - 8) / 8; }
/// A ReLU output: often zero, of either sign, otherwise positive.
inline double draw_relu(Draw& draw) {
  const double value = draw_value(draw);
  return value > 0 ? value : draw.below(4) ? 0.0 : -0.0;
}

inline Values draw_values(Draw& draw, Index size, DrawValue one = draw_value) {
  Values values(static_cast<std::size_t>(size));
  for (double& value : values) value = one(draw);
  return values;
}
inline HostMap draw_map(Draw& draw, Shape shape, DrawValue one = draw_value) {
  HostMap map(shape);
  for (double& value : map.values) value = draw.stored(one(draw));
  return map;
}
inline Part draw_part(Draw& draw, Shape shape, DrawValue one = draw_value) {
  Part part{draw_map(draw, shape, one), {}, {}};
  if (draw.below(2)) {
    part.scale = draw_values(draw, shape.c, one);
    part.shift = draw_values(draw, shape.c, one);
  }
  if (draw.below(4) == 0) part.activate = Activate::relu;
  return part;
}

inline void make_absolute(Values& values) {
  for (double& value : values) value = std::abs(value);
}
inline void make_absolute(HostMap& map) { make_absolute(map.values); }
/// An activation only takes from a value: the sum of absolute terms is the same without it.
inline void make_absolute(Part& part) {
  make_absolute(part.map);
  make_absolute(part.scale);
  make_absolute(part.shift);
  part.activate = Activate::none;
}
template <class T>
void make_absolute(std::vector<T>& parts) {
  for (T& part : parts) make_absolute(part);
}

}  // namespace unet::testing
