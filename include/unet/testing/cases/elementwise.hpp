// Cases of the operations that touch each value once.
#pragma once
#include "unet/testing/cases/pooling.hpp"

namespace unet::testing {

struct ReluBackward {
  HostMap r, g;

  explicit ReluBackward(Draw& draw) : ReluBackward(draw, draw_shape(draw)) {}
  ReluBackward(Draw& draw, Shape shape) : r(draw_map(draw, shape, draw_relu)), g(draw_map(draw, shape)) {}

  template <class B>
  std::function<void()> prepare(Stage<B>& stage) const {
    const auto gradient = stage.changed("g", g);
    return [&stage, gradient, output = stage.input(r)] { B::relu_backward(stage.context, output, gradient); };
  }
  template <class Reference>
  Outputs magnitudes(const Outputs& expected) const {
    return exactly(expected);
  }
  double flops() const { return static_cast<double>(g.shape.size()); }
  std::string describe() const { return unet::to_string(r.shape); }
};

/// To a map, and to where others than maps are kept.
struct Normalise {
  Part x;

  explicit Normalise(Draw& draw) : Normalise(draw, draw_shape(draw)) {}
  Normalise(Draw& draw, Shape shape) : x(draw_part(draw, shape)) {}

  template <class B>
  std::function<void()> prepare(Stage<B>& stage) const {
    const auto y = stage.output("y", x.map.shape);
    const auto values = stage.output_values("values", x.map.shape);
    return [&stage, y, values, input = stage.input(x)] {
      B::normalise(stage.context, input, y);
      B::normalise(stage.context, input, values);
    };
  }
  template <class Reference>
  Outputs magnitudes(const Outputs&) const {
    Normalise absolute = *this;
    make_absolute(absolute.x);
    return run<Reference>(absolute, layout(0));
  }
  double flops() const { return 4 * static_cast<double>(x.map.shape.size()); }
  std::string describe() const { return unet::to_string(x.map.shape) + (x.scale.empty() ? "" : ", normalised"); }
};

struct Add {
  HostMap x, y;

  explicit Add(Draw& draw) : Add(draw, draw_shape(draw)) {}
  Add(Draw& draw, Shape shape) : x(draw_map(draw, shape)), y(draw_map(draw, shape)) {}

  template <class B>
  std::function<void()> prepare(Stage<B>& stage) const {
    const auto sum = stage.changed("y", y);
    return [&stage, sum, input = stage.input(x)] { B::add(stage.context, input, sum); };
  }
  template <class Reference>
  Outputs magnitudes(const Outputs&) const {
    Add absolute = *this;
    make_absolute(absolute.x);
    make_absolute(absolute.y);
    return run<Reference>(absolute, layout(0));
  }
  double flops() const { return static_cast<double>(x.shape.size()); }
  std::string describe() const { return unet::to_string(x.shape); }
};

}  // namespace unet::testing
