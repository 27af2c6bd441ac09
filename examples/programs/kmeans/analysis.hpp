// What the program `kmeans` computes from a Gram matrix and from what is known about the images.
#pragma once
#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "programs/kmeans/groupings.hpp"
#include "programs/kmeans/options.hpp"
#include "unet/cluster/cluster_agreement.hpp"
#include "unet/cluster/cluster_count.hpp"
#include "unet/cluster/kmeans.hpp"
#include "unet/cluster/pca.hpp"
#include "unet/core/shape.hpp"
#include "unet/stats/label_permutation.hpp"

namespace app {

/// How far clusters agree with another partition of the images, over those of which it is known.
struct Agreement {
  std::string with;  ///< "class", "sex", "finding", "clusters of pixels"
  unet::Index images = 0;
  unet::ChiSquare chi_square = {};
  double rand_index = 0, information = 0;                ///< adjusted Rand index, normalised mutual information
  double p_rand_index = 1, p_information = 1;            ///< of permutation tests
  double p_rand_index_holm = 1, p_information_holm = 1;  ///< corrected over all tests of the same clusters
};

/// How far clusters, and the first principal component, follow the brightness of the images. NaN where nothing varies.
struct BrightnessLink {
  double share = 0, p_share = 1;              ///< of the variance of brightness that lies between clusters (eta^2)
  double correlation = 0, p_correlation = 1;  ///< of the first component with brightness; two-sided
};

struct Clustering {
  std::string layer;
  unet::Shape shape;  ///< of one image's map
  double total = 0;   ///< sum of squared distances to the mean of all: the inertia of one cluster
  unet::KMeansResult clusters;
  std::vector<double> silhouettes;
  double silhouette = 0;                   ///< their mean; NaN for one cluster
  std::vector<unet::ClusterCount> counts;  ///< of 2 to 10 clusters
  unet::PrincipalComponents components;    ///< two, fewer when there are fewer images
  std::vector<Agreement> agreements;
  BrightnessLink brightness;
};

/// Over all images.
Agreement agreement(const std::string& with, const std::vector<unet::Index>& clusters,
                    const std::vector<unet::Index>& labels, const unet::LabelPermutationOptions& options);

/// With each labelling, over the images of which it is known. Left out where fewer than two groups have images.
std::vector<Agreement> agreements(const std::vector<unet::Index>& clusters, const std::vector<Labelling>& labellings,
                                  const unet::LabelPermutationOptions& options);

/// @param component score of each image on the first principal component
BrightnessLink brightness_link(const std::vector<double>& brightness, const std::vector<unet::Index>& clusters,
                               const std::vector<double>& component, const unet::LabelPermutationOptions& options);

/// Everything about the clusters of rows with the Gram matrix `gram`. Throws unet::OptionError, and what `on_progress` throws.
Clustering analyse(const Eigen::MatrixXd& gram, const std::vector<Labelling>& labellings,
                   const std::vector<double>& brightness, const KMeansProgramOptions& options, std::uint64_t seed,
                   const std::function<void(unet::Index, unet::Index)>& on_progress = {});

}  // namespace app
