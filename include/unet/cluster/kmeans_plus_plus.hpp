// Where k-means starts: rows that are far apart.
// Source: Arthur & Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007.
#pragma once
#include <algorithm>
#include <vector>

#include "unet/cluster/gram.hpp"
#include "unet/core/random.hpp"

namespace unet {

/// Draws `clusters` different rows: the first uniformly, each other with a probability in proportion to its squared distance
/// to the nearest one before. Where all rows that are left coincide with drawn ones, the first of them is taken.
/// @param gram Gram matrix of the rows; 1 <= clusters <= gram.rows()
inline std::vector<Index> kmeans_plus_plus(const Eigen::MatrixXd& gram, Index clusters, Random random) {
  const Index n = gram.rows();
  std::vector<Index> centres = {static_cast<Index>(random.below(static_cast<std::uint32_t>(n)))};
  std::vector<double> nearest(static_cast<std::size_t>(n), INFINITY);  // squared distance to the nearest centre
  while (static_cast<Index>(centres.size()) < clusters) {
    double total = 0;
    for (Index i = 0; i < n; ++i) {
      double& distance = nearest[static_cast<std::size_t>(i)];
      distance = std::min(distance, squared_distance(gram, i, centres.back()));
      total += distance;
    }
    const double target = random.uniform() * total;
    double sum = 0;
    Index chosen = -1;
    for (Index i = 0; i < n && sum <= target; ++i) {
      const double weight = nearest[static_cast<std::size_t>(i)];
      sum += weight;
      if (weight > 0) chosen = i;
    }
    if (chosen < 0) {
      chosen = 0;
      while (std::find(centres.begin(), centres.end(), chosen) != centres.end()) ++chosen;
    }
    centres.push_back(chosen);
  }
  return centres;
}

}  // namespace unet
