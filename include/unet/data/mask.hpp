// Masks: what counts as foreground, and how a mask is laid over an image of another size.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/data/image.hpp"
#include "unet/imaging/resize.hpp"

namespace unet {

namespace detail {

/// "a, b, c", of the first five, with "..." when there are more.
template <class T, class ToText>
std::string some_of(const std::set<T>& found, const ToText& text_of) {
  std::string text;
  for (auto one = found.begin(); one != found.end(); ++one) {
    if (std::distance(found.begin(), one) == 5) return text + ", ...";
    text += (text.empty() ? "" : ", ") + text_of(*one);
  }
  return text;
}

/// One channel of a mask that is stored as red, green and blue. FileError when it has colours: luminance would make background
/// of red and foreground of green. Small differences between channels are a JPEG's.
inline Image grey_mask(const Image& mask, const std::filesystem::path& path) {
  Image grey(mask.height, mask.width, 1);
  std::set<std::array<long, 3>> colours;
  for (std::size_t i = 0; i < grey.pixels.size(); ++i) {
    const float r = mask.pixels[3 * i], g = mask.pixels[3 * i + 1], b = mask.pixels[3 * i + 2];
    grey.pixels[i] = luminance(r, g, b);
    const auto [low, high] = std::minmax({r, g, b});
    if (high - low >= 0.25f && colours.size() < 6)
      colours.insert({std::lround(r * 255), std::lround(g * 255), std::lround(b * 255)});
  }
  if (!colours.empty())
    throw FileError(path.string() + ": a mask in colours (red green blue): " +
                    some_of(colours,
                            [](const auto& c) {
                              return "(" + std::to_string(c[0]) + " " + std::to_string(c[1]) + " " +
                                     std::to_string(c[2]) + ")";
                            }) +
                    "; which of them are foreground can not be told: make it white there, and black elsewhere");
  return grey;
}

/// Up to here values that are no foreground are class numbers; above they may be a soft mask in which nothing was found.
inline constexpr float largest_class = 32 / 255.0f;

/// full: what stands for 1 in the file.
inline FileError class_numbers(const Image& mask, float full, const std::filesystem::path& path) {
  std::set<long> values;
  for (const float value : mask.pixels)
    if (values.size() < 6) values.insert(std::lround(value * full));
  return FileError(
      path.string() + ": a mask with the values " + some_of(values, [](long value) { return std::to_string(value); }) +
      " of 0 to " + std::to_string(std::lround(full)) +
      ", none of which is foreground: that is above half of the range, or 1 in a mask of 0 and 1. If they are " +
      "class numbers, make those white that shall be found, and the others black");
}

}  // namespace detail

/// A mask file as an image of one channel with values in [0, 1], 1 being foreground also where the file has 0 and 1 in 8 or
/// 16 bits. Throws FileError as read_image does; for a mask in colours; and for one of class numbers, such as 0, 1 and 2.
inline Image read_mask(const std::filesystem::path& path, ImageLimits limits = {}) {
  const ImageInfo info = read_image_info(path, limits);
  Image mask = info.channels < 3 ? read_image(path, 1, limits) : detail::grey_mask(read_image(path, 3, limits), path);
  const float highest = *std::max_element(mask.pixels.begin(), mask.pixels.end());
  if (highest == 0 || highest > detail::largest_class) return mask;
  const bool is_binary = std::all_of(mask.pixels.begin(), mask.pixels.end(),
                                     [highest](float value) { return value == 0 || value == highest; });
  if (!is_binary || highest > 1 / 255.0f) throw detail::class_numbers(mask, info.bits == 16 ? 65535 : 255, path);
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
