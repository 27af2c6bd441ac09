// Cases of batch normalisation.
#pragma once
#include "unet/testing/cases/elementwise.hpp"

namespace unet::testing {

struct NormScaleShift {
  Values mean, variance, gamma, beta;

  explicit NormScaleShift(Draw& draw) : NormScaleShift(draw, draw_channels(draw)) {}
  NormScaleShift(Draw& draw, Index channels) {
    mean = draw_values(draw, channels);
    variance = draw_values(draw, channels, draw_relu);
    gamma = draw_values(draw, channels);
    beta = draw_values(draw, channels);
  }

  template <class B>
  std::function<void()> prepare(Stage<B>& stage) const {
    const Index channels = static_cast<Index>(mean.size());
    auto* const scale = stage.output("scale", channels);
    auto* const shift = stage.output("shift", channels);
    return [&stage, channels, scale, shift, m = stage.input(mean), v = stage.input(variance), g = stage.input(gamma),
            b = stage.input(beta)] { B::norm_scale_shift(stage.context, m, v, g, b, channels, 1e-5, scale, shift); };
  }
  template <class Reference>
  Outputs magnitudes(const Outputs& expected) const {
    Outputs result = expected;
    make_absolute(result[0].values);
    for (std::size_t c = 0; c < mean.size(); ++c)
      result[1].values[c] = std::abs(beta[c]) + std::abs(mean[c]) * result[0].values[c];
    return result;
  }
  double flops() const { return 5 * static_cast<double>(mean.size()); }
  std::string describe() const { return std::to_string(mean.size()) + " channels"; }
};

struct NormUpdateRunning {
  Values mean, variance, running_mean, running_var;
  Index count;

  explicit NormUpdateRunning(Draw& draw)
      : NormUpdateRunning(draw, draw_channels(draw), draw.below(3) ? 1 + draw.below(1000) : 1 + draw.below(2)) {}
  NormUpdateRunning(Draw& draw, Index channels, Index count) : count(count) {
    mean = draw_values(draw, channels);
    variance = draw_values(draw, channels, draw_relu);
    running_mean = draw_values(draw, channels);
    running_var = draw_values(draw, channels, draw_relu);
  }

  template <class B>
  std::function<void()> prepare(Stage<B>& stage) const {
    auto* const new_mean = stage.changed("running mean", running_mean);
    auto* const new_var = stage.changed("running variance", running_var);
    // Operations only read the moments; they come as one type, whose pointers are not const.
    const Moments<typename B::Scalar> moments{stage.changed("mean", mean), stage.changed("variance", variance)};
    return [&stage, moments, new_mean, new_var, channels = static_cast<Index>(mean.size()), count = count] {
      B::norm_update_running(stage.context, moments, channels, count, 0.1, new_mean, new_var);
    };
  }
  template <class Reference>
  Outputs magnitudes(const Outputs&) const {
    NormUpdateRunning absolute = *this;
    for (Values* values : {&absolute.mean, &absolute.variance, &absolute.running_mean, &absolute.running_var})
      make_absolute(*values);
    return run<Reference>(absolute, layout(0));
  }
  double flops() const { return 8 * static_cast<double>(mean.size()); }
  std::string describe() const {
    return std::to_string(mean.size()) + " channels, " + std::to_string(count) + " values each";
  }
};

/// Mean and biased variance of each channel, as float.
inline void moments_of(const HostMap& map, Values& mean, Values& variance) {
  const auto channels = static_cast<std::size_t>(map.shape.c);
  const double pixels = static_cast<double>(map.shape.pixels());
  mean.assign(channels, 0.0);
  variance.assign(channels, 0.0);
  for (std::size_t i = 0; i < map.values.size(); ++i) mean[i % channels] += map.values[i] / pixels;
  for (std::size_t i = 0; i < map.values.size(); ++i) {
    const double deviation = map.values[i] - mean[i % channels];
    variance[i % channels] += deviation * deviation / pixels;
  }
  for (Values* values : {&mean, &variance})
    for (double& value : *values) value = static_cast<float>(value);
}

/// Through normalisation, and through a ReLU before it, after it, or neither.
struct NormBackward {
  static constexpr double epsilon = 1e-5;
  Activate before, after;
  HostMap x, g;
  Values mean, variance, gamma, scale, shift;
  Index count;                     ///< of values per channel; more than x has where other machines have some too
  bool sums = true, apply = true;  ///< which of the two halves are called

  explicit NormBackward(Draw& draw) : NormBackward(draw, draw_shape(draw)) {}
  NormBackward(Draw& draw, Shape shape)
      : before(draw.below(2) ? Activate::relu : Activate::none),
        after(before == Activate::none && draw.below(3) ? Activate::relu : Activate::none),
        x(draw_map(draw, shape, before == Activate::relu ? draw_relu : draw_eighth)),
        g(draw_map(draw, x.shape)),
        gamma(draw_values(draw, x.shape.c)),
        scale(draw_values(draw, x.shape.c, draw_eighth)),
        shift(draw_values(draw, x.shape.c, draw_eighth)),
        count(x.shape.pixels() * (1 + draw.below(2))) {
    moments_of(x, mean, variance);
  }

  template <class B>
  std::function<void()> prepare(Stage<B>& stage) const {
    const Index channels = x.shape.c;
    const auto gradient = stage.changed("g", g);
    auto* const dgamma = stage.output("dgamma", channels);
    auto* const dbeta = stage.output("dbeta", channels);
    double* const both = stage.template output<double>("sums", 2 * channels);
    const Moments<typename B::Scalar> moments{stage.changed("mean", mean), stage.changed("variance", variance)};
    SourceOf<B> y{stage.input(x)};
    y.scale = stage.input(scale);
    y.shift = stage.input(shift);
    y.activate = after;
    if (!sums) B::norm_backward_sums(stage.context, y, gradient, moments, both);
    return [&stage, y, gradient, moments, both, dgamma, dbeta, weights = stage.input(gamma), count = count,
            before = before, sums = sums, apply = apply] {
      if (sums) B::norm_backward_sums(stage.context, y, gradient, moments, both);
      if (apply)
        B::norm_backward_apply(stage.context, y, gradient, moments, weights, epsilon, count, both, before, dgamma,
                               dbeta);
    };
  }

  /// g gets factor (h - mean(h) - (x - mean) inverse mean(h n)), n = (x - mean) inverse, where x > 0 or there is no ReLU
  /// before; h is g where scale x + shift > 0 or there is no ReLU after.
  template <class Reference>
  Outputs magnitudes(const Outputs& expected) const {
    Outputs result = expected;
    const auto channels = static_cast<std::size_t>(x.shape.c);
    const double pixels = static_cast<double>(count);
    Values sum_g(channels), sum_gn(channels), inverse(channels);
    for (std::size_t c = 0; c < channels; ++c) inverse[c] = 1 / std::sqrt(variance[c] + epsilon);
    for (std::size_t i = 0; i < x.values.size(); ++i) {
      const std::size_t c = i % channels;
      sum_g[c] += std::abs(g.values[i]);
      sum_gn[c] += std::abs(g.values[i]) * (std::abs(x.values[i]) + std::abs(mean[c])) * inverse[c];
    }
    for (std::size_t i = 0; i < x.values.size(); ++i) {
      const std::size_t c = i % channels;
      const double n = (std::abs(x.values[i]) + std::abs(mean[c])) * inverse[c];
      const double terms = std::abs(g.values[i]) + sum_g[c] / pixels + n * sum_gn[c] / pixels;
      const bool passes = before == Activate::none || x.values[i] > 0;
      result[0].values[i] = passes ? std::abs(gamma[c]) * inverse[c] * terms : 0;
    }
    result[1].values = sum_gn;
    result[2].values = sum_g;
    for (std::size_t c = 0; c < channels; ++c) {
      result[3].values[c] = sum_g[c];
      result[3].values[channels + c] = sum_gn[c] / inverse[c];
    }
    for (std::size_t o : {4, 5}) std::fill(result[o].values.begin(), result[o].values.end(), 0.0);
    return result;
  }
  double flops() const { return ((sums ? 4 : 0) + (apply ? 7 : 0)) * static_cast<double>(x.shape.size()); }
  std::string describe() const {
    return unet::to_string(x.shape) + (before == Activate::relu ? ", after a ReLU" : "") +
           (after == Activate::relu ? ", before a ReLU" : "");
  }
};

}  // namespace unet::testing
