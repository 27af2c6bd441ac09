// How a predicted mask and the true one overlap.
#pragma once
#include <cstdint>
#include <vector>

#include "unet/train/metrics.hpp"

namespace app {

/// Pixels of both masks, which have the same size; any value but 0 is foreground.
unet::Overlap overlap(const std::vector<std::uint8_t>& prediction, const std::vector<std::uint8_t>& truth);

}  // namespace app
