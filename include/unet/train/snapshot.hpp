// A training run in host memory.
#pragma once
#include "unet/models/initialise.hpp"
#include "unet/train/policies.hpp"

namespace unet {

namespace detail {

/// What comes before the names of an optimiser's moments in checkpoints. Adam's were so called in version 0.1.0.
template <class Optimiser>
std::string moment_prefix(std::size_t i) {
  return std::string(std::is_same_v<Optimiser, Adam> ? "adam." : "optimiser.") + Optimiser::moments[i] + ".";
}

}  // namespace detail

/// Everything that decides how a run goes on: see train/checkpoint.hpp.
template <class T, class Policies = TrainPolicies<BinaryCrossEntropy>>
struct Snapshot {
  TrainOptions options;
  Policies policies;
  TrainState state;
  Values<T> values, best;  ///< best is empty before the first validation
  /// What the optimiser keeps for each parameter, in the order of its `moments`.
  std::array<std::vector<T>, decltype(policies.optimiser)::moments.size()> moments;
};

}  // namespace unet
