// K-means of rows that are known by their Gram matrix alone: exact steps whose cost does not depend on the rows' length.
// Source: Lloyd, "Least squares quantization in PCM", 1982; distances to centres as in kernel k-means, Schölkopf et al., 1998.
#pragma once
#include <numeric>
#include <span>
#include <vector>

#include "unet/cluster/kmeans_plus_plus.hpp"

namespace unet {

struct KMeansOptions {
  Index clusters = 4;
  Index restarts = 10;
  Index max_iterations = 300;
  std::uint64_t seed = 0;
};

/// A partition of n rows into K clusters, none of them empty.
struct KMeansResult {
  std::vector<Index> labels;           ///< n, in 0 .. K - 1
  std::vector<double> distances;       ///< n, Euclidean, to the own cluster's centre
  std::vector<Index> sizes;            ///< K
  std::vector<Index> initial_centres;  ///< K rows that the clusters started from
  double inertia = 0;                  ///< sum of squared distances
  Index iterations = 0;
  bool converged = false;  ///< false: stopped by max_iterations
};

/// Squared distances of n rows to the centres of their K clusters, from the Gram matrix G:
///   |x_i - c_k|^2 = G_ii - 2/|k| sum_{j in k} G_ij + 1/|k|^2 sum_{j,l in k} G_jl.
/// @param labels n, in 0 .. clusters - 1; no cluster is empty
/// @return n x K, never negative
inline Eigen::MatrixXd squared_distances_to_centres(const Eigen::MatrixXd& gram, std::span<const Index> labels,
                                                    Index clusters) {
  const Index n = gram.rows();
  Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(clusters, n);
  Eigen::VectorXd sizes = Eigen::VectorXd::Zero(clusters), within = sizes;
  for (Index i = 0; i < n; ++i) {
    const Index own = labels[static_cast<std::size_t>(i)];
    for (Index j = 0; j < n; ++j) sums(labels[static_cast<std::size_t>(j)], i) += gram(j, i);
    within[own] += sums(own, i);
    ++sizes[own];
  }
  Eigen::MatrixXd distances(n, clusters);
  for (Index k = 0; k < clusters; ++k)
    for (Index i = 0; i < n; ++i)
      distances(i, k) = std::max(0.0, gram(i, i) - 2 * sums(k, i) / sizes[k] + within[k] / (sizes[k] * sizes[k]));
  return distances;
}

namespace detail {

inline void check_clusters(Index clusters, Index rows) {
  if (clusters < 1 || clusters > rows)
    throw OptionError("k-means with " + std::to_string(clusters) + " clusters of " + std::to_string(rows) +
                      " images; the number of clusters must be from 1 to the number of images");
}

/// Labels of the nearest centres; of equally near ones the first.
inline std::vector<Index> nearest_labels(const Eigen::MatrixXd& distances) {
  std::vector<Index> labels(static_cast<std::size_t>(distances.rows()));
  for (Index i = 0; i < distances.rows(); ++i) {
    Index best = 0;
    for (Index k = 1; k < distances.cols(); ++k)
      if (distances(i, k) < distances(i, best)) best = k;
    labels[static_cast<std::size_t>(i)] = best;
  }
  return labels;
}

/// Gives each empty cluster the row that is farthest from its own centre, of equally far ones the first. Rows that are alone
/// in their cluster stay. The inertia can only become smaller.
inline void fill_empty_clusters(const Eigen::MatrixXd& distances, std::vector<Index>& labels) {
  std::vector<Index> sizes(static_cast<std::size_t>(distances.cols()));
  for (const Index label : labels) ++sizes[static_cast<std::size_t>(label)];
  for (Index k = 0; k < distances.cols(); ++k) {
    if (sizes[static_cast<std::size_t>(k)] > 0) continue;
    Index farthest = -1;
    double most = -1;
    for (Index i = 0; i < distances.rows(); ++i) {
      const Index own = labels[static_cast<std::size_t>(i)];
      if (sizes[static_cast<std::size_t>(own)] < 2 || distances(i, own) <= most) continue;
      farthest = i;
      most = distances(i, own);
    }
    Index& label = labels[static_cast<std::size_t>(farthest)];
    --sizes[static_cast<std::size_t>(label)];
    label = k;
    ++sizes[static_cast<std::size_t>(k)];
  }
}

}  // namespace detail

/// Lloyd's algorithm from given rows as centres, until no label changes. Ties go to the lowest cluster; a cluster that would
/// be empty takes the row farthest from its own centre.
/// @param gram n x n Gram matrix of the rows
/// @throws OptionError when there is no centre, there are more than rows, or one is not in 0 .. n - 1
inline KMeansResult kmeans_from(const Eigen::MatrixXd& gram, std::span<const Index> initial_centres,
                                Index max_iterations = 300) {
  const Index n = gram.rows(), clusters = static_cast<Index>(initial_centres.size());
  detail::check_clusters(clusters, n);
  Eigen::MatrixXd distances(n, clusters);
  for (Index k = 0; k < clusters; ++k) {
    const Index centre = initial_centres[static_cast<std::size_t>(k)];
    if (centre < 0 || centre >= n)
      throw OptionError("k-means from image " + std::to_string(centre) + "; there are the images 0 to " +
                        std::to_string(n - 1));
    for (Index i = 0; i < n; ++i) distances(i, k) = squared_distance(gram, i, centre);
  }
  KMeansResult result;
  result.initial_centres.assign(initial_centres.begin(), initial_centres.end());
  while (true) {
    std::vector<Index> labels = detail::nearest_labels(distances);
    detail::fill_empty_clusters(distances, labels);
    result.converged = labels == result.labels;
    if (result.converged || result.iterations == max_iterations) break;
    result.labels = std::move(labels);
    distances = squared_distances_to_centres(gram, result.labels, clusters);
    ++result.iterations;
  }
  result.sizes.resize(static_cast<std::size_t>(clusters));
  for (Index i = 0; i < n; ++i) {
    const Index own = result.labels[static_cast<std::size_t>(i)];
    ++result.sizes[static_cast<std::size_t>(own)];
    result.distances.push_back(std::sqrt(distances(i, own)));
    result.inertia += distances(i, own);
  }
  return result;
}

/// The best of several runs from centres drawn by k-means++; of equally good ones the first. Clusters are numbered by their
/// size, the largest first, and kmeans_from(gram, result.initial_centres) gives the same result.
/// It depends on `options` alone, not on the number of threads.
/// @param gram n x n Gram matrix of the rows
/// @throws OptionError for fewer than 1 or more than n clusters, and for fewer than 1 restart or iteration
inline KMeansResult kmeans(const Eigen::MatrixXd& gram, const KMeansOptions& options) {
  detail::check_clusters(options.clusters, gram.rows());
  if (options.restarts < 1 || options.max_iterations < 1)
    throw OptionError("k-means with " + std::to_string(options.restarts) + " restarts of at most " +
                      std::to_string(options.max_iterations) + " iterations; there must be at least one of each");
  std::vector<KMeansResult> runs(static_cast<std::size_t>(options.restarts));
  parallel_for(options.restarts, [&](Index run) {
    const Random random(options.seed, Purpose::clustering, static_cast<std::uint32_t>(options.clusters),
                        static_cast<std::uint32_t>(run));
    const auto centres = kmeans_plus_plus(gram, options.clusters, random);
    runs[static_cast<std::size_t>(run)] = kmeans_from(gram, centres, options.max_iterations);
  });
  const auto better = [](const KMeansResult& a, const KMeansResult& b) { return a.inertia < b.inertia; };
  const KMeansResult& best = *std::min_element(runs.begin(), runs.end(), better);
  std::vector<std::size_t> order(best.sizes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return best.sizes[a] > best.sizes[b]; });
  std::vector<Index> centres;
  for (const std::size_t k : order) centres.push_back(best.initial_centres[k]);
  return kmeans_from(gram, centres, options.max_iterations);
}

}  // namespace unet
