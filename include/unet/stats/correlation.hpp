// How far numbers go together with other numbers or with groups.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/core/shape.hpp"

namespace unet {

namespace detail {

inline void check_same_length(const char* what, std::size_t a, std::size_t b) {
  if (a != b || a == 0)
    throw ShapeError(std::string(what) + " of " + std::to_string(a) + " and " + std::to_string(b) +
                     " values; there must be as many of one as of the other, and at least one");
}

inline double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace detail

/// Pearson's correlation coefficient, from -1 to 1; NaN when either side does not vary.
/// @throws ShapeError when the lengths differ or are 0
inline double pearson_correlation(std::span<const double> x, std::span<const double> y) {
  detail::check_same_length("correlation", x.size(), y.size());
  const double mean_x = detail::mean_of(x), mean_y = detail::mean_of(y);
  double xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : std::numeric_limits<double>::quiet_NaN();
}

/// Correlation ratio eta^2: the share of the variance of `values` that lies between the groups, from 0 to 1; NaN when the
/// values do not vary.
/// Source: Pearson, "Mathematical contributions to the theory of evolution XIV", 1905.
/// @param groups one for each value, numbered from 0
/// @throws ShapeError when the lengths differ or are 0; OptionError for a negative group
inline double correlation_ratio(std::span<const double> values, std::span<const Index> groups) {
  detail::check_same_length("correlation ratio", values.size(), groups.size());
  const auto [lowest, highest] = std::minmax_element(groups.begin(), groups.end());
  if (*lowest < 0)
    throw OptionError("correlation ratio: the group " + std::to_string(*lowest) + "; groups are numbered from 0");
  std::vector<double> sums(static_cast<std::size_t>(*highest) + 1), counts(sums.size());
  const double mean = detail::mean_of(values);
  double total = 0, between = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    total += (values[i] - mean) * (values[i] - mean);
    sums[static_cast<std::size_t>(groups[i])] += values[i] - mean;
    ++counts[static_cast<std::size_t>(groups[i])];
  }
  for (std::size_t k = 0; k < sums.size(); ++k)
    if (counts[k] > 0) between += sums[k] * sums[k] / counts[k];
  return total > 0 ? between / total : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace unet
