// Learning rate schedule: halve when the validation result has not improved for a while.
#pragma once
#include "unet/core/error.hpp"
#include "unet/core/finite.hpp"
#include "unet/train/state.hpp"

namespace unet {

/// After `patience` epochs in a row without a new best, the rate is multiplied by `factor` and the count starts again. The
/// rate changes between epochs only.
struct Plateau {
  static constexpr const char* name = "plateau";
  double factor = 0.5;
  int patience = 10;

  /// Throws OptionError.
  void check() const {
    if (!is_finite(factor) || factor <= 0 || factor >= 1 || patience < 1)
      throw OptionError("the plateau schedule needs 0 < factor < 1 and patience >= 1");
  }

  void before_step(TrainState&, double /*highest*/, Index /*steps*/) const {}
  void after_epoch(TrainState& state, bool is_best) const {
    if (is_best) {
      state.epochs_without_best = 0;
    } else if (++state.epochs_without_best >= patience) {
      state.learning_rate *= factor;
      state.epochs_without_best = 0;
    }
  }

  template <class Self, class F>
  static void fields(Self& self, const F& f) {
    f("factor", self.factor);
    f("patience", self.patience);
  }
  friend bool operator==(const Plateau&, const Plateau&) = default;
};

}  // namespace unet
