// Cases of max pooling.
#pragma once
#include "unet/testing/checker.hpp"

namespace unet::testing {

/// Magnitudes of values that must be right to the last bit.
inline Outputs exactly(const Outputs& expected) {
  Outputs zeros = expected;
  for (Output& output : zeros.all) std::fill(output.values.begin(), output.values.end(), 0.0);
  return zeros;
}

/// Values are multiples of 1/8, so normalisation is exact, ties are frequent, and so the result must be too.
struct MaxPoolForward {
  Shape shape;  ///< of the output
  Part x;

  explicit MaxPoolForward(Draw& draw) : MaxPoolForward(draw, draw_shape(draw)) {}
  MaxPoolForward(Draw& draw, Shape shape)
      : shape(shape), x(draw_part(draw, {shape.n, 2 * shape.h, 2 * shape.w, shape.c}, draw_eighth)) {}

  template <class B>
  std::function<void()> prepare(Stage<B>& stage) const {
    const auto y = stage.output("y", shape);
    return [&stage, y, input = stage.input(x)] { B::max_pool_forward(stage.context, input, y); };
  }
  template <class Reference>
  Outputs magnitudes(const Outputs& expected) const {
    return exactly(expected);
  }
  double flops() const { return 3 * static_cast<double>(shape.size()); }
  std::string describe() const { return "to " + unet::to_string(shape); }
};

struct MaxPoolBackward {
  Shape shape;  ///< of the output
  Part x;
  HostMap dy, before;
  bool accumulate;

  explicit MaxPoolBackward(Draw& draw) : MaxPoolBackward(draw, draw_shape(draw)) {}
  MaxPoolBackward(Draw& draw, Shape shape)
      : shape(shape),
        x(draw_part(draw, {shape.n, 2 * shape.h, 2 * shape.w, shape.c}, draw_eighth)),
        dy(draw_map(draw, shape, draw_eighth)),
        before(draw_map(draw, x.map.shape, draw_eighth)),
        accumulate(draw.below(2)) {}

  template <class B>
  std::function<void()> prepare(Stage<B>& stage) const {
    const auto dx = accumulate ? stage.changed("dx", before) : stage.output("dx", before.shape);
    return [&stage, dx, input = stage.input(x), gradient = stage.input(dy), accumulate = accumulate] {
      B::max_pool_backward(stage.context, input, gradient, dx, accumulate);
    };
  }
  template <class Reference>
  Outputs magnitudes(const Outputs& expected) const {
    return exactly(expected);
  }
  double flops() const { return 4 * static_cast<double>(shape.size()); }
  std::string describe() const { return "to " + unet::to_string(shape) + (accumulate ? ", accumulated" : ""); }
};

}  // namespace unet::testing
