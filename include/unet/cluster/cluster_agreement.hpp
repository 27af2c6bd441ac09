// How far two partitions of the same items agree, whatever their groups are called.
#pragma once
#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/core/shape.hpp"

namespace unet {

namespace detail {

/// How many items each pair of groups shares, and how many each group has.
struct Contingency {
  std::vector<double> both;  ///< groups of a x groups of b, row-major
  std::vector<double> first, second;
  double items = 0;

  Contingency(std::span<const Index> a, std::span<const Index> b) : items(static_cast<double>(a.size())) {
    if (a.size() != b.size() || a.empty())
      throw ShapeError("agreement of partitions of " + std::to_string(a.size()) + " and " + std::to_string(b.size()) +
                       " items; both must be of the same items, and of at least one");
    first.resize(groups(a));
    second.resize(groups(b));
    both.resize(first.size() * second.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      const auto row = static_cast<std::size_t>(a[i]), column = static_cast<std::size_t>(b[i]);
      ++both[row * second.size() + column];
      ++first[row];
      ++second[column];
    }
  }

 private:
  static std::size_t groups(std::span<const Index> labels) {
    const auto [lowest, highest] = std::minmax_element(labels.begin(), labels.end());
    if (*lowest < 0)
      throw OptionError("agreement of partitions: the label " + std::to_string(*lowest) +
                        "; groups are numbered from 0, and items without one must be left out");
    return static_cast<std::size_t>(*highest) + 1;
  }
};

/// Shannon entropy in nats of groups of `items` in all.
inline double entropy(std::span<const double> groups, double items) {
  double sum = 0;
  for (const double count : groups)
    if (count > 0) sum -= count / items * std::log(count / items);
  return sum;
}

}  // namespace detail

/// Adjusted Rand index: 1 for equal partitions, about 0 for unrelated ones, negative for worse than chance.
/// Source: Hubert & Arabie, "Comparing partitions", 1985, equation 5. Two partitions of one group each, or of nothing but
/// single items, are equal: 1.
/// @param a, b group of each item, numbered from 0; groups may be empty
/// @throws ShapeError when the lengths differ or are 0; OptionError for a negative number
inline double adjusted_rand_index(std::span<const Index> a, std::span<const Index> b) {
  const detail::Contingency table(a, b);
  const auto pairs = [](double count) { return count * (count - 1) / 2; };
  double together = 0, in_a = 0, in_b = 0;
  for (const double count : table.both) together += pairs(count);
  for (const double count : table.first) in_a += pairs(count);
  for (const double count : table.second) in_b += pairs(count);
  const double all = pairs(table.items);
  const double by_chance = all > 0 ? in_a * in_b / all : 0, most = (in_a + in_b) / 2;
  return most == by_chance ? 1 : (together - by_chance) / (most - by_chance);
}

/// Mutual information divided by the mean of both entropies: 1 for equal partitions, 0 for independent ones. Not adjusted for
/// chance: it grows with the number of groups, so compare it with what permutations give. Two partitions of one group each: 1.
/// Source: Vinh, Epps & Bailey, "Information theoretic measures for clusterings comparison", JMLR 2010 (NMI_sum).
/// @param a, b group of each item, numbered from 0; groups may be empty
/// @throws ShapeError when the lengths differ or are 0; OptionError for a negative number
inline double normalised_mutual_information(std::span<const Index> a, std::span<const Index> b) {
  const detail::Contingency table(a, b);
  const double entropies = detail::entropy(table.first, table.items) + detail::entropy(table.second, table.items);
  if (entropies == 0) return 1;
  double information = 0;
  for (std::size_t i = 0; i < table.first.size(); ++i)
    for (std::size_t j = 0; j < table.second.size(); ++j) {
      const double count = table.both[i * table.second.size() + j];
      if (count > 0)
        information += count / table.items * std::log(table.items * count / (table.first[i] * table.second[j]));
    }
  return std::max(0.0, 2 * information / entropies);
}

/// How far two partitions are from independent ones.
struct ChiSquare {
  double statistic = 0;
  Index degrees = 0;     ///< of freedom
  double cramers_v = 0;  ///< 0: independent, 1: the one follows from the other; 0 where one of them has a single group
};

/// Pearson's chi-square of the table of both (Pearson 1900), groups without items left out, and Cramer's V
/// (Cramer 1946, 21.9): the root of the statistic over its largest value.
/// @param a, b group of each item, numbered from 0; groups may be empty
inline ChiSquare chi_square(std::span<const Index> a, std::span<const Index> b) {
  const detail::Contingency table(a, b);
  const auto used = [](const std::vector<double>& groups) {
    return static_cast<Index>(std::count_if(groups.begin(), groups.end(), [](double count) { return count > 0; }));
  };
  const Index rows = used(table.first), columns = used(table.second);
  ChiSquare result{0, (rows - 1) * (columns - 1), 0};
  for (std::size_t i = 0; i < table.first.size(); ++i)
    for (std::size_t j = 0; j < table.second.size(); ++j) {
      const double expected = table.first[i] * table.second[j] / table.items;
      const double difference = table.both[i * table.second.size() + j] - expected;
      if (expected > 0) result.statistic += difference * difference / expected;
    }
  const Index smaller = std::min(rows, columns) - 1;
  if (smaller > 0) result.cramers_v = std::sqrt(result.statistic / (table.items * static_cast<double>(smaller)));
  return result;
}

}  // namespace unet
