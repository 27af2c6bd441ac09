// Cases of batch normalisation, ReLU's gradient and Adam.
#pragma once
#include "pooling.hpp"

namespace conformance {

/// A ReLU output: often zero, of either sign, otherwise positive.
inline double draw_relu(Random& random) {
  const double value = draw_value(random);
  return value > 0 ? value : random.below(4) ? 0.0 : -0.0;
}

struct NormScaleShift {
  Values mean, variance, gamma, beta;

  explicit NormScaleShift(Random& random) {
    const Index channels = draw_channels(random);
    mean = draw_values(random, channels);
    variance = draw_values(random, channels, draw_relu);
    gamma = draw_values(random, channels);
    beta = draw_values(random, channels);
  }

  template <class B>
  Outputs run(Random layout) const {
    const Index channels = static_cast<Index>(mean.size());
    Stage<B> stage(layout);
    auto* const scale = stage.output("scale", channels);
    auto* const shift = stage.output("shift", channels);
    B::norm_scale_shift(stage.context, stage.input(mean), stage.input(variance), stage.input(gamma), stage.input(beta),
                        channels, 1e-5, scale, shift);
    return stage.finish();
  }
  Outputs magnitudes(const Outputs& expected) const {
    Outputs result = expected;
    make_absolute(result[0].values);
    for (std::size_t c = 0; c < mean.size(); ++c)
      result[1].values[c] = std::abs(beta[c]) + std::abs(mean[c]) * result[0].values[c];
    return result;
  }
  std::string describe() const { return std::to_string(mean.size()) + " channels"; }
};

struct NormUpdateRunning {
  Values mean, variance, running_mean, running_var;
  Index count;

  explicit NormUpdateRunning(Random& random) : count(random.below(3) ? 1 + random.below(1000) : 1 + random.below(2)) {
    const Index channels = draw_channels(random);
    mean = draw_values(random, channels);
    variance = draw_values(random, channels, draw_relu);
    running_mean = draw_values(random, channels);
    running_var = draw_values(random, channels, draw_relu);
  }

  template <class B>
  Outputs run(Random layout) const {
    Stage<B> stage(layout);
    auto* const new_mean = stage.changed("running mean", running_mean);
    auto* const new_var = stage.changed("running variance", running_var);
    // Operations only read the moments; they come as one type, whose pointers are not const.
    unet::Moments<typename B::Scalar> moments{stage.changed("mean", mean), stage.changed("variance", variance)};
    B::norm_update_running(stage.context, moments, static_cast<Index>(mean.size()), count, 0.1, new_mean, new_var);
    return stage.finish();
  }
  Outputs magnitudes(const Outputs&) const {
    NormUpdateRunning absolute = *this;
    for (Values* values : {&absolute.mean, &absolute.variance, &absolute.running_mean, &absolute.running_var})
      make_absolute(*values);
    return absolute.run<Reference>(layout(0));
  }
  std::string describe() const {
    return std::to_string(mean.size()) + " channels, " + std::to_string(count) + " values each";
  }
};

/// Mean and biased variance of each channel, as float.
inline void moments_of(const Map& map, Values& mean, Values& variance) {
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
  unet::Activate before, after;
  Map x, g;
  Values mean, variance, gamma, scale, shift;
  Index count;  ///< of values per channel; more than x has where other machines have some too

  explicit NormBackward(Random& random)
      : before(random.below(2) ? unet::Activate::relu : unet::Activate::none),
        after(before == unet::Activate::none && random.below(3) ? unet::Activate::relu : unet::Activate::none),
        x(draw_map(random, draw_shape(random), before == unet::Activate::relu ? draw_relu : draw_eighth)),
        g(draw_map(random, x.shape)),
        gamma(draw_values(random, x.shape.c)),
        scale(draw_values(random, x.shape.c, draw_eighth)),
        shift(draw_values(random, x.shape.c, draw_eighth)),
        count(x.shape.pixels() * (1 + random.below(2))) {
    moments_of(x, mean, variance);
  }

  template <class B>
  Outputs run(Random layout) const {
    Stage<B> stage(layout);
    const Index channels = x.shape.c;
    const auto gradient = stage.changed("g", g);
    auto* const dgamma = stage.output("dgamma", channels);
    auto* const dbeta = stage.output("dbeta", channels);
    double* const sums = stage.template output<double>("sums", 2 * channels);
    unet::Moments<typename B::Scalar> moments{stage.changed("mean", mean), stage.changed("variance", variance)};
    unet::SourceOf<B> y{stage.input(x)};
    y.scale = stage.input(scale);
    y.shift = stage.input(shift);
    y.activate = after;
    B::norm_backward_sums(stage.context, y, gradient, moments, sums);
    B::norm_backward_apply(stage.context, y, gradient, moments, stage.input(gamma), epsilon, count, sums, before,
                           dgamma, dbeta);
    return stage.finish();
  }

  /// g gets factor (h - mean(h) - (x - mean) inverse mean(h n)), n = (x - mean) inverse, where x > 0 or there is no ReLU
  /// before; h is g where scale x + shift > 0 or there is no ReLU after.
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
      const bool passes = before == unet::Activate::none || x.values[i] > 0;
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
  std::string describe() const {
    return to_string(x.shape) + (before == unet::Activate::relu ? ", after a ReLU" : "") +
           (after == unet::Activate::relu ? ", before a ReLU" : "");
  }
};

struct ReluBackward {
  Map r, g;

  explicit ReluBackward(Random& random)
      : r(draw_map(random, draw_shape(random), draw_relu)), g(draw_map(random, r.shape)) {}

  template <class B>
  Outputs run(Random layout) const {
    Stage<B> stage(layout);
    const auto gradient = stage.changed("g", g);
    B::relu_backward(stage.context, stage.input(r), gradient);
    return stage.finish();
  }
  Outputs magnitudes(const Outputs& expected) const { return exactly(expected); }
  std::string describe() const { return to_string(r.shape); }
};

/// Moments of a map whose mean is 1000 times its standard deviation: they must not come from mean(y^2) - mean(y)^2.
template <class B>
void check_moments_far_from_zero() {
  Random random(3, unet::Purpose::test);
  for (const Shape shape : {Shape{1, 9, 11, 3}, Shape{2, 70, 67, 17}, Shape{1, 130, 100, 1}}) {
    // Only the kernel's centre is not zero: y = x + 1000, rounded.
    Values w(static_cast<std::size_t>(9 * shape.c * shape.c), 0.0);
    for (Index c = 0; c < shape.c; ++c) w[static_cast<std::size_t>((4 * shape.c + c) * shape.c + c)] = 1;
    Part x{Map(shape), {}, {}};
    for (double& value : x.map.values) value = static_cast<float>(random.normal());

    Stage<B> stage(layout(0));
    const auto y = stage.output("y", shape);
    unet::Epilogue<typename B::Scalar> epilogue{stage.input(Values(static_cast<std::size_t>(shape.c), 1000.0)),
                                                unet::Activate::relu,
                                                {stage.output("mean", shape.c), stage.output("variance", shape.c)}};
    B::conv3x3_forward(stage.context, stage.input(std::vector<Part>{x}), stage.weights(w), y, {}, epilogue);
    const Outputs outputs = stage.finish();

    Map result(shape);
    result.values = outputs[0].values;
    Values mean, variance;
    moments_of(result, mean, variance);
    for (std::size_t c = 0; c < mean.size(); ++c) {
      INFO(std::string(B::name) << ", " << to_string(shape) << ", channel " << c);
      CHECK(std::abs(outputs[1].values[c] - mean[c]) <= 0.01);
      CHECK(std::abs(outputs[2].values[c] - variance[c]) <= 1e-3 * variance[c]);
    }
  }
}

struct Adam {
  Values gradients, parameters, first, second;
  unet::AdamStep step;

  explicit Adam(Random& random) {
    const Index size = random.below(4) ? 1 + random.below(300) : 60'000 + random.below(20'000);
    gradients = draw_values(random, size);
    parameters = draw_values(random, size);
    first = draw_values(random, size);
    second = draw_values(random, size, draw_relu);
    make_absolute(second);
    step.step = random.below(2) ? 1 + random.below(3) : 1 + random.below(100'000);
    step.learning_rate = random.uniform(1e-4, 1e-1);
    if (step.step == 1) first = second = Values(first.size(), 0.0);
    if (random.below(2)) gradients[random.below(static_cast<std::uint32_t>(size))] = 0;
  }

  template <class B>
  Outputs run(Random layout) const {
    Stage<B> stage(layout);
    auto* const p = stage.changed("parameters", parameters);
    auto* const m = stage.changed("first moment", first);
    auto* const v = stage.changed("second moment", second);
    B::adam_step(stage.context, static_cast<Index>(parameters.size()), stage.input(gradients), p, m, v, step);
    return stage.finish();
  }
  Outputs magnitudes(const Outputs& expected) const {
    Outputs result = expected;
    const auto t = static_cast<double>(step.step);
    const double rate = step.learning_rate / (1 - std::pow(step.beta1, t));
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const double m =
          step.beta1 * std::abs(first[i]) + (1 - step.beta1) * (std::abs(gradients[i]) + std::abs(first[i]));
      const double v = expected[2].values[i];
      result[0].values[i] =
          std::abs(parameters[i]) + rate * m / (std::sqrt(v / (1 - std::pow(step.beta2, t))) + step.epsilon);
      result[1].values[i] = m;
      result[2].values[i] = v;
    }
    return result;
  }
  std::string describe() const {
    return std::to_string(parameters.size()) + " elements, step " + std::to_string(step.step);
  }
};

}  // namespace conformance
