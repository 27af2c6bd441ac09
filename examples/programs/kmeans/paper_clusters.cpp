#include "programs/kmeans/paper_clusters.hpp"

#include <iterator>
#include <string>

#include "programs/kmeans/tables.hpp"
#include "support/session/paper.hpp"
#include "support/text/numbers.hpp"

namespace app {

namespace {

constexpr std::size_t classes = std::size(paper::clusters), clusters = std::size(paper::clusters[0]);

bool is_female(std::size_t c) { return std::string(paper::classes[c]).ends_with(" female"); }
bool is_abnormal(std::size_t c) { return std::string(paper::classes[c]).starts_with("abnormal "); }

}  // namespace

PaperClusters paper_clusters() {
  PaperClusters result;
  result.labellings = {{"class", {std::begin(paper::classes), std::end(paper::classes)}, {}, {}},
                       {"sex", {"male", "female"}, {}, {}},
                       {"finding", {"normal", "abnormal"}, {}, {}}};
  for (Labelling& labelling : result.labellings) labelling.known.assign(labelling.groups.size(), true);
  for (std::size_t c = 0; c < classes; ++c)
    for (std::size_t k = 0; k < clusters; ++k)
      for (int i = 0; i < paper::clusters[c][k]; ++i) {
        result.clusters.push_back(static_cast<unet::Index>(k));
        result.labellings[0].labels.push_back(static_cast<unet::Index>(c));
        result.labellings[1].labels.push_back(is_female(c));
        result.labellings[2].labels.push_back(is_abnormal(c));
      }
  return result;
}

Table paper_class_table() {
  Table table{
      "The paper's clusters (its Table 4), with the share of each class in the cluster; last row: of all. These are "
      "565 images: of abnormal men there is one less than in its Table 2",
      {"cluster", "images"},
      {}};
  table.header.insert(table.header.end(), std::begin(paper::classes), std::end(paper::classes));
  const auto add = [&](const std::string& name, const auto& count_of) {
    int images = 0;
    for (std::size_t c = 0; c < classes; ++c) images += count_of(c);
    table.rows.push_back({name, grouped(images)});
    for (std::size_t c = 0; c < classes; ++c)
      table.rows.back().push_back(grouped(count_of(c)) + " (" + percent(static_cast<double>(count_of(c)) / images) +
                                  ")");
  };
  for (std::size_t k = 0; k < clusters; ++k)
    add(cluster_name(static_cast<unet::Index>(k)), [&](std::size_t c) { return paper::clusters[c][k]; });
  add("all", [&](std::size_t c) {
    int sum = 0;
    for (std::size_t k = 0; k < clusters; ++k) sum += paper::clusters[c][k];
    return sum;
  });
  return table;
}

std::vector<Agreement> paper_agreements(const unet::LabelPermutationOptions& options) {
  const PaperClusters p = paper_clusters();
  return agreements(p.clusters, p.labellings, options);
}

}  // namespace app
