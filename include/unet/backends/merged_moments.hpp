// Mean and variance over the batches of several ranks.
#pragma once
#include "unet/core/shape.hpp"

namespace unet {

struct MergedMoments {
  double mean = 0, variance = 0;
};

/// Those of channel c, biased, from `all`: ranks x {count, means, variances}. Chan, Golub, LeVeque 1979, "Updating formulae and a
/// pairwise algorithm for computing sample variances".
constexpr MergedMoments merged_moments(const double* all, int ranks, Index channels, Index c) {
  double count = 0, mean = 0, deviation = 0;
  for (int r = 0; r < ranks; ++r) {
    const double* const part = all + r * (1 + 2 * channels);
    const double n = part[0], delta = part[1 + c] - mean;
    mean += delta * n / (count + n);
    deviation += part[1 + channels + c] * n + delta * delta * count * n / (count + n);
    count += n;
  }
  return {mean, deviation / count};
}

}  // namespace unet
