// Moments of maps that are far from zero.
#pragma once
#include "unet/testing/cases/convolution.hpp"
#include "unet/testing/cases/normalisation.hpp"

namespace unet::testing {

/// Moments of a map whose mean is 1000 times its standard deviation (less where maps are stored in so few bits that it would be
/// rounded away): they must not come from mean(y^2) - mean(y)^2.
template <class B, class Calls>
void check_moments_far_from_zero(Checker& checker) {
  constexpr double epsilon = epsilon_of<typename B::Storage>();
  constexpr double offset = epsilon < 1e-6 ? 1000 : 16, rounding = offset * epsilon;
  Draw draw = draw_for<B>(Random(3, Purpose::test));
  for (const Shape shape : {Shape{1, 9, 11, 3}, Shape{2, 70, 67, 17}, Shape{1, 130, 100, 1}}) {
    // Only the kernel's centre is not zero: y = x + offset, rounded.
    Values w(static_cast<std::size_t>(Calls::taps * shape.c * shape.c), 0.0);
    for (Index c = 0; c < shape.c; ++c) w[static_cast<std::size_t>((Calls::taps / 2 * shape.c + c) * shape.c + c)] = 1;
    const Part x{draw_map(draw, shape, [](Draw& d) -> double { return static_cast<float>(d.normal()); }), {}, {}};

    checker.each_variant([&](const std::string& how) {
      Stage<B> stage(layout(0));
      const auto y = stage.output("y", shape);
      const Epilogue<typename B::Scalar> epilogue{stage.input(Values(static_cast<std::size_t>(shape.c), offset)),
                                                  Activate::relu,
                                                  {stage.output("mean", shape.c), stage.output("variance", shape.c)}};
      Calls::template forward<B>(stage.context, stage.input(std::vector<Part>{x}), stage.weights(w), y, {}, epilogue);
      const Outputs outputs = stage.finish();

      HostMap result(shape);
      result.values = outputs[0].values;
      Values mean, variance;
      moments_of(result, mean, variance);
      checker.about(std::string(B::name) + how + ", " + unet::to_string(shape));
      checker.untouched(outputs);
      for (std::size_t c = 0; c < mean.size(); ++c) {
        const std::string channel = " of channel " + std::to_string(c);
        checker.near("the mean" + channel, outputs[1].values[c], mean[c], 0.01 + 0.1 * rounding);
        checker.near("the variance" + channel, outputs[2].values[c], variance[c],
                     (1e-3 + rounding * rounding) * variance[c]);
      }
    });
  }
}

}  // namespace unet::testing
