// The boundary of a mask as a region: a band of a given width on both sides of its edge.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/core/shape.hpp"

namespace unet {

/// Pixels on each side of the edge for a band whose half width is given as a share of an image's side: at least 1, so that
/// a mask has a boundary at any size. Throws OptionError unless the share is above 0 and at most 0.5.
inline Index boundary_reach(double share, Index side) {
  if (!(share > 0 && share <= 0.5))
    throw OptionError("a boundary of " + std::to_string(share) +
                      " of the image's side; use a share above 0 and at most 0.5");
  return std::max<Index>(1, std::lround(share * static_cast<double>(side)));
}

/// 1 for each pixel of a mask (height x width, any value but 0 is inside) that has a pixel of the other kind at most `reach`
/// pixels away (Euclidean, between centres), so about `reach` pixels inside and as many outside of the edge. The border of
/// the image is no edge. Throws ShapeError when the mask has another size, OptionError when reach < 1.
inline std::vector<std::uint8_t> boundary_band(std::span<const std::uint8_t> mask, Index height, Index width,
                                               Index reach) {
  if (static_cast<Index>(mask.size()) != height * width)
    throw ShapeError("a mask of " + std::to_string(mask.size()) + " pixels is not " + std::to_string(height) + "x" +
                     std::to_string(width));
  if (reach < 1) throw OptionError("a boundary that reaches " + std::to_string(reach) + " pixels; use at least 1");
  const auto at = [&](Index y, Index x) { return static_cast<std::size_t>(y * width + x); };
  const auto differs = [&](Index y, Index x, bool inside) {
    return y >= 0 && y < height && x >= 0 && x < width && (mask[at(y, x)] != 0) != inside;
  };
  std::vector<std::uint8_t> band(mask.size());
  for (Index y = 0; y < height; ++y)
    for (Index x = 0; x < width; ++x) {
      const bool inside = mask[at(y, x)] != 0;
      // The nearest pixel of the other kind always has a neighbour of this one: only those need to look around.
      if (!differs(y - 1, x, inside) && !differs(y + 1, x, inside) && !differs(y, x - 1, inside) &&
          !differs(y, x + 1, inside))
        continue;
      for (Index dy = -reach; dy <= reach; ++dy)
        for (Index dx = -reach; dx <= reach; ++dx)
          if (dy * dy + dx * dx <= reach * reach && differs(y + dy, x + dx, inside)) band[at(y + dy, x + dx)] = 1;
    }
  return band;
}

}  // namespace unet
