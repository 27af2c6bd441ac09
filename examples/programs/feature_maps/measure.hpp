// The numbers of feature_maps: one pass over the images on which thresholds are chosen, one over those that are judged. The
// maps of one image are in memory at a time.
#pragma once
#include <string>
#include <vector>

#include "programs/feature_maps/marking.hpp"
#include "programs/feature_maps/options.hpp"
#include "support/session/session.hpp"
#include "unet/core/shape.hpp"
#include "unet/explain/feature_maps/channel_statistics.hpp"

namespace app {

struct FeatureNumbers {
  std::vector<std::string> blocks;
  std::vector<unet::Shape> shapes;          ///< of one image's map
  std::vector<unet::BlockSummary> summary;  ///< of each block's channels
  Marking marking;
  std::vector<unet::Index> chosen_on, judged_on;  ///< images
  std::string chosen_part;
};

/// Throws OptionError, FileError; Interrupted.
FeatureNumbers measure(Session& session, const FeatureMapsOptions& options);

}  // namespace app
