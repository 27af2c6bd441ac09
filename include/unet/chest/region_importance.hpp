// How important the regions of one image are, from its occlusion map.
#pragma once
#include <optional>

#include "unet/chest/lung_regions.hpp"
#include "unet/core/finite.hpp"
#include "unet/explain/occlusion/options.hpp"

namespace unet {

/// For each pixel of the image (height x width) the mean importance of the patches that cover it, NaN where there is none.
/// The importance of a patch is how much the score rises when it is replaced: map.score - map.reference.
/// Throws ShapeError when the map is not one of such an image.
inline std::vector<double> importance_per_pixel(const OcclusionMap& map, Index height, Index width) {
  if (map.rows != occlusion_positions(height, map.stride) || map.columns != occlusion_positions(width, map.stride))
    throw ShapeError("an occlusion map of " + std::to_string(map.rows) + "x" + std::to_string(map.columns) +
                     " positions with stride " + std::to_string(map.stride) + " is not one of an image of " +
                     std::to_string(height) + "x" + std::to_string(width) + " pixels");
  const auto count = static_cast<std::size_t>(height * width);
  std::vector<double> sums(count);
  std::vector<int> patches(count);
  for (Index row = 0; row < map.rows; ++row)
    for (Index column = 0; column < map.columns; ++column) {
      const double importance = map.score[static_cast<std::size_t>(row * map.columns + column)] - map.reference;
      if (is_nan(importance)) continue;
      const Index top = row * map.stride, left = column * map.stride;
      for (Index y = top; y < std::min(top + map.patch, height); ++y)
        for (Index x = left; x < std::min(left + map.patch, width); ++x) {
          sums[static_cast<std::size_t>(y * width + x)] += importance;
          ++patches[static_cast<std::size_t>(y * width + x)];
        }
    }
  for (std::size_t i = 0; i < count; ++i) sums[i] /= patches[i];  // 0 / 0 is NaN
  return sums;
}

/// Mean importance of each of all_lung_regions; nothing for one without a pixel that has a value.
using RegionImportance = std::array<std::optional<double>, all_lung_regions.size()>;

/// Means over the regions' pixels of what importance_per_pixel gives, so a patch counts in each region with its share of
/// pixels there. Throws ShapeError when both are not of one size.
inline RegionImportance importance_of_regions(std::span<const double> per_pixel, const LungRegions& regions) {
  if (per_pixel.size() != regions.pixels())
    throw ShapeError("importance of " + std::to_string(per_pixel.size()) + " pixels for regions of " +
                     std::to_string(regions.pixels()));
  RegionImportance result;
  for (const LungRegion region : all_lung_regions) {
    double sum = 0;
    Index count = 0;
    for (std::size_t i = 0; i < per_pixel.size(); ++i)
      if (regions.has(region, i) && !is_nan(per_pixel[i])) {
        sum += per_pixel[i];
        ++count;
      }
    if (count > 0) result[static_cast<std::size_t>(region)] = sum / static_cast<double>(count);
  }
  return result;
}

}  // namespace unet
