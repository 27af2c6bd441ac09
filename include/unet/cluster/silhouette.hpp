// How well each row lies in its cluster.
// Source: Rousseeuw, "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis", 1987.
#pragma once
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "unet/cluster/gram.hpp"

namespace unet {

/// s_i = (b - a) / max(a, b): a the mean distance to the others of the own cluster, b the mean distance to those of the
/// nearest other cluster. From -1 to 1; 0 for a row that is alone in its cluster; NaN for all when there is but one cluster.
/// @param gram n x n Gram matrix of the rows
/// @param labels n, in 0 .. clusters - 1
inline std::vector<double> silhouettes(const Eigen::MatrixXd& gram, std::span<const Index> labels, Index clusters) {
  const Index n = gram.rows();
  std::vector<double> sizes(static_cast<std::size_t>(clusters));
  for (const Index label : labels) ++sizes[static_cast<std::size_t>(label)];
  std::vector<double> result(static_cast<std::size_t>(n), std::numeric_limits<double>::quiet_NaN());
  parallel_for(n, [&](Index i) {
    std::vector<double> sums(sizes.size());
    for (Index j = 0; j < n; ++j)
      sums[static_cast<std::size_t>(labels[static_cast<std::size_t>(j)])] += std::sqrt(squared_distance(gram, i, j));
    const auto own = static_cast<std::size_t>(labels[static_cast<std::size_t>(i)]);
    double nearest = INFINITY;
    for (std::size_t k = 0; k < sums.size(); ++k)
      if (k != own && sizes[k] > 0) nearest = std::min(nearest, sums[k] / sizes[k]);
    if (nearest == INFINITY) return;
    const double inside = sizes[own] > 1 ? sums[own] / (sizes[own] - 1) : nearest;
    const double larger = std::max(inside, nearest);
    result[static_cast<std::size_t>(i)] = larger > 0 ? (nearest - inside) / larger : 0;
  });
  return result;
}

/// Mean over the rows; NaN when there is but one cluster.
inline double mean_silhouette(const Eigen::MatrixXd& gram, std::span<const Index> labels, Index clusters) {
  double sum = 0;
  for (const double value : silhouettes(gram, labels, clusters)) sum += value;
  return sum / static_cast<double>(gram.rows());
}

}  // namespace unet
