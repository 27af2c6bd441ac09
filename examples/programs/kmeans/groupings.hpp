// What is known about the patients, as labels that clusters can be compared with.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "unet/chest/record.hpp"
#include "unet/core/shape.hpp"

namespace app {

struct Labelling {
  std::string name;                 ///< "class" (sex and finding), "sex", "finding"
  std::vector<std::string> groups;  ///< their names
  std::vector<bool> known;          ///< false for a group of images of which this is not known
  std::vector<unet::Index> labels;  ///< the group of each image

  unet::Index unknown() const {
    unet::Index count = 0;
    for (const unet::Index label : labels) count += !known[static_cast<std::size_t>(label)];
    return count;
  }
};

/// Labellings by class, sex and finding of `images` (ascending); those that no record tells anything about are left out.
std::vector<Labelling> labellings(const std::vector<unet::Record>& records, const std::vector<unet::Index>& images);

}  // namespace app
