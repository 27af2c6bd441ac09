// The paper's clusters, from its Table 4, judged by the same measures and tests as ours.
#pragma once
#include <vector>

#include "programs/kmeans/analysis.hpp"
#include "support/page/section.hpp"

namespace app {

/// Cluster of each of the paper's images, and what is known about it: class, sex, finding. Which image it is is not known.
struct PaperClusters {
  std::vector<unet::Index> clusters;
  std::vector<Labelling> labellings;
};
PaperClusters paper_clusters();

/// Its Table 4, clusters as rows, as class_table shows ours.
Table paper_class_table();

/// Agreement of its clusters with class, sex and finding.
std::vector<Agreement> paper_agreements(const unet::LabelPermutationOptions& options);

}  // namespace app
