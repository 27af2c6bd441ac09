// Correlation of ranks: whether one quantity rises with another, by whatever law.
#pragma once
#include <algorithm>
#include <vector>

#include "unet/stats/correlation.hpp"

namespace unet {

/// Ranks from 1; equal values share the mean of theirs.
inline std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<double> sorted = values, result;
  std::sort(sorted.begin(), sorted.end());
  for (const double value : values) {
    const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), value);
    result.push_back(static_cast<double>((first - sorted.begin()) + (last - sorted.begin()) + 1) / 2);
  }
  return result;
}

/// Pearson's correlation of the ranks, from -1 to 1; NaN when either list does not vary.
/// Source: Spearman, "The proof and measurement of association between two things", 1904.
/// @throws ShapeError when the lengths differ or are 0
inline double spearman_correlation(const std::vector<double>& x, const std::vector<double>& y) {
  return pearson_correlation(ranks(x), ranks(y));
}

}  // namespace unet
