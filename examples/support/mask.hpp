// Masks that predictions are compared with.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "unet/data/image.hpp"
#include "unet/train/metrics.hpp"

namespace app {

/// height x width values 0 (background) and 1 from a mask file, by the rules of unet::FolderDataset: foreground is above
/// half of full range, or 1 in masks of 0 and 1; another size is resized. Throws FileError when it can not be read or has
/// another aspect ratio.
inline std::vector<std::uint8_t> read_mask(const std::filesystem::path& path, unet::Index height, unet::Index width) {
  unet::Image mask = unet::read_image(path, 1);
  const double wanted = static_cast<double>(width * mask.height) / static_cast<double>(height);
  const double given = static_cast<double>(mask.width);
  if (std::abs(wanted - given) > std::max(1.0, 0.01 * given))
    throw unet::FileError(path.string() + ": mask of " + std::to_string(mask.width) + "x" +
                          std::to_string(mask.height) + " for an image of " + std::to_string(width) + "x" +
                          std::to_string(height) + " pixels; their aspect ratios differ: make the mask again");
  const float highest = *std::max_element(mask.pixels.begin(), mask.pixels.end());
  if (highest > 0 && highest <= 1 / 255.0f)
    for (float& value : mask.pixels) value /= highest;
  mask = unet::resize(mask, height, width);
  std::vector<std::uint8_t> result;
  for (const float value : mask.pixels) result.push_back(value > 0.5f);
  return result;
}

/// Pixels of both masks, which have the same size; any value but 0 is foreground.
inline unet::Overlap overlap(const std::vector<std::uint8_t>& prediction, const std::vector<std::uint8_t>& truth) {
  unet::Overlap result;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const bool p = prediction[i] != 0, t = truth[i] != 0;
    result.intersection += p && t;
    result.predicted += p;
    result.truth += t;
  }
  return result;
}

}  // namespace app
