// Could it be chance? A statistic of labelled items is compared with what it is after the labels are dealt out anew.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/core/finite.hpp"
#include "unet/core/parallel.hpp"
#include "unet/core/random.hpp"
#include "unet/core/shape.hpp"

namespace unet {

struct LabelPermutationOptions {
  Index draws = 9999;
  std::uint64_t seed = 0;
};

/// p-value of the hypothesis that the labels have nothing to do with the items: (1 + number of random orders whose statistic
/// reaches the observed one) / (1 + draws), which is never 0. Small values of it are evidence for large values of `statistic`.
/// Source: Phipson & Smyth, "Permutation p-values should never be zero", 2010.
/// @param labels one for each item, of any type
/// @param statistic a function of such labels, called from several threads; it must not throw
/// @return NaN when the statistic of `labels` is
/// @throws OptionError for fewer than one draw
template <class T, class Statistic>
double label_permutation_p_value(const std::vector<T>& labels, const Statistic& statistic,
                                 const LabelPermutationOptions& options = {}) {
  if (options.draws < 1)
    throw OptionError("a permutation test with " + std::to_string(options.draws) + " draws; it needs at least 1");
  const double observed = statistic(labels);
  if (is_nan(observed)) return observed;
  // The same groups in another order may give the same statistic but for the last digits.
  const double threshold = observed - 1e-9 * std::abs(observed) - 1e-12;
  constexpr Index draws_a_task = 64;
  const Index tasks = (options.draws + draws_a_task - 1) / draws_a_task;
  std::vector<Index> reached(static_cast<std::size_t>(tasks));
  parallel_for(tasks, [&](Index task) {
    for (Index draw = task * draws_a_task; draw < std::min(options.draws, (task + 1) * draws_a_task); ++draw) {
      std::vector<T> permuted = labels;
      shuffle(permuted, Random(options.seed, Purpose::label_permutation, 0, static_cast<std::uint32_t>(draw)));
      if (statistic(permuted) >= threshold) ++reached[static_cast<std::size_t>(task)];
    }
  });
  Index count = 1;
  for (const Index part : reached) count += part;
  return static_cast<double>(count) / static_cast<double>(options.draws + 1);
}

}  // namespace unet
