// What a training run is told, with the study's recipe as default.
#pragma once
#include <cmath>
#include <cstdint>
#include <string>

#include "unet/core/error.hpp"
#include "unet/core/shape.hpp"
#include "unet/train/plateau.hpp"

namespace unet {

struct TrainOptions {
  int epochs = 30;
  Index batch_size = 8;
  double learning_rate = 0.01;  ///< Adam's
  double pos_weight = 1;        ///< binary loss only: background / foreground pixels, see data/baseline.hpp
  PlateauOptions plateau{};
  std::uint64_t seed = 0;

  /// Throws OptionError naming the first value that makes no sense.
  void check() const {
    if (epochs < 1) throw OptionError("epochs must be at least 1, not " + std::to_string(epochs));
    if (batch_size < 1) throw OptionError("the batch size must be at least 1, not " + std::to_string(batch_size));
    if (!(learning_rate > 0) || !std::isfinite(learning_rate))
      throw OptionError("the learning rate must be a positive number, not " + std::to_string(learning_rate));
    if (!(pos_weight > 0) || !std::isfinite(pos_weight))
      throw OptionError("pos_weight must be a positive number, not " + std::to_string(pos_weight));
    if (!(plateau.factor > 0 && plateau.factor < 1) || plateau.patience < 1)
      throw OptionError("the plateau schedule needs 0 < factor < 1 and patience >= 1");
  }
};

}  // namespace unet
