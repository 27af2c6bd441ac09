// What feature_maps is told besides what all analyses are told.
#pragma once
#include <string>
#include <vector>

namespace app {

struct FeatureMapsOptions {
  std::vector<std::string> ids;       ///< images to show; empty: best and worst of each group
  std::vector<std::string> channels;  ///< layers of which every channel is shown
  std::string part = "test";          ///< whose images are shown, and the numbers are about
  double boundary = 0.02;             ///< half width of the lung boundary, as a share of the image's side
  double redundant = 0.95;            ///< |r| above which two channels say the same
};

}  // namespace app
