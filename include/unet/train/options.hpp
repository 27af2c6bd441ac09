// What a training run is told, with the study's recipe as default.
#pragma once
#include <cstdint>
#include <string>
#include <type_traits>

#include "unet/core/error.hpp"
#include "unet/core/finite.hpp"
#include "unet/core/shape.hpp"
#include "unet/train/schedules/plateau.hpp"

namespace unet {

struct TrainOptions {
  int epochs = 30;
  Index batch_size = 8;
  double learning_rate = 0.01;  ///< at the start, or the highest of a schedule that warms up
  double pos_weight = 1;        ///< binary loss only: background / foreground pixels, see data/baseline.hpp
  Plateau plateau{};            ///< of the default schedule
  std::uint64_t seed = 0;

  /// Throws OptionError naming the first value that makes no sense.
  void check() const {
    if (epochs < 1) throw OptionError("epochs must be at least 1, not " + std::to_string(epochs));
    if (batch_size < 1) throw OptionError("the batch size must be at least 1, not " + std::to_string(batch_size));
    if (!is_finite(learning_rate) || learning_rate <= 0)
      throw OptionError("the learning rate must be a positive number, not " + std::to_string(learning_rate));
    if (!is_finite(pos_weight) || pos_weight <= 0)
      throw OptionError("pos_weight must be a positive number, not " + std::to_string(pos_weight));
    plateau.check();
  }
};

/// A loss, optimiser or schedule as the options say, or with its own defaults where they say nothing.
template <class Policy>
Policy policy_from(const TrainOptions& options) {
  if constexpr (std::is_same_v<Policy, Plateau>)
    return options.plateau;
  else if constexpr (requires { Policy::from(options); })
    return Policy::from(options);
  else
    return Policy{};
}

}  // namespace unet
