// Permutation test: could the difference between two groups have come from chance alone?
#pragma once
#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unet/stats/bootstrap.hpp"

namespace unet {

struct PermutationOptions {
  Index draws = 10'000;
  std::uint64_t seed = 0;
};

/// Two-sided p-value of the difference between the means of two groups: the share of random divisions of all values into
/// groups of the same sizes whose difference is at least as far from 0, counted as (1 + such draws) / (1 + draws), so that
/// it is never 0 and never too small (Phipson, Smyth, "Permutation p-values should never be zero", SAGMB 2010).
///
/// Differences are measured in their standard errors (Welch 1947). The test is then exact when the groups are alike, and
/// for large groups holds as a test of the means also when their variances differ (Janssen, "Studentized permutation tests
/// for non-i.i.d. hypotheses", Stat. Probab. Lett. 1997), which unequal groups would otherwise spoil.
///
/// Nothing when a group has fewer than two values. The same number for any number of threads.
/// Throws OptionError when draws are out of range.
inline std::optional<double> permutation_test(std::span<const double> a, std::span<const double> b,
                                              const PermutationOptions& options = {}) {
  if (options.draws < 1 || options.draws > 1'000'000)
    throw OptionError(std::to_string(options.draws) + " permutations; take 1 to 1000000");
  if (a.size() > b.size()) std::swap(a, b);
  if (a.size() < 2) return {};

  std::vector<double> pool(a.begin(), a.end());
  pool.insert(pool.end(), b.begin(), b.end());
  const double centre = mean_and_error(pool).mean;
  double total = 0, total_squares = 0;
  for (double& value : pool) {
    value -= centre;
    total += value;
    total_squares += value * value;
  }
  // Squared standard error of a mean; what is left of rounding alone counts as none.
  const auto variance = [&](double sum, double squares, double n) {
    const double spread = squares - sum * sum / n;
    return spread > 1e-12 * total_squares ? spread / (n * (n - 1)) : 0;
  };
  const double n = static_cast<double>(a.size()), m = static_cast<double>(b.size());
  // Of the division into the first values and the rest: the size of Welch's t.
  const auto statistic = [&](const std::vector<double>& values) {
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      sum += values[i];
      squares += values[i] * values[i];
    }
    const double rest = total - sum, rest_squares = total_squares - squares;
    return std::abs(detail::in_standard_errors(sum / n - rest / m,
                                               std::sqrt(variance(sum, squares, n) + variance(rest, rest_squares, m))));
  };
  // A division that gives the same but for rounding counts.
  const double observed = statistic(pool) * (1 - 1e-9) - 1e-9;

  constexpr Index block = 64;
  const Index blocks = (options.draws + block - 1) / block;
  std::vector<Index> counts(static_cast<std::size_t>(blocks));
  parallel_for(blocks, [&](Index task) {
    std::vector<double> values;
    for (Index draw = task * block; draw < std::min(options.draws, (task + 1) * block); ++draw) {
      Random random(options.seed, Purpose::permutation, 0, static_cast<std::uint32_t>(draw));
      values = pool;
      for (std::size_t i = 0; i < a.size(); ++i)
        std::swap(values[i], values[i + random.below(static_cast<std::uint32_t>(values.size() - i))]);
      counts[static_cast<std::size_t>(task)] += statistic(values) >= observed;
    }
  });
  Index count = 0;
  for (const Index some : counts) count += some;
  return static_cast<double>(1 + count) / static_cast<double>(1 + options.draws);
}

}  // namespace unet
