// How well patients are served at each age: sizes and running means.
#pragma once
#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "unet/chest/subgroups.hpp"
#include "unet/core/finite.hpp"
#include "unet/stats/label_permutation.hpp"
#include "unet/stats/ranks.hpp"

namespace unet {

struct AgePoint {
  int age = 0;                 ///< in years
  Index images = 0;            ///< of this age
  std::optional<double> mean;  ///< of these; nothing when there are none
  GroupMean window;            ///< of the ages around it
};

struct AgeOptions {
  int window = 11;  ///< years that a running mean takes in: this age and as many to both sides
  BootstrapOptions bootstrap;
  std::function<void(Index done, Index total)> on_progress;
};

/// A point for every year from the youngest to the oldest of `images` whose age is known; empty when no age is.
/// @param values one for each image of the data, within [0, 1] such as IoUs
/// Throws OptionError when the window is not an odd number of years.
inline std::vector<AgePoint> age_profile(const std::vector<Record>& records, const std::vector<Index>& images,
                                         const std::vector<double>& values, const AgeOptions& options = {}) {
  if (options.window < 1 || options.window % 2 == 0)
    throw OptionError("a window of " + std::to_string(options.window) +
                      " years; it must be odd, such as 1, 5 or 11, to reach as far to both sides");
  std::map<int, std::vector<Index>> by_age;
  for (const Index i : images)
    if (const int age = records.at(static_cast<std::size_t>(i)).age; age >= 0) by_age[age].push_back(i);
  std::vector<AgePoint> points;
  if (by_age.empty()) return points;
  const int youngest = by_age.begin()->first, oldest = by_age.rbegin()->first;
  for (int age = youngest; age <= oldest; ++age) {
    std::vector<Index> around;
    for (const auto& [other, members] : by_age)
      if (std::abs(other - age) <= options.window / 2) around.insert(around.end(), members.begin(), members.end());
    AgePoint point{age, 0, {}, group_mean(values, around, options.bootstrap)};
    if (const auto own = by_age.find(age); own != by_age.end()) {
      point.images = static_cast<Index>(own->second.size());
      point.mean = mean_and_error(select(values, own->second)).mean;
    }
    points.push_back(point);
    if (options.on_progress) options.on_progress(age - youngest + 1, oldest - youngest + 1);
  }
  return points;
}

/// Whether values rise or fall with age.
struct AgeTrend {
  double correlation = 0;  ///< Spearman's, from -1 to 1
  double p = 1;            ///< two-sided, by permutation of the ages
};

/// Of those of `images` whose age is known; nothing when ages or values do not vary.
inline std::optional<AgeTrend> age_trend(const std::vector<Record>& records, const std::vector<Index>& images,
                                         const std::vector<double>& values, const PermutationOptions& options = {}) {
  std::vector<double> ages, known;
  for (const Index i : images)
    if (const int age = records.at(static_cast<std::size_t>(i)).age; age >= 0) {
      ages.push_back(age);
      known.push_back(values.at(static_cast<std::size_t>(i)));
    }
  if (ages.empty()) return {};
  const double correlation = spearman_correlation(ages, known);
  if (!is_finite(correlation)) return {};
  const std::vector<double> age_ranks = ranks(ages), value_ranks = ranks(known);
  const auto size = [&](const std::vector<double>& order) { return std::abs(pearson_correlation(order, value_ranks)); };
  return AgeTrend{correlation, label_permutation_p_value(age_ranks, size, {options.draws, options.seed})};
}

}  // namespace unet
