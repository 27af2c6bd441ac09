// The forward pass of a list of steps at inference, as far as wanted.
#pragma once
#include <utility>
#include <vector>

#include "unet/graph/steps.hpp"

namespace unet {

/// Computes the first `end` steps and calls take(step number, activation) after each. What a split remembers is kept only
/// if its join is among them, so a map's memory is free again as soon as nothing that is wanted needs it.
template <class B, class Take>
Activation<B> walk(Pass<B>& pass, const std::vector<Step<B>>& steps, std::size_t end, const Slot<B>& slot,
                   Activation<B> x, const Take& take) {
  std::vector<std::size_t> open;  // splits whose join is still to come
  std::vector<char> joined(end);  // splits whose join comes before the end
  for (std::size_t i = 0; i < end; ++i) {
    if (steps[i].kind == StepKind::split) open.push_back(i);
    if (steps[i].kind != StepKind::join) continue;
    joined[open.back()] = true;
    open.pop_back();
  }
  std::vector<Activation<B>> skips;
  for (std::size_t i = 0; i < end; ++i) {
    const Step<B>& step = steps[i];
    if (step.kind == StepKind::layer) {
      x = step.forward(pass, slot + step.offset, x);
    } else if (step.kind == StepKind::split) {
      if (joined[i]) skips.push_back(x);
    } else {
      x = Activation<B>(std::move(skips.back().parts[0]), std::move(x.parts[0]));
      skips.pop_back();
    }
    take(i, x);
  }
  return x;
}

template <class B>
Activation<B> walk(Pass<B>& pass, const std::vector<Step<B>>& steps, std::size_t end, const Slot<B>& slot,
                   Activation<B> x) {
  return walk(pass, steps, end, slot, std::move(x), [](std::size_t, const Activation<B>&) {});
}

}  // namespace unet
