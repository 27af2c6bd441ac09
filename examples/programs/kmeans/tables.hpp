// The tables of `kmeans`, for readers and as files.
#pragma once
#include <string>
#include <vector>

#include "programs/kmeans/analysis.hpp"
#include "programs/kmeans/groupings.hpp"
#include "support/page/section.hpp"
#include "unet/core/shape.hpp"

namespace app {

/// Clusters as readers see them: numbered from 1.
std::string cluster_name(unet::Index cluster);

std::string percent(double share);

std::string p_value_sentence(double p);

/// Images of each cluster (rows) and group (columns).
std::vector<std::vector<unet::Index>> cross_table(const Clustering& c, const Labelling& labelling);

/// The paper's Table 4: images of each class in each cluster, and the share of the class in the cluster; the last row is the
/// share of the class among all images. Without a labelling: the sizes alone.
Table class_table(const Clustering& c, const Labelling* labelling);

/// The same as a file: cluster, images, and for each group its number and its share of the cluster.
std::string class_csv(const Clustering& c, const Labelling* labelling);

/// Inertia and silhouette for each number of clusters, of the layer and of its control.
Table counts_table(const std::vector<const Clustering*>& clusterings);

std::string counts_csv(const std::vector<const Clustering*>& clusterings);

/// @param papers agreements of the paper's clusters, for the last rows; may be empty
Table agreement_table(const std::vector<const Clustering*>& clusterings, const std::vector<Agreement>& papers = {});

Table brightness_table(const std::vector<const Clustering*>& clusterings);

/// All measures of the last two tables, one a line.
std::string agreement_csv(const std::vector<const Clustering*>& clusterings);

/// One line for each image; with the numbers of both maps.
/// @param control clusters of pixels, or null
std::string clusters_csv(const Clustering& c, const Clustering* control, const std::vector<std::string>& ids,
                         const std::vector<double>& brightness);

}  // namespace app
