#include "programs/kmeans/tables.hpp"

#include "support/text/csv.hpp"
#include "support/text/numbers.hpp"

namespace app {

std::string cluster_name(unet::Index cluster) { return std::to_string(cluster + 1); }

std::string percent(double share) { return fixed(100 * share, 1) + "%"; }

namespace {

std::string p_value_text(double p) { return p < 0.001 ? "< 0.001" : fixed(p, 3); }

}  // namespace

std::string p_value_sentence(double p) { return p < 0.001 ? "p < 0.001" : "p = " + fixed(p, 3); }

namespace {

std::string optional_cell(double value) { return std::isfinite(value) ? exact(value) : ""; }

}  // namespace

std::vector<std::vector<unet::Index>> cross_table(const Clustering& c, const Labelling& labelling) {
  std::vector<std::vector<unet::Index>> counts(c.clusters.sizes.size(),
                                               std::vector<unet::Index>(labelling.groups.size()));
  for (std::size_t i = 0; i < labelling.labels.size(); ++i)
    ++counts[static_cast<std::size_t>(c.clusters.labels[i])][static_cast<std::size_t>(labelling.labels[i])];
  return counts;
}

Table class_table(const Clustering& c, const Labelling* labelling) {
  const auto images = static_cast<double>(c.clusters.labels.size());
  Table table{"Images of each cluster and their share of all", {"cluster", "images"}, {}};
  if (labelling) {
    table.caption =
        "Images of each cluster by " + labelling->name + ", with their share of the cluster; last row: of all";
    table.header.insert(table.header.end(), labelling->groups.begin(), labelling->groups.end());
  } else {
    table.header.push_back("share");
  }
  const auto with_share = [](unet::Index count, double total) {
    return grouped(count) + " (" + percent(static_cast<double>(count) / total) + ")";
  };
  std::vector<unet::Index> sums(labelling ? labelling->groups.size() : 0);
  const auto counts = labelling ? cross_table(c, *labelling) : std::vector<std::vector<unet::Index>>();
  for (std::size_t k = 0; k < c.clusters.sizes.size(); ++k) {
    const unet::Index size = c.clusters.sizes[k];
    table.rows.push_back({cluster_name(static_cast<unet::Index>(k)), grouped(size)});
    if (!labelling) table.rows.back().push_back(percent(static_cast<double>(size) / images));
    for (std::size_t g = 0; g < sums.size(); ++g) {
      table.rows.back().push_back(with_share(counts[k][g], static_cast<double>(size)));
      sums[g] += counts[k][g];
    }
  }
  table.rows.push_back({"all", grouped(static_cast<long long>(c.clusters.labels.size()))});
  if (!labelling) table.rows.back().push_back(percent(1));
  for (const unet::Index sum : sums) table.rows.back().push_back(with_share(sum, images));
  return table;
}

std::string class_csv(const Clustering& c, const Labelling* labelling) {
  std::vector<std::string> header = {"cluster", "images"};
  std::vector<std::vector<std::string>> rows;
  const auto add = [&](const std::string& name, unet::Index size, const std::vector<unet::Index>& counts) {
    rows.push_back({name, std::to_string(size)});
    for (const unet::Index count : counts) {
      rows.back().push_back(std::to_string(count));
      rows.back().push_back(exact(static_cast<double>(count) / static_cast<double>(size)));
    }
  };
  std::vector<unet::Index> sums(labelling ? labelling->groups.size() : 0);
  for (std::size_t g = 0; g < sums.size(); ++g) {
    header.push_back(labelling->groups[g]);
    header.push_back(labelling->groups[g] + " share");
  }
  const auto counts =
      labelling ? cross_table(c, *labelling) : std::vector<std::vector<unet::Index>>(c.clusters.sizes.size());
  for (std::size_t k = 0; k < counts.size(); ++k) {
    add(cluster_name(static_cast<unet::Index>(k)), c.clusters.sizes[k], counts[k]);
    for (std::size_t g = 0; g < sums.size(); ++g) sums[g] += counts[k][g];
  }
  add("all", static_cast<unet::Index>(c.clusters.labels.size()), sums);
  return csv(header, rows);
}

Table counts_table(const std::vector<const Clustering*>& clusterings) {
  Table table{
      "Number of clusters K: inertia as a share of the total variance (smaller with each cluster), and mean "
      "silhouette (the higher, the clearer the clusters)",
      {"K"},
      {}};
  for (const Clustering* c : clusterings) {
    table.header.push_back(c->layer + ": inertia");
    table.header.push_back("silhouette");
    for (std::size_t i = 0; i < c->counts.size(); ++i) {
      if (table.rows.size() <= i) table.rows.push_back({std::to_string(c->counts[i].clusters)});
      table.rows[i].push_back(percent(c->counts[i].inertia / c->total));
      table.rows[i].push_back(fixed(c->counts[i].silhouette, 3));
    }
  }
  return table;
}

std::string counts_csv(const std::vector<const Clustering*>& clusterings) {
  std::vector<std::vector<std::string>> rows;
  for (const Clustering* c : clusterings)
    for (const unet::ClusterCount& count : c->counts)
      rows.push_back({std::to_string(count.clusters), c->layer, exact(count.inertia), optional_cell(count.silhouette)});
  return csv({"k", "layer", "inertia", "silhouette"}, rows);
}

Table agreement_table(const std::vector<const Clustering*>& clusterings, const std::vector<Agreement>& papers) {
  Table table{
      "Agreement of the clusters with what is known about the patients: chi-square (degrees of freedom), Cramer's V "
      "(1: the "
      "one follows from the other, 0: independent), adjusted Rand index (1: equal, 0: as by chance) and normalised "
      "mutual "
      "information (1: equal, 0: independent), with permutation tests, Holm's correction over those of the same "
      "clusters",
      {"clusters of", "beside", "images", "chi-square", "V", "Rand index", "p (Holm)", "information", "p (Holm)"},
      {},
      2};
  const auto add = [&](const std::string& layer, const std::vector<Agreement>& agreements) {
    for (const Agreement& a : agreements)
      table.rows.push_back({layer, a.with, grouped(a.images),
                            fixed(a.chi_square.statistic, 1) + " (" + std::to_string(a.chi_square.degrees) + ")",
                            fixed(a.chi_square.cramers_v, 3), fixed(a.rand_index, 3), p_value_text(a.p_rand_index_holm),
                            fixed(a.information, 3), p_value_text(a.p_information_holm)});
  };
  for (const Clustering* c : clusterings) add(c->layer, c->agreements);
  add("the paper's latents", papers);
  return table;
}

Table brightness_table(const std::vector<const Clustering*>& clusterings) {
  Table table{
      "Mean brightness of the images: share of its variance that lies between the clusters, and its correlation "
      "with the first principal component; permutation tests, not corrected",
      {"clusters of", "share between clusters", "p", "correlation", "p"},
      {}};
  for (const Clustering* c : clusterings)
    table.rows.push_back({c->layer, percent(c->brightness.share), p_value_text(c->brightness.p_share),
                          fixed(c->brightness.correlation, 3), p_value_text(c->brightness.p_correlation)});
  return table;
}

std::string agreement_csv(const std::vector<const Clustering*>& clusterings) {
  std::vector<std::vector<std::string>> rows;
  for (const Clustering* c : clusterings) {
    for (const Agreement& a : c->agreements) {
      const std::string images = std::to_string(a.images);
      rows.push_back({c->layer, a.with, "chi_square", exact(a.chi_square.statistic), "", "", images});
      rows.push_back({c->layer, a.with, "cramers_v", exact(a.chi_square.cramers_v), "", "", images});
      rows.push_back({c->layer, a.with, "adjusted_rand_index", exact(a.rand_index), exact(a.p_rand_index),
                      exact(a.p_rand_index_holm), images});
      rows.push_back({c->layer, a.with, "normalised_mutual_information", exact(a.information), exact(a.p_information),
                      exact(a.p_information_holm), images});
    }
    const BrightnessLink& b = c->brightness;
    const std::string images = std::to_string(c->clusters.labels.size());
    rows.push_back(
        {c->layer, "brightness", "correlation_ratio", optional_cell(b.share), optional_cell(b.p_share), "", images});
    rows.push_back({c->layer, "brightness", "correlation_of_first_component", optional_cell(b.correlation),
                    optional_cell(b.p_correlation), "", images});
  }
  return csv({"clusters_of", "beside", "measure", "value", "p", "p_holm", "images"}, rows);
}

std::string clusters_csv(const Clustering& c, const Clustering* control, const std::vector<std::string>& ids,
                         const std::vector<double>& brightness) {
  std::vector<std::string> header = {"id",          "cluster",     "distance",  "silhouette",
                                     "component_1", "component_2", "brightness"};
  if (control) header.push_back("pixel_cluster");
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    rows.push_back(
        {ids[i], cluster_name(c.clusters.labels[i]), exact(c.clusters.distances[i]), optional_cell(c.silhouettes[i])});
    for (unet::Index axis = 0; axis < 2; ++axis)
      rows.back().push_back(
          axis < c.components.scores.cols() ? exact(c.components.scores(static_cast<unet::Index>(i), axis)) : "");
    rows.back().push_back(exact(brightness[i]));
    if (control) rows.back().push_back(cluster_name(control->clusters.labels[i]));
  }
  return csv(header, rows);
}

}  // namespace app
