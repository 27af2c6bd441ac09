// Overlap of predicted and true masks.
#pragma once
#include <span>

#include "unet/backends/loss_operands.hpp"

namespace unet {

/// Intersection over union (Jaccard 1912); 1 when both masks are empty.
inline double iou(const Overlap& o) {
  const double both = o.predicted + o.truth - o.intersection;
  return both > 0 ? o.intersection / both : 1.0;
}

/// Dice coefficient (Dice 1945), 2 |A and B| / (|A| + |B|); 1 when both masks are empty.
inline double dice(const Overlap& o) {
  const double sum = o.predicted + o.truth;
  return sum > 0 ? 2 * o.intersection / sum : 1.0;
}

/// How well one image is segmented. With several classes IoU and Dice are means over those that are predicted or true
/// anywhere in the image, but for class 0, the background: a class that is in neither mask is no merit. 1 if there is none.
struct ImageResult {
  double loss = 0, iou = 0, dice = 0;
};

/// From an image's report and its loss.
inline ImageResult image_result(double loss, const LossSums& sums) {
  ImageResult result{loss, 0, 0};
  int present = 0;
  for (Index k = sums.first(); k < sums.classes; ++k) {
    const Overlap pixels = sums.pixels(k);
    if (pixels.predicted + pixels.truth == 0) continue;
    ++present;
    result.iou += iou(pixels);
    result.dice += dice(pixels);
  }
  if (present == 0) return {loss, 1, 1};
  return {loss, result.iou / present, result.dice / present};
}

/// Means over images.
inline ImageResult mean(std::span<const ImageResult> images) {
  ImageResult sum;
  for (const ImageResult& image : images) {
    sum.loss += image.loss;
    sum.iou += image.iou;
    sum.dice += image.dice;
  }
  const double n = images.empty() ? 1 : static_cast<double>(images.size());
  return {sum.loss / n, sum.iou / n, sum.dice / n};
}

}  // namespace unet
