// Overlap of predicted and true masks.
#pragma once
#include <span>

#include "unet/backends/operands.hpp"

namespace unet {

/// Pixels of one class in one image.
struct Overlap {
  double intersection = 0, predicted = 0, truth = 0;
};

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

/// Reads what a backend's loss operation reports for one image, see results_per_image().
inline ImageResult image_result(std::span<const double> report) {
  const auto classes = static_cast<int>((report.size() - 1) / 3);
  const int first = classes == 1 ? 0 : 1;
  ImageResult result{report[0], 0, 0};
  for (int k = first; k < classes; ++k) {
    const double* const counts = report.data() + 1 + 3 * k;
    const Overlap overlap{counts[0], counts[1], counts[2]};
    result.iou += iou(overlap) / (classes - first);
    result.dice += dice(overlap) / (classes - first);
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
