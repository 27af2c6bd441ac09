// What loss operations take and report.
#pragma once
#include "unet/core/shape.hpp"

namespace unet {

/// Which sums a loss is made of.
struct LossTerms {
  double pos_weight = 1;  ///< of true pixels in binary cross entropy
  bool overlap = false;   ///< soft overlap, too
};

/// Doubles that loss_sums reports for each image:
///   [0]                 mean cross entropy over the image's pixels
///   [1 + 3 k ...]       pixel counts {intersection, predicted, true} of class k
///   [1 + 3 K + 3 k ...] with overlap: {sum p g, sum p^2, sum g^2} of class k over the image's pixels, where p is the
///                       probability of class k and g whether the pixel is of that class (or how much, 0 to 1)
/// K = 1 for binary segmentation, whose one class is the foreground, else Classes.
constexpr Index loss_report_size(Index classes, const LossTerms& terms) {
  return 1 + (terms.overlap ? 6 : 3) * classes;
}

/// Doubles that loss_gradient takes for each image, derivatives of the image's loss with respect to its report:
///   [0]             cross entropy
///   [1 + 2 k ...]   with overlap: {sum p g, sum p^2} of class k
constexpr Index loss_derivatives_size(Index classes, const LossTerms& terms) {
  return terms.overlap ? 1 + 2 * classes : 1;
}

/// Pixels of one class in one image.
struct Overlap {
  double intersection = 0, predicted = 0, truth = 0;
};

/// A report, or the sum of the reports of several parts of an image of equal size (such as its rows), element by element.
struct LossSums {
  const double* report;
  Index classes;
  double parts = 1;  ///< whose reports were added

  constexpr double cross_entropy() const { return report[0] / parts; }
  constexpr Overlap pixels(Index k) const { return triple(1 + 3 * k); }
  constexpr Overlap soft(Index k) const { return triple(1 + 3 * classes + 3 * k); }
  /// The classes that overlap is measured for: all but the background.
  constexpr Index first() const { return classes == 1 ? 0 : 1; }

 private:
  constexpr Overlap triple(Index at) const { return {report[at], report[at + 1], report[at + 2]}; }
};

/// Derivatives of an image's loss, see loss_derivatives_size; to be added to.
struct LossDerivatives {
  double* values;

  constexpr double& cross_entropy() const { return values[0]; }
  constexpr double& intersection(Index k) const { return values[1 + 2 * k]; }  ///< by sum p g
  constexpr double& predicted(Index k) const { return values[2 + 2 * k]; }     ///< by sum p^2
};

/// The operation loss_derivatives where the host can read the backend's memory.
template <class Loss>
void loss_derivatives_on_host(const Loss& loss, const double* reports, Index images, Index classes, double* to) {
  const Index report = loss_report_size(classes, loss.terms()), size = loss_derivatives_size(classes, loss.terms());
  for (Index n = 0; n < images; ++n, reports += report, to += size) {
    for (Index i = 0; i < size; ++i) to[i] = 0;
    loss.add_derivatives(LossSums{reports, classes}, 1, LossDerivatives{to});
  }
}

}  // namespace unet
