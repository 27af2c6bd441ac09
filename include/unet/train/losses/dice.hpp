// Soft Dice loss.
#pragma once
#include <string>

#include "unet/backends/loss_operands.hpp"
#include "unet/core/error.hpp"
#include "unet/core/finite.hpp"

namespace unet {

/// 1 - D of each image, with
///   D = (2 sum p g + smooth) / (sum p^2 + sum g^2 + smooth)
/// over the image's pixels, p the probability and g the target: Milletari, Navab, Ahmadi 2016, "V-Net", section 3, for which
/// smooth is 0. With several classes D is the mean over all but class 0, the background.
///
/// The sums run over one image, as that paper's over one volume, and the losses of a batch's images are averaged; not over the
/// batch as a whole. An image's loss then does not depend on its neighbours: it is the same in a batch of another size, in
/// validation, and on several ranks. The price is noise from images with little foreground; one with none at all has no
/// gradient at smooth = 0, and with smooth = 1 is pushed towards an empty prediction, as if one pixel always overlapped.
struct Dice {
  static constexpr const char* name = "dice";
  static constexpr bool has_cross_entropy = false;
  static constexpr bool fits(Index) { return true; }
  double smooth = 1;  ///< pixels

  /// Throws OptionError.
  void check() const {
    if (!is_finite(smooth) || smooth < 0)
      throw OptionError("Dice's smooth must be a number that is not negative, not " + std::to_string(smooth));
  }

  constexpr LossTerms terms() const { return {1, true}; }

  constexpr double value(const LossSums& sums) const {
    double loss = 0;
    for (Index k = sums.first(); k < sums.classes; ++k) {
      const Overlap o = sums.soft(k);
      // Nothing predicted and nothing true: they overlap completely.
      if (size(o) != 0) loss += 1 - (2 * o.intersection + smooth) / size(o);
    }
    return loss / classes(sums);
  }

  constexpr void add_derivatives(const LossSums& sums, double weight, const LossDerivatives& to) const {
    weight /= classes(sums);
    for (Index k = sums.first(); k < sums.classes; ++k) {
      const Overlap o = sums.soft(k);
      if (size(o) == 0) continue;
      to.intersection(k) -= weight * 2 / size(o);
      to.predicted(k) += weight * (2 * o.intersection + smooth) / (size(o) * size(o));
    }
  }

  template <class Self, class F>
  static void fields(Self& self, const F& f) {
    f("smooth", self.smooth);
  }
  friend bool operator==(const Dice&, const Dice&) = default;

 private:
  constexpr double size(const Overlap& o) const { return o.predicted + o.truth + smooth; }
  static constexpr double classes(const LossSums& sums) { return static_cast<double>(sums.classes - sums.first()); }
};

}  // namespace unet
