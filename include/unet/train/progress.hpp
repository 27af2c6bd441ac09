// What a training run reports while it goes on.
#pragma once
#include <functional>

#include "unet/train/state.hpp"

namespace unet {

/// After each training step.
struct StepReport {
  int epoch = 0, epochs = 0;
  Index step = 0, steps = 0;     ///< within the epoch, counting from 1
  double loss = 0, iou = 0;      ///< means over the epoch so far
  double images_per_second = 0;  ///< in this epoch so far
  bool validating = false;       ///< step and steps count validation batches
};

/// Called while a run goes on. Any may be empty.
struct TrainCallbacks {
  std::function<void(const StepReport&)> on_step{};
  std::function<void(const EpochResult&)> on_epoch{};  ///< the trainer is in a state that can be saved
  std::function<bool()> should_stop{};                 ///< asked after each step; fit() then returns at once
};

}  // namespace unet
