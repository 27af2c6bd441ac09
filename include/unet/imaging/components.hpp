// Connected components of a mask: which of its pixels hang together.
#pragma once
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/core/shape.hpp"

namespace unet {

struct Components {
  std::vector<Index> labels;  ///< one a pixel: 0 is background, k + 1 belongs to areas[k]
  std::vector<Index> areas;   ///< in pixels, largest first; of equal ones first whose first pixel comes first
};

/// Of a mask of height x width pixels, any value but 0 being foreground. Pixels hang together by their sides, not by their
/// corners. Throws ShapeError when the mask has another size.
inline Components connected_components(std::span<const std::uint8_t> mask, Index height, Index width) {
  if (static_cast<Index>(mask.size()) != height * width)
    throw ShapeError("a mask of " + std::to_string(mask.size()) + " pixels is not " + std::to_string(height) + "x" +
                     std::to_string(width));
  Components found{std::vector<Index>(mask.size()), {}};
  std::vector<Index> waiting;
  const auto visit = [&](Index pixel) {
    const auto i = static_cast<std::size_t>(pixel);
    if (mask[i] == 0 || found.labels[i] != 0) return;
    found.labels[i] = static_cast<Index>(found.areas.size());
    ++found.areas.back();
    waiting.push_back(pixel);
  };
  for (Index start = 0; start < height * width; ++start) {
    if (mask[static_cast<std::size_t>(start)] == 0 || found.labels[static_cast<std::size_t>(start)] != 0) continue;
    found.areas.push_back(0);
    visit(start);
    while (!waiting.empty()) {
      const Index pixel = waiting.back(), x = pixel % width;
      waiting.pop_back();
      if (x > 0) visit(pixel - 1);
      if (x + 1 < width) visit(pixel + 1);
      if (pixel >= width) visit(pixel - width);
      if (pixel + width < height * width) visit(pixel + width);
    }
  }

  std::vector<std::size_t> order(found.areas.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return found.areas[a] > found.areas[b]; });
  std::vector<Index> rank(order.size() + 1), areas;
  for (std::size_t k = 0; k < order.size(); ++k) {
    rank[order[k] + 1] = static_cast<Index>(k) + 1;
    areas.push_back(found.areas[order[k]]);
  }
  for (Index& label : found.labels) label = rank[static_cast<std::size_t>(label)];
  found.areas = std::move(areas);
  return found;
}

}  // namespace unet
