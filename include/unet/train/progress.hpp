// What a training run reports while it goes on, and what it remembers of itself.
#pragma once
#include <functional>
#include <vector>

#include "unet/train/metrics.hpp"
#include "unet/train/plateau.hpp"

namespace unet {

/// One finished epoch. Training values are means over the epoch's images as they were seen, before each update.
struct EpochResult {
  int epoch = 0;  ///< counts from 1
  double train_loss = 0, train_iou = 0, validation_loss = 0, validation_iou = 0;
  double learning_rate = 0;      ///< used in this epoch
  double seconds = 0;            ///< the whole epoch with validation
  double images_per_second = 0;  ///< of the training steps alone
  bool is_best = false;
};

/// After each training step.
struct StepReport {
  int epoch = 0, epochs = 0;
  Index step = 0, steps = 0;     ///< within the epoch, counting from 1
  double loss = 0, iou = 0;      ///< means over the epoch so far
  double images_per_second = 0;  ///< in this epoch so far
  bool validating = false;       ///< step and steps count validation batches
};

/// Everything about a run but the network's values: enough to go on, at any step, as if nothing had happened.
struct TrainState {
  int epoch = 1;           ///< being worked on, counting from 1
  Index samples_done = 0;  ///< of this epoch
  long adam_steps = 0;
  ImageResult sum;                       ///< over this epoch's images so far
  double seconds = 0, step_seconds = 0;  ///< spent on this epoch so far
  Plateau plateau;
  std::vector<EpochResult> history;
};

/// Called while a run goes on. Any may be empty.
struct TrainCallbacks {
  std::function<void(const StepReport&)> on_step{};
  std::function<void(const EpochResult&)> on_epoch{};  ///< the trainer is in a state that can be saved
  std::function<bool()> should_stop{};                 ///< asked after each step; fit() then returns at once
};

}  // namespace unet
