// Test of paired differences: could their mean lie this far from 0 by chance alone?
#pragma once
#include "unet/stats/permutation.hpp"

namespace unet {

/// Two-sided p-value of the mean of differences within pairs (two values of one image, say): the share of random choices of
/// their signs whose mean is at least as far from 0, counted as (1 + such draws) / (1 + draws). Exact when a difference is
/// as likely as its opposite, which holds where both members of a pair are alike.
/// Source: Fisher, "The design of experiments", 1935, section 21; p-values as in permutation_test.
///
/// Nothing for fewer than two differences. The same number for any number of threads. Throws OptionError when draws are
/// out of range.
inline std::optional<double> sign_flip_test(std::span<const double> differences,
                                            const PermutationOptions& options = {}) {
  if (options.draws < 1 || options.draws > 100'000'000)
    throw OptionError(std::to_string(options.draws) + " sign flips; take 1 to 100000000");
  if (differences.size() < 2) return {};
  double sum = 0, sizes = 0;
  for (const double difference : differences) {
    sum += difference;
    sizes += std::abs(difference);
  }
  const double observed = std::abs(sum) - 1e-12 * sizes;  // signs that give the same but for rounding count

  constexpr Index block = 64;
  const Index blocks = (options.draws + block - 1) / block;
  std::vector<Index> counts(static_cast<std::size_t>(blocks));
  parallel_for(blocks, [&](Index task) {
    for (Index draw = task * block; draw < std::min(options.draws, (task + 1) * block); ++draw) {
      Random random(options.seed, Purpose::permutation, 1, static_cast<std::uint32_t>(draw));  // 0: permutation_test
      double flipped = 0;
      std::uint32_t bits = 0;
      for (std::size_t i = 0; i < differences.size(); ++i) {
        bits = i % 32 == 0 ? random() : bits >> 1;
        flipped += bits & 1 ? differences[i] : -differences[i];
      }
      counts[static_cast<std::size_t>(task)] += std::abs(flipped) >= observed;
    }
  });
  Index count = 0;
  for (const Index some : counts) count += some;
  return static_cast<double>(1 + count) / static_cast<double>(1 + options.draws);
}

}  // namespace unet
