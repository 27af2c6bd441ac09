// How a predicted mask and the true one overlap.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "unet/train/metrics.hpp"

namespace app {

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
