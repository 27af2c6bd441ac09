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
  unet::Index patch = 14;             ///< pixels, as the paper's
  std::optional<unet::Index> stride;  ///< nothing: the patch's size
  std::string fill = "uniform", score = "loss";
  int draws = 1;
  std::string method = "incremental";
  std::vector<std::string> ids;         ///< images to show; empty: best and worst of each group
  std::string part = "test";            ///< whose images are shown, and the statistics are about
  bool all = false;                     ///< statistics over all images of the part
  double edge = unet::lung_edge_share;  ///< half width of the lung edge, as a share of the image's side
  unet::Index bootstrap_draws = 10'000;
};

/// For the library, without what comes from the session. Throws OptionError, or ShapeError for a patch that is larger than
/// the image: to be called before long work.
/// @param side of the images; a large number while it is not known
unet::OcclusionOptions occlusion_options(const OcclusionProgram& o, unet::Index side);

}  // namespace app
