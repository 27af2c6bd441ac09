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

/// How well one image is segmented. With several classes IoU and Dice are means over all but class 0, the background.
struct ImageResult {
  double loss = 0, iou = 0, dice = 0;
};

/// From an image's report and its loss.
inline ImageResult image_result(double loss, const LossSums& sums) {
  ImageResult result{loss, 0, 0};
  for (Index k = sums.first(); k < sums.classes; ++k) {
    const auto counted = static_cast<int>(sums.classes - sums.first());
    result.iou += iou(sums.pixels(k)) / counted;
    result.dice += dice(sums.pixels(k)) / counted;
  }
  return result;
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
