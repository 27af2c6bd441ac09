// The pictures of `occlusion`: one of each image that is shown, and the montage of figure 5.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "programs/occlusion/images.hpp"
#include "programs/occlusion/options.hpp"
#include "support/picture/heat_overlay.hpp"
#include "support/picture/picture.hpp"
#include "support/session/session.hpp"
#include "unet/core/shape.hpp"
#include "unet/data/image.hpp"

namespace app {

/// What an image's picture needs besides its map.
struct HeatImage {
  unet::Image image;
  std::vector<std::uint8_t> truth;
  std::vector<double> importance;  ///< of each pixel
  std::string id, role;
  double iou = 0;

  /// The importance that has the full colour: what at most 2% of the pixels exceed, so that one position does not leave the
  /// others pale, rounded up to a digit (or 1.5), so that a scale bar has ticks. 1 where all are 0.
  double limit() const {
    std::vector<double> sizes;
    for (const double value : importance)
      if (!std::isnan(value)) sizes.push_back(std::abs(value));
    std::sort(sizes.begin(), sizes.end());
    if (sizes.empty() || sizes.back() == 0) return 1;
    const double most = sizes[(sizes.size() - 1) * 98 / 100], limit = most > 0 ? most : sizes.back();
    const double power = std::pow(10.0, std::floor(std::log10(limit))), digit = limit / power - 1e-9;
    return power * (digit > 1 && digit <= 1.5 ? 1.5 : std::ceil(digit));
  }
  /// Enlarged to about 512 pixels a side.
  Picture picture() const {
    return heat_overlay(image, importance, limit(), truth, std::max<unet::Index>(1, 512 / image.height));
  }
};

HeatImage heat_image(const Session& session, const OccludedImage& image, const std::string& role);

std::string occlusion_file(const std::string& id);

/// The image with the truth's outline, and beside it with the importance as colours; a scale bar of its own.
Picture occlusion_picture(const HeatImage& heat, const OcclusionProgram& o);

/// All images side by side, as the paper's figure 5: best above worst where they were chosen so. Each
/// image has a scale of its own: the worst ones would leave the best ones without colour.
Picture occlusion_montage(const std::vector<HeatImage>& shown, const OcclusionProgram& o, Index side);

}  // namespace app
