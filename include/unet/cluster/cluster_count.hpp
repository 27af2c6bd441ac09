// How many clusters there are: inertia and silhouette for each number.
#pragma once
#include "unet/cluster/kmeans.hpp"
#include "unet/cluster/silhouette.hpp"
#include "unet/core/finite.hpp"

namespace unet {

struct ClusterCount {
  Index clusters = 0;
  double inertia = 0;
  double silhouette = 0;  ///< mean over the rows; NaN for one cluster
};

/// K-means with first .. last clusters, not more than there are rows. `options.clusters` is not used.
/// @param on_progress called with numbers of clusters done and to do
inline std::vector<ClusterCount> compare_cluster_counts(const Eigen::MatrixXd& gram, Index first, Index last,
                                                        KMeansOptions options,
                                                        const std::function<void(Index, Index)>& on_progress = {}) {
  std::vector<ClusterCount> counts;
  const Index end = std::min(last, gram.rows());
  for (Index clusters = first; clusters <= end; ++clusters) {
    if (on_progress) on_progress(clusters - first, end - first + 1);
    options.clusters = clusters;
    const KMeansResult result = kmeans(gram, options);
    counts.push_back({clusters, result.inertia, mean_silhouette(gram, result.labels, clusters)});
  }
  if (on_progress) on_progress(static_cast<Index>(counts.size()), static_cast<Index>(counts.size()));
  return counts;
}

/// The number of clusters with the largest silhouette, of equal ones the lowest; 0 when no silhouette is defined.
inline Index best_cluster_count(std::span<const ClusterCount> counts) {
  const ClusterCount* best = nullptr;
  for (const ClusterCount& count : counts)
    if (is_finite(count.silhouette) && (!best || count.silhouette > best->silhouette)) best = &count;
  return best ? best->clusters : 0;
}

}  // namespace unet
