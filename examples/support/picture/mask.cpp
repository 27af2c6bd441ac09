#include "support/picture/mask.hpp"

#include <cstddef>

namespace app {

unet::Overlap overlap(const std::vector<std::uint8_t>& prediction, const std::vector<std::uint8_t>& truth) {
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
