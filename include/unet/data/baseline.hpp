// What can be had without learning anything: the mean training mask as the prediction for every image.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/core/view.hpp"
#include "unet/data/sample_set.hpp"

namespace unet {

/// Sums over the masks of a data set.
struct MaskStatistics {
  Index images = 0, height = 0, width = 0;
  std::vector<std::uint32_t> counts;  ///< height x width: in how many masks the pixel is foreground
  std::uint64_t foreground = 0;       ///< pixels in all masks

  double pixels() const { return static_cast<double>(images * height * width); }
  /// Share of all pixels that is foreground.
  double foreground_fraction() const { return static_cast<double>(foreground) / pixels(); }
  /// Background / foreground pixels: the weight that makes both count the same in the loss.
  /// Throws OptionError when a class has no pixels.
  double pos_weight() const {
    if (foreground == 0)
      throw OptionError("the masks of " + std::to_string(images) +
                        " training images have no foreground pixel at all; check that foreground is 255 (or 1) and "
                        "that images and masks are not exchanged");
    if (static_cast<double>(foreground) == pixels())
      throw OptionError("the masks of " + std::to_string(images) +
                        " training images are foreground everywhere; check that they are masks");
    return (pixels() - static_cast<double>(foreground)) / static_cast<double>(foreground);
  }
  /// The mean mask thresholded at 0.5, height x width.
  std::vector<std::uint8_t> mean_mask() const {
    std::vector<std::uint8_t> mask(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i) mask[i] = 2 * Index{counts[i]} > images;
    return mask;
  }
};

/// One pass over the masks of a SampleSet. Throws OptionError when it is empty, and what its load throws.
template <SampleSet S>
MaskStatistics mask_statistics(const S& set) {
  const Shape s = set.shape();
  if (set.size() < 1) throw OptionError("mask statistics of an empty data set; it needs at least one sample");
  MaskStatistics result{static_cast<Index>(set.size()), s.h, s.w,
                        std::vector<std::uint32_t>(static_cast<std::size_t>(s.h * s.w)), 0};
  std::vector<float> image(static_cast<std::size_t>(s.h * s.w * s.c)), target(result.counts.size());
  for (Index i = 0; i < result.images; ++i) {
    set.load(i, View<float>(image.data(), Shape{1, s.h, s.w, s.c}), View<float>(target.data(), Shape{1, s.h, s.w, 1}));
    for (std::size_t p = 0; p < target.size(); ++p) {
      result.counts[p] += target[p] > 0.5f;
      result.foreground += target[p] > 0.5f;
    }
  }
  return result;
}

/// Mean over the images of a SampleSet of the intersection over union of `mask` (height x width, 0 or 1) with the
/// truth; 1 where both are empty. Throws ShapeError when the mask has another size than the images.
template <SampleSet S>
double constant_mask_iou(const std::vector<std::uint8_t>& mask, const S& set) {
  const Shape s = set.shape();
  if (static_cast<Index>(mask.size()) != s.h * s.w)
    throw ShapeError("a mask of " + std::to_string(mask.size()) + " pixels for images of " + to_string(s));
  std::vector<float> image(static_cast<std::size_t>(s.h * s.w * s.c)), target(mask.size());
  double sum = 0;
  for (Index i = 0; i < static_cast<Index>(set.size()); ++i) {
    set.load(i, View<float>(image.data(), Shape{1, s.h, s.w, s.c}), View<float>(target.data(), Shape{1, s.h, s.w, 1}));
    Index both = 0, either = 0;
    for (std::size_t p = 0; p < target.size(); ++p) {
      const bool truth = target[p] > 0.5f;
      both += truth && mask[p];
      either += truth || mask[p];
    }
    sum += either ? static_cast<double>(both) / static_cast<double>(either) : 1;
  }
  return set.size() ? sum / static_cast<double>(set.size()) : 0;
}

}  // namespace unet
