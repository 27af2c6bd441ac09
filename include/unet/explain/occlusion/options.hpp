// What can be chosen about occlusion analysis, and what it gives.
#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/core/shape.hpp"

namespace unet {

/// What a patch is replaced by; values stay in [0, 1].
enum class OcclusionFill {
  uniform,  ///< noise, uniform in [0, 1]
  normal,   ///< noise with each channel's mean and standard deviation in the image, clipped to [0, 1]
  mean,     ///< each channel's mean in the image
  blur,     ///< the image blurred so much that a patch keeps nothing of its own
  black     ///< 0
};

/// What is measured on the occluded image.
enum class OcclusionScore {
  loss,       ///< the training's loss between output and target, mean over pixels
  iou,        ///< 1 - IoU between predicted and target mask
  prediction  ///< share of pixels whose predicted class is not the one of the whole image; needs no target
};

enum class OcclusionMethod {
  incremental,  ///< recompute only what a patch reaches: full's values, up to rounding (1e-6) on a backend that computes in squares
  exact,  ///< also what it only rounds differently: full's bits, several times slower on such a backend, else the same
  full    ///< recompute whole images
};

struct OcclusionOptions {
  Index patch = 14, stride = 14;  ///< pixels
  int draws = 1;                  ///< of noise at each position
  OcclusionFill fill = OcclusionFill::uniform;
  OcclusionScore score = OcclusionScore::loss;
  OcclusionMethod method = OcclusionMethod::incremental;
  double pos_weight = 1;           ///< of true pixels in the loss of a net with one logit a pixel
  std::uint64_t seed = 0;          ///< of the noise
  std::uint32_t image = 0;         ///< the image's number, so that each image has noise of its own
  Index batch = 0;                 ///< images computed at once; 0: as many as are worth their memory
  std::vector<Index> positions{};  ///< those to be computed, row * columns + column; empty: all
  std::function<void(Index done, Index total)>
      on_progress{};  ///< occluded images so far; what it throws passes through
};

/// Scores of occluded images, one a position of the patch. Its upper left corner is at (row, column) * stride; at the lower
/// and right border of the image it is cut off.
struct OcclusionMap {
  Index patch = 0, stride = 0, rows = 0, columns = 0;
  double reference = 0;       ///< score of the image itself
  std::vector<double> score;  ///< rows x columns, mean over draws; NaN where nothing was to be computed
  /// Of the mean: sample standard deviation of the draws / sqrt(draws). NaN for a single draw, 0 for fills without noise.
  std::vector<double> standard_error;
};

inline bool is_random(OcclusionFill fill) { return fill == OcclusionFill::uniform || fill == OcclusionFill::normal; }

/// Positions along an axis of `size` pixels: corners at 0, stride, ... < size.
inline Index occlusion_positions(Index size, Index stride) { return (size + stride - 1) / stride; }

/// Throws OptionError, or ShapeError for a patch that is larger than the image (H x W).
inline void check_occlusion_options(const OcclusionOptions& o, Index height, Index width) {
  if (o.patch < 1)
    throw OptionError("the occluding patch must have at least 1 pixel a side, not " + std::to_string(o.patch));
  if (o.stride < 1) throw OptionError("the occlusion stride must be at least 1 pixel, not " + std::to_string(o.stride));
  if (o.draws < 1)
    throw OptionError("occlusion needs at least 1 draw at each position, not " + std::to_string(o.draws));
  if (o.batch < 0)
    throw OptionError("the occlusion batch must be at least 1, or 0 to choose it, not " + std::to_string(o.batch));
  if (o.patch > height || o.patch > width)
    throw ShapeError("an occluding patch of " + std::to_string(o.patch) + " x " + std::to_string(o.patch) +
                     " pixels is larger than the image, which is " + std::to_string(height) + " x " +
                     std::to_string(width) + " (height x width); choose a smaller patch");
  const Index count = occlusion_positions(height, o.stride) * occlusion_positions(width, o.stride);
  for (const Index position : o.positions)
    if (position < 0 || position >= count)
      throw OptionError("there is no occlusion position " + std::to_string(position) + "; they are 0 to " +
                        std::to_string(count - 1));
}

}  // namespace unet
