// Learning rate schedule: halve when the monitored value has not improved for a while.
#pragma once

namespace unet {

/// After `patience` epochs in a row without a new best, the rate is multiplied by `factor` and the count starts again.
struct PlateauOptions {
  double factor = 0.5;
  int patience = 10;
};

/// State of the schedule; the monitored value is better when larger (validation IoU).
struct Plateau {
  double learning_rate = 0;
  double best = -1;
  int best_epoch = 0;
  int epochs_without_best = 0;

  /// Takes the value of an epoch; true when it is a new best. A tie is not.
  bool step(double value, int epoch, const PlateauOptions& options) {
    if (value > best) {
      best = value;
      best_epoch = epoch;
      epochs_without_best = 0;
      return true;
    }
    if (++epochs_without_best >= options.patience) {
      learning_rate *= options.factor;
      epochs_without_best = 0;
    }
    return false;
  }
};

}  // namespace unet
