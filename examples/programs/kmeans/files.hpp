// The names of the files that `kmeans` writes.
#pragma once
#include <string>
#include <vector>

namespace app {

/// pca_by_class.svg only when something is known about the patients.
inline const std::vector<std::string> kmeans_files = {
    "clusters.csv", "table.csv", "k.csv", "agreement.csv", "pca_by_class.svg", "pca_by_cluster.svg", "nearest.png"};

}  // namespace app
