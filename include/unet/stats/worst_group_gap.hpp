// The gap between the group that a model serves best and the one that it serves worst.
#pragma once
#include <algorithm>
#include <optional>
#include <vector>

#include "unet/core/finite.hpp"
#include "unet/stats/bootstrap.hpp"

namespace unet {

struct Gap {
  std::size_t best = 0, worst = 0;  ///< positions of the groups with the largest and the smallest mean
  double difference = 0;            ///< of their means
  std::optional<Interval> interval;
};

/// Largest minus smallest mean among the groups that have at least smallest_bootstrap_group values; nothing when these are
/// fewer than two.
///
/// The largest of several differences is too large on average even when all groups are alike, and a plain bootstrap of it
/// would add to that and never reach 0. So the interval comes from intervals that hold all pairwise differences at once
/// (from the largest studentised deviation of each draw, as in Romano, Wolf, "Exact and approximate stepdown methods for
/// multiple hypothesis testing", JASA 2005): where they do, the true gap is neither below the largest of their lower ends
/// nor above the largest of their upper ends. It is on the safe side. Throws OptionError when options are out of range.
inline std::optional<Gap> worst_group_gap(const std::vector<std::vector<double>>& groups,
                                          const BootstrapOptions& options = {}) {
  const std::size_t beyond = 2 * detail::draws_beyond(options);  // all on one side: deviations count by their size
  struct Member {
    std::size_t group;
    MeanAndError estimate;
    std::vector<MeanAndError> draws;
  };
  std::vector<Member> members;
  for (std::size_t i = 0; i < groups.size(); ++i)
    if (groups[i].size() >= smallest_bootstrap_group)
      members.push_back(
          {i, mean_and_error(groups[i]), detail::resample_means(groups[i], options, static_cast<std::uint32_t>(i))});
  if (members.size() < 2) return {};

  const auto by_mean = [](const Member& a, const Member& b) { return a.estimate.mean < b.estimate.mean; };
  const auto [worst, best] = std::minmax_element(members.begin(), members.end(), by_mean);
  Gap gap{best->group, worst->group, best->estimate.mean - worst->estimate.mean, {}};

  const auto error = [](const MeanAndError& a, const MeanAndError& b) {
    return std::hypot(a.standard_error, b.standard_error);
  };
  std::vector<double> largest(static_cast<std::size_t>(options.draws));
  for (std::size_t a = 0; a < members.size(); ++a)
    for (std::size_t b = a + 1; b < members.size(); ++b)
      for (std::size_t i = 0; i < largest.size(); ++i) {
        const MeanAndError &x = members[a].draws[i], &y = members[b].draws[i];
        largest[i] = std::max(largest[i], std::abs(detail::in_standard_errors(x.mean - y.mean, error(x, y))));
      }
  const auto limit = largest.end() - static_cast<std::ptrdiff_t>(beyond);
  std::nth_element(largest.begin(), limit, largest.end());
  if (!is_finite(*limit)) return gap;
  Interval interval;
  for (const Member& a : members)
    for (const Member& b : members) {
      const double difference = a.estimate.mean - b.estimate.mean, margin = *limit * error(a.estimate, b.estimate);
      if (&a == &b) continue;
      interval.low = std::max(interval.low, difference - margin);
      interval.high = std::max(interval.high, difference + margin);
    }
  gap.interval = interval;
  return gap;
}

}  // namespace unet
