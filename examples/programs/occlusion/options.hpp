// What occlusion is told besides what all analyses are told.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "unet/chest/lung_regions.hpp"
#include "unet/core/shape.hpp"
#include "unet/explain/occlusion/options.hpp"

namespace app {

struct OcclusionProgram {
  std::optional<unet::Index> patch;   ///< pixels; nothing: the paper's share of the side, see scaled_patch
  std::optional<unet::Index> stride;  ///< nothing: the patch's size
  bool sparse = false;                ///< twice that
  std::string fill = "uniform", score = "loss";
  int draws = 1;
  std::string method = "incremental";
  std::vector<std::string> ids;         ///< images to show; empty: best and worst of each group
  std::string part = "test";            ///< whose images are shown, and the statistics are about
  bool all = false;                     ///< statistics over all images of the part
  double edge = unet::lung_edge_share;  ///< half width of the lung edge, as a share of the image's side
  unet::Index bootstrap_draws = 10'000;
};

/// The patch that covers as much of an image of this side as the paper's 14 pixels of 512. It has 4 pixels at least: what a
/// smaller one hides, a double convolution sees all around it.
unet::Index scaled_patch(unet::Index side);

/// For the library, without what comes from the session. Throws OptionError, or ShapeError for a patch that is larger than
/// the image: to be called before long work.
/// @param side of the images; a large number while it is not known
unet::OcclusionOptions occlusion_options(const OcclusionProgram& o, unet::Index side);

}  // namespace app
