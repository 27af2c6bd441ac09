// Learning rate schedule: linear warm-up, then half a period of a cosine down to almost nothing.
#pragma once
#include <cmath>
#include <numbers>
#include <string>

#include "unet/core/error.hpp"
#include "unet/core/finite.hpp"
#include "unet/train/state.hpp"

namespace unet {

/// The rate of step t = 0, 1, ... of T, changed at every step: highest (t + 1) / warm_up in the first `warm_up` steps, as in
/// Goyal et al. 2017, "Accurate, large minibatch SGD", section 2.2; then
///   lowest + (highest - lowest) (1 + cos(pi (t - warm_up) / (T - warm_up))) / 2,
/// Loshchilov & Hutter 2017, "SGDR", equation 5, one period without restarts. `highest` is TrainOptions::learning_rate.
struct Cosine {
  static constexpr const char* name = "cosine";
  Index warm_up = 0;  ///< steps
  double lowest = 0;
  Index steps = 0;  ///< T; 0: all steps of fit()

  /// Throws OptionError.
  void check() const {
    if (warm_up < 0 || steps < 0 || (steps > 0 && warm_up >= steps) || !is_finite(lowest) || lowest < 0)
      throw OptionError("the cosine schedule needs 0 <= warm_up < steps and a lowest rate that is not negative");
  }

  /// steps: of the whole run, 0 when they are not known. Throws OptionError when the schedule needs them.
  void before_step(TrainState& state, double highest, Index run_steps) const {
    const Index last = steps > 0 ? steps : run_steps;
    if (last <= warm_up)
      throw OptionError("the cosine schedule warms up for " + std::to_string(warm_up) + " steps, but the run has " +
                        (last > 0 ? std::to_string(last) : "an unknown number of them: set Cosine::steps"));
    const auto t = static_cast<Index>(state.steps);
    if (t < warm_up) {
      state.learning_rate = highest * static_cast<double>(t + 1) / static_cast<double>(warm_up);
      return;
    }
    const double part = std::min(1.0, static_cast<double>(t - warm_up) / static_cast<double>(last - warm_up));
    state.learning_rate = lowest + (highest - lowest) * (1 + std::cos(std::numbers::pi * part)) / 2;
  }
  void after_epoch(TrainState&, bool /*is_best*/) const {}

  template <class Self, class F>
  static void fields(Self& self, const F& f) {
    f("warm_up", self.warm_up);
    f("lowest", self.lowest);
    f("steps", self.steps);
  }
  friend bool operator==(const Cosine&, const Cosine&) = default;
};

}  // namespace unet
