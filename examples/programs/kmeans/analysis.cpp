#include "programs/kmeans/analysis.hpp"

#include <cmath>

#include "unet/cluster/cluster_agreement.hpp"
#include "unet/stats/correlation.hpp"
#include "unet/stats/holm.hpp"

namespace app {

Agreement agreement(const std::string& with, const std::vector<unet::Index>& clusters,
                    const std::vector<unet::Index>& labels, const unet::LabelPermutationOptions& options) {
  Agreement a{.with = with, .images = static_cast<unet::Index>(labels.size())};
  const auto p_value = [&](const auto& measure) {
    const auto statistic = [&](const std::vector<unet::Index>& permuted) { return measure(clusters, permuted); };
    return unet::label_permutation_p_value(labels, statistic, options);
  };
  a.chi_square = unet::chi_square(clusters, labels);
  a.rand_index = unet::adjusted_rand_index(clusters, labels);
  a.information = unet::normalised_mutual_information(clusters, labels);
  a.p_rand_index = a.p_rand_index_holm = p_value(unet::adjusted_rand_index);
  a.p_information = a.p_information_holm = p_value(unet::normalised_mutual_information);
  return a;
}

std::vector<Agreement> agreements(const std::vector<unet::Index>& clusters, const std::vector<Labelling>& labellings,
                                  const unet::LabelPermutationOptions& options) {
  std::vector<Agreement> result;
  std::vector<double> p_values;
  for (const Labelling& labelling : labellings) {
    std::vector<unet::Index> some_clusters, labels;
    for (std::size_t i = 0; i < clusters.size(); ++i)
      if (labelling.known[static_cast<std::size_t>(labelling.labels[i])]) {
        some_clusters.push_back(clusters[i]);
        labels.push_back(labelling.labels[i]);
      }
    if (labels.empty() || std::equal(labels.begin() + 1, labels.end(), labels.begin())) continue;
    result.push_back(agreement(labelling.name, some_clusters, labels, options));
    p_values.insert(p_values.end(), {result.back().p_rand_index, result.back().p_information});
  }
  const std::vector<double> corrected = unet::holm(p_values);
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i].p_rand_index_holm = corrected[2 * i];
    result[i].p_information_holm = corrected[2 * i + 1];
  }
  return result;
}

BrightnessLink brightness_link(const std::vector<double>& brightness, const std::vector<unet::Index>& clusters,
                               const std::vector<double>& component, const unet::LabelPermutationOptions& options) {
  const auto share = [&](const std::vector<unet::Index>& labels) {
    return unet::correlation_ratio(brightness, labels);
  };
  const auto amount = [&](const std::vector<double>& values) {
    return std::abs(unet::pearson_correlation(component, values));
  };
  return {share(clusters), unet::label_permutation_p_value(clusters, share, options),
          unet::pearson_correlation(component, brightness),
          unet::label_permutation_p_value(brightness, amount, options)};
}

Clustering analyse(const Eigen::MatrixXd& gram, const std::vector<Labelling>& labellings,
                   const std::vector<double>& brightness, const KMeansProgramOptions& options, std::uint64_t seed,
                   const std::function<void(unet::Index, unet::Index)>& on_progress) {
  const unet::KMeansOptions kmeans{options.clusters, options.restarts, 300, seed};
  const unet::LabelPermutationOptions permutations{options.draws, seed};
  Clustering c;
  c.total = gram.trace();
  c.counts = unet::compare_cluster_counts(gram, 2, 10, kmeans, on_progress);
  c.clusters = unet::kmeans(gram, kmeans);
  c.silhouettes = unet::silhouettes(gram, c.clusters.labels, options.clusters);
  c.silhouette = unet::mean_silhouette(gram, c.clusters.labels, options.clusters);
  c.components = unet::principal_components(gram, std::min<unet::Index>(2, gram.rows()));
  c.agreements = agreements(c.clusters.labels, labellings, permutations);
  const auto first = c.components.scores.col(0);
  c.brightness = brightness_link(brightness, c.clusters.labels, {first.begin(), first.end()}, permutations);
  return c;
}

}  // namespace app
