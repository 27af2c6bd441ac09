// The optimiser Adam.
#pragma once
#include <array>
#include <string>

#include "unet/backends/operands.hpp"
#include "unet/core/error.hpp"
#include "unet/core/finite.hpp"

namespace unet {

/// Kingma & Ba 2015, algorithm 1.
struct Adam {
  static constexpr const char* name = "adam";   ///< in checkpoints
  static constexpr const char* title = "Adam";  ///< in messages
  /// What it keeps for each parameter, by PyTorch's names.
  static constexpr std::array<const char*, 2> moments = {"exp_avg", "exp_avg_sq"};
  using Step = AdamStep;

  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;

  /// Throws OptionError.
  void check() const {
    const auto is_share = [](double beta) { return is_finite(beta) && beta >= 0 && beta < 1; };
    if (!is_share(beta1) || !is_share(beta2) || !is_finite(epsilon) || epsilon <= 0)
      throw OptionError(std::string(title) + " needs 0 <= beta1, beta2 < 1 and a positive epsilon");
  }

  /// number: counts from 1.
  Step step(double learning_rate, long number) const { return {learning_rate, beta1, beta2, epsilon, number, 0}; }

  /// All pointers lead to backend memory.
  template <class B, class T = typename B::Scalar>
  static void apply(typename B::Context& context, Index elements, const T* gradients, T* parameters,
                    const std::array<T*, 2>& first_and_second, const Step* step) {
    B::adam_step(context, elements, gradients, parameters, first_and_second[0], first_and_second[1], step);
  }

  template <class Self, class F>
  static void fields(Self& self, const F& f) {
    f("beta1", self.beta1);
    f("beta2", self.beta2);
    f("epsilon", self.epsilon);
  }
  friend bool operator==(const Adam&, const Adam&) = default;
};

}  // namespace unet
