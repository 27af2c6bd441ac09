// What the options of an analysis choose from: known before any image is decoded, which can take minutes.
#pragma once
#include <string>
#include <vector>

#include "unet/data/split.hpp"

namespace app {

struct Choices {
  std::vector<std::string> ids;     ///< of all images
  unet::Split split;                ///< of indices into them
  std::vector<std::string> layers;  ///< names of what the net computes
  unet::Index side = 0;             ///< of the images, in pixels

  /// Indices of a part: "train", "validation", "test", or "all", ascending. Throws OptionError for another name and for a part
  /// without images.
  std::vector<unet::Index> images(const std::string& part) const;
  /// Throws OptionError for an unknown id, and lists some that are known.
  unet::Index find(const std::string& id) const;
};

}  // namespace app
