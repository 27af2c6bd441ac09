// Cross entropy, of one logit a pixel or of several.
#pragma once
#include <string>

#include "unet/backends/loss_operands.hpp"
#include "unet/core/error.hpp"
#include "unet/core/finite.hpp"
#include "unet/train/options.hpp"

namespace unet {

/// Mean over an image's pixels of -(w t log p + (1 - t) log(1 - p)), p = sigmoid(logit), with w = pos_weight on true pixels.
struct BinaryCrossEntropy {
  static constexpr const char* name = "binary_cross_entropy";
  static constexpr bool has_cross_entropy = true;
  static constexpr bool fits(Index classes) { return classes == 1; }
  double pos_weight = 1;

  /// As a run's options say.
  static BinaryCrossEntropy from(const TrainOptions& options) { return {options.pos_weight}; }
  /// Throws OptionError.
  void check() const {
    if (!is_finite(pos_weight) || pos_weight <= 0)
      throw OptionError("pos_weight must be a positive number, not " + std::to_string(pos_weight));
  }

  constexpr LossTerms terms() const { return {pos_weight, false}; }
  constexpr double value(const LossSums& sums) const { return sums.cross_entropy(); }
  constexpr void add_derivatives(const LossSums&, double weight, const LossDerivatives& to) const {
    to.cross_entropy() += weight;
  }

  template <class Self, class F>
  static void fields(Self& self, const F& f) {
    f("pos_weight", self.pos_weight);
  }
  friend bool operator==(const BinaryCrossEntropy&, const BinaryCrossEntropy&) = default;
};

/// Mean over an image's pixels of -log p of the true class, p = softmax(logits).
struct SoftmaxCrossEntropy {
  static constexpr const char* name = "softmax_cross_entropy";
  static constexpr bool has_cross_entropy = true;
  static constexpr bool fits(Index classes) { return classes > 1; }

  void check() const {}
  constexpr LossTerms terms() const { return {}; }
  constexpr double value(const LossSums& sums) const { return sums.cross_entropy(); }
  constexpr void add_derivatives(const LossSums&, double weight, const LossDerivatives& to) const {
    to.cross_entropy() += weight;
  }

  template <class Self, class F>
  static void fields(Self&, const F&) {}
  friend bool operator==(const SoftmaxCrossEntropy&, const SoftmaxCrossEntropy&) = default;
};

}  // namespace unet
