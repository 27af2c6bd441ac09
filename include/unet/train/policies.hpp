// What a run trains with: a loss, an optimiser and a schedule, each a type with its parameters.
#pragma once
#include "unet/train/loss.hpp"
#include "unet/train/optimisers/adam.hpp"
#include "unet/train/optimisers/adamw.hpp"
#include "unet/train/schedules/cosine.hpp"
#include "unet/train/schedules/plateau.hpp"

namespace unet {

/// A type that a Trainer can train with: see Adam.
template <class O>
concept OptimiserPolicy = requires(const O& optimiser, double learning_rate, long number) {
  {O::name};     // in checkpoints
  {O::title};    // in messages
  {O::moments};  // std::array of names: what it keeps for each parameter, zero at the start
  {optimiser.check()};
  // What a step is told: plain data that a Trainer copies to backend memory before O::apply<B>(...) reads them there, so
  // that the same launches can be repeated with other numbers.
  { optimiser.step(learning_rate, number) } -> std::same_as<typename O::Step>;
};

/// A type that decides on the learning rate: see Plateau and Cosine. All that it remembers is in TrainState.
template <class S>
concept SchedulePolicy = requires(const S& schedule, TrainState& state, double highest, Index steps, bool is_best) {
  {S::name};
  {schedule.check()};
  {schedule.before_step(state, highest, steps)};  // steps: of the whole run, 0 when not known
  {schedule.after_epoch(state, is_best)};
};

/// Whether T is one of these types.
template <class T, class... Types>
concept OneOf = (std::is_same_v<T, Types> || ...);

template <LossPolicy Loss, OptimiserPolicy Optimiser = Adam, SchedulePolicy Schedule = Plateau>
struct TrainPolicies {
  Loss loss{};
  Optimiser optimiser{};
  Schedule schedule{};

  /// As the options say, but for those that are given.
  template <class... Given>
  static TrainPolicies from(const TrainOptions& options, const Given&... given) {
    TrainPolicies policies{policy_from<Loss>(options), policy_from<Optimiser>(options), policy_from<Schedule>(options)};
    (policies.set(given), ...);
    policies.loss.check();
    policies.optimiser.check();
    policies.schedule.check();
    return policies;
  }

 private:
  void set(const Loss& given) { loss = given; }
  void set(const Optimiser& given) { optimiser = given; }
  void set(const Schedule& given) { schedule = given; }
  template <class Other>
  void set(const Other&) {}
};

}  // namespace unet
