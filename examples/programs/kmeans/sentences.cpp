#include "programs/kmeans/sentences.hpp"

#include "programs/kmeans/tables.hpp"
#include "support/text/numbers.hpp"

namespace app {

namespace {

/// Scale of Kaufman & Rousseeuw, "Finding groups in data", 1990.
const char* silhouette_words(double silhouette) {
  return silhouette > 0.70   ? "strong clusters"
         : silhouette > 0.50 ? "reasonable clusters"
         : silhouette > 0.25 ? "weak clusters, which may be artificial"
                             : "no substantial clusters";
}

std::string clusters_text(unet::Index clusters) {
  return std::to_string(clusters) + (clusters == 1 ? " cluster" : " clusters");
}

std::string count_sentence(const Clustering& c) {
  const auto clusters = static_cast<unet::Index>(c.clusters.sizes.size());
  std::string text = "The mean silhouette of the " + clusters_text(clusters) + " of " + c.layer + " is ";
  if (std::isfinite(c.silhouette))
    text += fixed(c.silhouette, 3) + " (" + silhouette_words(c.silhouette) + " on the scale of Kaufman and Rousseeuw)";
  else
    text = "One cluster has no silhouette";
  const unet::Index best = unet::best_cluster_count(c.counts);
  for (const unet::ClusterCount& count : c.counts)
    if (count.clusters == best)
      text += "; of 2 to " + std::to_string(c.counts.back().clusters) + " clusters, " + std::to_string(best) +
              (best == clusters ? " have the highest." : " have the highest, " + fixed(count.silhouette, 3) + ".");
  return best > 0 ? text : text + ".";
}

/// The cluster and group whose share differs most from that among all images.
std::string deviation_sentence(const Clustering& c, const Labelling& labelling) {
  const auto counts = cross_table(c, labelling);
  std::vector<double> all(labelling.groups.size());
  for (const auto& row : counts)
    for (std::size_t g = 0; g < all.size(); ++g)
      all[g] += static_cast<double>(row[g]) / static_cast<double>(labelling.labels.size());
  std::size_t cluster = 0, group = 0;
  double largest = -1, share = 0;
  for (std::size_t k = 0; k < counts.size(); ++k)
    for (std::size_t g = 0; g < all.size(); ++g) {
      const double here = static_cast<double>(counts[k][g]) / static_cast<double>(c.clusters.sizes[k]);
      if (std::abs(here - all[g]) > largest) largest = std::abs(here - all[g]), share = here, cluster = k, group = g;
    }
  return "The share that differs most from that among all images: " + labelling.groups[group] + " in cluster " +
         cluster_name(static_cast<unet::Index>(cluster)) + " (" + grouped(c.clusters.sizes[cluster]) + " images), " +
         percent(share) + " instead of " + percent(all[group]) + ".";
}

std::string brightness_sentence(const Clustering& c) {
  const BrightnessLink& b = c.brightness;
  if (!std::isfinite(b.share)) return "All images are equally bright.";
  const bool shown = b.p_share < 0.05;
  return "Clusters of " + c.layer + (shown ? " follow" : " are not shown to follow") +
         " the brightness of the images: " + percent(b.share) + " of its variance lies between them (" +
         p_value_sentence(b.p_share) + "); the first principal component's correlation with it is " +
         fixed(b.correlation, 3) + " (" + p_value_sentence(b.p_correlation) + ").";
}

}  // namespace

std::string agreement_sentence(const std::string& layer, const Agreement& a) {
  const bool shown = a.p_rand_index_holm < 0.05 || a.p_information_holm < 0.05;
  const std::string strength = a.rand_index < 0.1   ? "a very weak relation is shown"
                               : a.rand_index < 0.3 ? "a weak relation is shown"
                               : a.rand_index < 0.6 ? "a moderate relation is shown"
                                                    : "a strong relation is shown";
  return "Clusters of " + layer + " and " + a.with + " (" + grouped(a.images) + " images): adjusted Rand index " +
         fixed(a.rand_index, 3) + " (" + p_value_sentence(a.p_rand_index_holm) + "), normalised mutual information " +
         fixed(a.information, 3) + " (" + p_value_sentence(a.p_information_holm) +
         "): " + (shown ? strength : std::string("no relation is shown")) + ".";
}

std::vector<std::string> cluster_sentences(const Clustering& c, const Labelling* labelling) {
  std::vector<std::string> lines;
  if (!c.clusters.converged)
    lines.push_back("K-means was stopped after " + std::to_string(c.clusters.iterations) +
                    " iterations, before its labels stayed the same.");
  lines.push_back(count_sentence(c));
  for (const Agreement& a : c.agreements) lines.push_back(agreement_sentence(c.layer, a));
  if (labelling && c.clusters.sizes.size() > 1) lines.push_back(deviation_sentence(c, *labelling));
  lines.push_back(brightness_sentence(c));
  return lines;
}

std::vector<std::string> control_sentences(const Clustering& c, const Clustering& control,
                                           const unet::LabelPermutationOptions& options) {
  std::vector<std::string> lines = {agreement_sentence(
      c.layer, agreement("clusters of " + control.layer, c.clusters.labels, control.clusters.labels, options))};
  for (std::size_t i = 0; i < c.agreements.size(); ++i) {
    const Agreement &latent = c.agreements[i], &pixels = control.agreements[i];
    const auto shown = [](const Agreement& a) { return std::min(a.p_rand_index_holm, a.p_information_holm) < 0.05; };
    if (!shown(latent) && !shown(pixels)) continue;
    const bool more = latent.rand_index > pixels.rand_index;
    lines.push_back("Beside " + latent.with + ", clusters of " + c.layer + " have " +
                    (more ? "a higher" : "no higher") + " adjusted Rand index than those of " + control.layer + " (" +
                    fixed(latent.rand_index, 3) + " and " + fixed(pixels.rand_index, 3) + ")" +
                    (more ? "." : ": what relation there is, the images show without the network."));
  }
  return lines;
}

std::vector<std::string> missing_labels(const std::vector<Labelling>& labellings, unet::Index images) {
  std::vector<std::string> lines;
  for (const std::string name : {"sex", "finding"}) {
    const auto found =
        std::find_if(labellings.begin(), labellings.end(), [&](const Labelling& l) { return l.name == name; });
    if (found == labellings.end())
      lines.push_back(name + " is unknown for every image: the clusters can not be compared with it");
    else if (found->unknown() > 0)
      lines.push_back(name + " is unknown for " + grouped(found->unknown()) + " of " + grouped(images) +
                      " images, which are left out of comparisons with it");
  }
  return lines;
}

}  // namespace app
