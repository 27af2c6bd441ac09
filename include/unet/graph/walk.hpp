// The forward pass of a list of steps at inference, as far as wanted.
#pragma once
#include <utility>
#include <vector>

#include "unet/graph/steps.hpp"

namespace unet {

namespace detail {

/// A walk on its way: what splits remember lies on the stack, so that it allocates nothing.
template <class B, class Take>
struct Walk {
  Pass<B>& pass;
  const std::vector<Step<B>>& steps;
  std::size_t end;
  const Slot<B>& slot;
  const Take& take;
  std::size_t at = 0;

  /// To the end, or to the join of the split before.
  Activation<B> go_on(Activation<B> x) {
    while (at < end && steps[at].kind != StepKind::join) {
      const Step<B>& step = steps[at];
      if (step.kind == StepKind::layer) {
        x = step.forward(pass, slot + step.offset, x);
        take(at++, x);
      } else if (!joined_before_end()) {
        take(at++, x);
      } else {
        Activation<B> skip = x;
        take(at++, x);
        x = go_on(std::move(x));
        x = Activation<B>(std::move(skip.parts[0]), std::move(x.parts[0]));
        take(at++, x);
      }
    }
    return x;
  }

 private:
  /// Of the split at which it is.
  bool joined_before_end() const {
    int open = 0;
    for (std::size_t i = at; i < end; ++i) {
      if (steps[i].kind == StepKind::split) ++open;
      if (steps[i].kind == StepKind::join && --open == 0) return true;
    }
    return false;
  }
};

}  // namespace detail

/// Computes the first `end` steps and calls take(step number, activation) after each. What a split remembers is kept only
/// if its join is among them, so a map's memory is free again as soon as nothing that is wanted needs it.
template <class B, class Take>
Activation<B> walk(Pass<B>& pass, const std::vector<Step<B>>& steps, std::size_t end, const Slot<B>& slot,
                   Activation<B> x, const Take& take) {
  return detail::Walk<B, Take>{pass, steps, end, slot, take}.go_on(std::move(x));
}

template <class B>
Activation<B> walk(Pass<B>& pass, const std::vector<Step<B>>& steps, std::size_t end, const Slot<B>& slot,
                   Activation<B> x) {
  return walk(pass, steps, end, slot, std::move(x), [](std::size_t, const Activation<B>&) {});
}

}  // namespace unet
