// What training and evaluation read: a numbered set of images with their targets.
#pragma once
#include <concepts>
#include <cstdint>
#include <utility>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/core/host_tensor.hpp"

namespace unet {

/// Any type with these members is a data set. `load` is called by several threads at a time, ahead of when a sample is
/// needed, so it must not change what others see.
template <class S>
concept SampleSet = requires(const S& set, Index i, View<float> image, View<float> target) {
  { set.size() } -> std::convertible_to<Index>;
  { set.shape() } -> std::same_as<Shape>;  // 1 x H x W x C of every image
  // Fills image (1 x H x W x C, in [0, 1]) and target (1 x H x W x 1: 0 or 1, or class numbers), dense host memory.
  {set.load(i, image, target)};
};

/// Which variant of a sample is wanted, for a set that varies its samples (augmentation). The same seed, epoch and sample
/// give the same variant, whoever asks and in which order: draw random numbers from Random(seed, purpose, epoch, sample).
struct Draw {
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0;  ///< counts from 1
  friend constexpr bool operator==(const Draw&, const Draw&) = default;
};

/// A SampleSet that gives variants of its samples as well. Training takes those; evaluation takes the samples themselves.
template <class S>
concept VariedSampleSet = SampleSet<S> &&
    requires(const S& set, Index i, Draw draw, View<float> image, View<float> target) {
  {set.load(i, draw, image, target)};
};

/// Loads sample i, or its variant when one is wanted of a set that has such. Views as SampleSet's.
template <SampleSet S>
void load_sample(const S& set, Index i, [[maybe_unused]] const Draw* draw, View<float> image, View<float> target) {
  if constexpr (VariedSampleSet<S>) {
    if (draw) {
      set.load(i, *draw, image, target);
      return;
    }
  }
  set.load(i, image, target);
}

/// Pairs of views on a program's own arrays as a SampleSet; nothing is copied, so the arrays must outlive it.
class Samples {
 public:
  /// image: 1 x H x W x C; target: 1 x H x W x 1. Throws ShapeError when a pair does not fit itself or the pairs before.
  void add(View<const float> image, View<const float> target) {
    const Shape expected{1, image.shape.h, image.shape.w, 1};
    if (image.shape.n != 1 || target.shape != expected)
      throw ShapeError("Samples::add: an image of " + to_string(image.shape) + " needs n = 1 and a target of " +
                       to_string(expected) + ", got " + to_string(target.shape));
    if (!pairs_.empty() && image.shape != shape())
      throw ShapeError("Samples::add: this image is " + to_string(image.shape) + ", those before are " +
                       to_string(shape()) + "; resize them to one size");
    pairs_.push_back({image, target});
  }

  Index size() const { return static_cast<Index>(pairs_.size()); }
  Shape shape() const { return pairs_.empty() ? Shape{} : pairs_.front().first.shape; }
  void load(Index i, View<float> image, View<float> target) const {
    const auto& [from_image, from_target] = pairs_[static_cast<std::size_t>(i)];
    copy_view(from_image, image);
    copy_view(from_target, target);
  }

 private:
  std::vector<std::pair<View<const float>, View<const float>>> pairs_;
};

}  // namespace unet
