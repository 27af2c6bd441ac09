// What a training run remembers of itself.
#pragma once
#include <vector>

#include "unet/core/shape.hpp"
#include "unet/train/metrics.hpp"

namespace unet {

/// One finished epoch. Training values are means over the epoch's images as they were seen, before each update.
struct EpochResult {
  int epoch = 0;  ///< counts from 1
  double train_loss = 0, train_iou = 0, validation_loss = 0, validation_iou = 0;
  double learning_rate = 0;      ///< used in this epoch; in its last step, when the rate changes within an epoch
  double seconds = 0;            ///< the whole epoch with validation
  double images_per_second = 0;  ///< of the training steps alone
  bool is_best = false;
};

/// Everything about a run but the network's values and the optimiser's moments: enough to go on, at any step, as if nothing
/// had happened. Schedules read and change it.
struct TrainState {
  int epoch = 1;                         ///< being worked on, counting from 1
  Index samples_done = 0;                ///< of this epoch
  long steps = 0;                        ///< of the optimiser, in all epochs
  ImageResult sum;                       ///< over this epoch's images so far
  double seconds = 0, step_seconds = 0;  ///< spent on this epoch so far
  double learning_rate = 0;              ///< of the latest step, or the next when none was taken since it changed
  double best = -1;                      ///< highest validation IoU so far
  int best_epoch = 0;                    ///< its epoch; 0 before the first validation
  int epochs_without_best = 0;           ///< counted by Plateau
  std::vector<EpochResult> history;
};

}  // namespace unet
