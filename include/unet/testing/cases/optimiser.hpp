// Cases of optimisers' steps.
#pragma once
#include <memory>

#include "unet/testing/checker.hpp"

namespace unet::testing {

/// Adam, and with weight decay AdamW.
struct Adam {
  Values gradients, parameters, first, second;
  AdamStep step;

  explicit Adam(Draw& draw) : Adam(draw, draw.below(4) ? 1 + draw.below(300) : 60'000 + draw.below(20'000)) {}
  Adam(Draw& draw, Index size) {
    gradients = draw_values(draw, size);
    parameters = draw_values(draw, size);
    first = draw_values(draw, size);
    second = draw_values(draw, size, draw_relu);
    make_absolute(second);
    step.step = draw.below(2) ? 1 + draw.below(3) : 1 + draw.below(100'000);
    step.learning_rate = draw.uniform(1e-4, 1e-1);
    if (step.step == 1) first = second = Values(first.size(), 0.0);
    if (draw.below(2)) gradients[draw.below(static_cast<std::uint32_t>(size))] = 0;
    if (draw.below(2)) step.weight_decay = draw.uniform(0, 0.5);
  }

  template <class B>
  std::function<void()> prepare(Stage<B>& stage) const {
    auto* const p = stage.changed("parameters", parameters);
    auto* const m = stage.changed("first moment", first);
    auto* const v = stage.changed("second moment", second);
    const auto there = std::make_shared<Buffer<B, AdamStep>>(stage.context, std::vector{step});
    return [&stage, p, m, v, there, g = stage.input(gradients), size = static_cast<Index>(parameters.size())] {
      B::adam_step(stage.context, size, g, p, m, v, there->data());
    };
  }
  template <class Reference>
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
  double flops() const { return 11 * static_cast<double>(parameters.size()); }
  std::string describe() const {
    return std::to_string(parameters.size()) + " elements, step " + std::to_string(step.step) +
           (step.weight_decay > 0 ? ", with weight decay" : "");
  }
};

}  // namespace unet::testing
