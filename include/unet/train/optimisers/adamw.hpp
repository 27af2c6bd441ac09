// The optimiser AdamW: Adam with weight decay that does not pass through its moments.
#pragma once

#include "unet/core/finite.hpp"
#include "unet/train/optimisers/adam.hpp"

namespace unet {

/// Loshchilov & Hutter 2019, "Decoupled weight decay regularization", algorithm 2. As in PyTorch, a step first multiplies
/// each parameter by 1 - learning_rate weight_decay, and all parameters decay, biases and those of normalisation too.
struct AdamW {
  static constexpr const char* name = "adamw";
  static constexpr const char* title = "AdamW";
  static constexpr auto moments = Adam::moments;
  using Step = AdamStep;

  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weight_decay = 0.01;

  /// Throws OptionError.
  void check() const {
    Adam{beta1, beta2, epsilon}.check();
    if (!is_finite(weight_decay) || weight_decay < 0)
      throw OptionError("AdamW's weight decay must be a number that is not negative, not " +
                        std::to_string(weight_decay));
  }

  Step step(double learning_rate, long number) const {
    return {learning_rate, beta1, beta2, epsilon, number, weight_decay};
  }

  template <class B, class T = typename B::Scalar>
  static void apply(typename B::Context& context, Index elements, const T* gradients, T* parameters,
                    const std::array<T*, 2>& first_and_second, const Step* step) {
    Adam::apply<B>(context, elements, gradients, parameters, first_and_second, step);
  }

  template <class Self, class F>
  static void fields(Self& self, const F& f) {
    f("beta1", self.beta1);
    f("beta2", self.beta2);
    f("epsilon", self.epsilon);
    f("weight_decay", self.weight_decay);
  }
  friend bool operator==(const AdamW&, const AdamW&) = default;
};

}  // namespace unet
