// Moments of maps that are far from zero, and of maps in parts.
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

/// Mean and variance of values in parts, each of another rank, put together.
template <class B>
void check_merged_moments(Checker& checker) {
  const int ranks = 3;
  const Index sizes[ranks] = {7, 52, 1};
  Draw draw = draw_for<B>(Random(6, Purpose::test));
  for (const Index channels : {1, 3, 17}) {
    HostMap whole({1, 1, 60, channels});
    for (double& value : whole.values) value = 100 + draw.normal();
    Values mean, variance;
    moments_of(whole, mean, variance);
    checker.each_variant([&](const std::string& how) {
      checker.about(std::string(B::name) + how + ", " + std::to_string(channels) + " channels");
      const Index each = 1 + 2 * channels;
      Values all(static_cast<std::size_t>(ranks * each), 0.0);
      Index first = 0;
      for (int r = 0; r < ranks; ++r) {
        HostMap part({1, 1, sizes[r], channels});
        std::copy_n(whole.values.begin() + first * channels, sizes[r] * channels, part.values.begin());
        first += sizes[r];
        Values part_mean, part_variance;
        moments_of(part, part_mean, part_variance);
        Stage<B> stage(layout(r));
        const Moments<typename B::Scalar> moments{stage.changed("mean", part_mean),
                                                  stage.changed("variance", part_variance)};
        double* const gathered = stage.template output<double>("all", ranks * each);
        B::norm_gather_moments(stage.context, moments, channels, sizes[r], r, ranks, gathered);
        const Outputs outputs = stage.finish();
        checker.untouched(outputs);
        bool alone = true;
        for (Index i = 0; i < ranks * each; ++i) {
          const double value = outputs[2].values[static_cast<std::size_t>(i)];
          alone = alone && (value == 0 || i / each == r);
          all[static_cast<std::size_t>(i)] += value;
        }
        checker.holds(alone, [] { return "norm_gather_moments: another rank's place is not 0"; });
      }
      Stage<B> stage(layout(0));
      double* const summed = stage.template changed<double>("all", all);
      const Moments<typename B::Scalar> merged{stage.output("mean", channels), stage.output("variance", channels)};
      B::norm_merge_moments(stage.context, summed, ranks, channels, merged);
      const Outputs outputs = stage.finish();
      checker.untouched(outputs);
      for (std::size_t c = 0; c < mean.size(); ++c) {
        checker.near("the mean of channel " + std::to_string(c), outputs[1].values[c], mean[c], 1e-6 * mean[c]);
        checker.near("the variance of channel " + std::to_string(c), outputs[2].values[c], variance[c],
                     1e-4 * variance[c]);
      }
    });
  }
}

}  // namespace unet::testing
