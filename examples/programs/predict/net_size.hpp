// The size at which a net sees the images.
#pragma once
#include <string>

#include "unet/core/shape.hpp"

namespace app {

/// Zeros: each image at its own size.
struct NetSize {
  unet::Index height = 0, width = 0;
  bool own() const { return height == 0; }
};

/// What --size says: "native", "N" for N x N, or "HxW". Sides that do not fit the net are not refused: images are padded.
/// Throws OptionError.
NetSize parse_net_size(const std::string& text);

}  // namespace app
