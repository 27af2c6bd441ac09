// How much of a block's channels is of its own: dead channels, channels that say the same, effective rank.
#pragma once
#include <Eigen/Eigenvalues>
#include <cmath>
#include <string>
#include <vector>

#include "unet/explain/feature_maps/channel_moments.hpp"

namespace unet {

/// One channel over all pixels of all images.
struct ChannelSummary {
  double mean = 0, standard_deviation = 0;
  /// Share of the pixels at the channel's most frequent extreme value. Batch normalisation behind a ReLU makes one value
  /// of all zeros, the lowest of the channel (the highest, if its scale is negative): so this is the share of zeros.
  double zeros = 0;
  bool dead = false;               ///< one value everywhere
  double largest_correlation = 0;  ///< the |r| with another channel that is the largest; 0 for a dead one
  Index partner = -1;              ///< that channel; -1: none
};

/// A block's channels together. Dead ones have no correlation and are left out of pairs and rank.
struct BlockSummary {
  std::vector<ChannelSummary> channels;
  Index dead = 0;
  Index pairs = 0, redundant_pairs = 0;  ///< pairs of live channels; those with |r| above the limit
  double mean_correlation = 0;           ///< mean |r| over the pairs, 0 without any
  double effective_rank = 0;             ///< see effective_rank; 0 when all are dead
};

/// exp of the entropy of the singular values, divided by their sum, of a symmetric matrix without negative eigenvalues: 1
/// when all its rows are multiples of one, C when it is the C x C identity.
/// Source: O. Roy, M. Vetterli, "The effective rank: a measure of effective dimensionality", EUSIPCO 2007, definition 1.
inline double effective_rank(const Eigen::MatrixXd& matrix) {
  if (matrix.rows() == 0) return 0;
  const Eigen::VectorXd eigenvalues =
      Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(matrix, Eigen::EigenvaluesOnly).eigenvalues().cwiseMax(0);
  const double sum = eigenvalues.sum();
  if (!(sum > 0)) return 0;
  double entropy = 0;
  for (const double value : eigenvalues)
    if (value > 0) entropy -= value / sum * std::log(value / sum);
  return std::exp(entropy);
}

/// Pearson's correlation between the live channels `live` (indices): their covariances divided by standard deviations.
inline Eigen::MatrixXd channel_correlation(const Eigen::MatrixXd& covariance, const std::vector<Index>& live) {
  const auto n = static_cast<Index>(live.size());
  Eigen::MatrixXd r = Eigen::MatrixXd::Identity(n, n);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < i; ++j) {
      const Index a = live[static_cast<std::size_t>(i)], b = live[static_cast<std::size_t>(j)];
      r(i, j) = r(j, i) = covariance(a, b) / std::sqrt(covariance(a, a) * covariance(b, b));
    }
  return r;
}

/// The rank is that of the correlation matrix: what it says does not change when channels are scaled, as batch
/// normalisation does. `redundant`: the |r| above which a pair counts as redundant.
/// Throws OptionError when no image was added, or the limit is not in [0, 1].
inline BlockSummary summarise(const ChannelMoments& moments, double redundant = 0.95) {
  if (!(redundant >= 0 && redundant <= 1))
    throw OptionError("a limit of " + std::to_string(redundant) + " for redundant channels; use one from 0 to 1");
  const Eigen::MatrixXd covariance = moments.covariance();
  BlockSummary block;
  std::vector<Index> live;
  for (Index c = 0; c < moments.channels(); ++c) {
    const Extreme &low = moments.lowest()[static_cast<std::size_t>(c)],
                  &high = moments.highest()[static_cast<std::size_t>(c)];
    ChannelSummary channel;
    channel.mean = moments.mean()[c];
    channel.dead = low.value == high.value;
    channel.standard_deviation = channel.dead ? 0 : std::sqrt(covariance(c, c));
    channel.zeros = static_cast<double>(std::max(low.pixels, high.pixels)) / static_cast<double>(moments.pixels());
    block.channels.push_back(channel);
    if (channel.dead)
      ++block.dead;
    else
      live.push_back(c);
  }
  const Eigen::MatrixXd r = channel_correlation(covariance, live);
  for (std::size_t i = 0; i < live.size(); ++i)
    for (std::size_t j = 0; j < live.size(); ++j) {
      if (i == j) continue;
      const double size = std::abs(r(static_cast<Index>(i), static_cast<Index>(j)));
      ChannelSummary& channel = block.channels[static_cast<std::size_t>(live[i])];
      if (channel.partner < 0 || size > channel.largest_correlation) {
        channel.largest_correlation = size;
        channel.partner = live[j];
      }
      if (j > i) continue;
      ++block.pairs;
      block.redundant_pairs += size > redundant;
      block.mean_correlation += size;
    }
  if (block.pairs > 0) block.mean_correlation /= static_cast<double>(block.pairs);
  block.effective_rank = effective_rank(r);
  return block;
}

}  // namespace unet
