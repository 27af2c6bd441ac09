// Masks: what counts as foreground, and how a mask is laid over an image of another size.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/data/image.hpp"
#include "unet/imaging/resize.hpp"

namespace unet {

/// A mask file as an image of one channel with values in [0, 1], 1 being foreground also where the file has 0 and 1 in 8 or
/// 16 bits. Throws FileError as read_image does.
inline Image read_mask(const std::filesystem::path& path, ImageLimits limits = {}) {
  Image mask = read_image(path, 1, limits);
  const float highest = *std::max_element(mask.pixels.begin(), mask.pixels.end());
  if (highest > 0 && highest <= 1 / 255.0f)
    for (float& value : mask.pixels) value /= highest;
  return mask;
}

/// The mask at another size, 0 and 1: averaged, then cut at half of the full range.
inline std::vector<std::uint8_t> threshold_mask(const Image& mask, Index height, Index width) {
  std::vector<std::uint8_t> result;
  for (const float value : resize(mask, height, width).pixels) result.push_back(value > 0.5f);
  return result;
}

/// Throws FileError when a mask's aspect ratio is not that of its image. `path` is the mask's.
inline void check_mask_aspect(const std::filesystem::path& path, Index mask_height, Index mask_width, Index height,
                              Index width) {
  const double wanted = static_cast<double>(width * mask_height) / static_cast<double>(height);
  const double given = static_cast<double>(mask_width);
  // One per cent, or one pixel, is rounding by whoever shrank the one or the other.
  if (std::abs(wanted - given) > std::max(1.0, 0.01 * given))
    throw FileError(path.string() + ": mask of " + std::to_string(mask_width) + "x" + std::to_string(mask_height) +
                    " for an image of " + std::to_string(width) + "x" + std::to_string(height) +
                    " pixels; their aspect ratios differ, so they can not be laid over each other: make the mask again "
                    "from the image");
}

}  // namespace unet
