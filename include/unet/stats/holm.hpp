// Holm's correction of p-values for having made several tests.
#pragma once
#include <algorithm>
#include <numeric>
#include <span>
#include <vector>

namespace unet {

/// Adjusted p-values, in the order of the given ones. Calling those below alpha significant errs in any of the tests with
/// probability at most alpha, whatever their dependence.
/// Source: Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 1979.
inline std::vector<double> holm(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(p_values.size());
  double largest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    largest = std::max(largest, std::min(1.0, static_cast<double>(order.size() - i) * p_values[order[i]]));
    adjusted[order[i]] = largest;
  }
  return adjusted;
}

}  // namespace unet
