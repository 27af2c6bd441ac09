// What the numbers of `kmeans` say, in sentences computed from them.
#pragma once
#include <string>
#include <vector>

#include "programs/kmeans/analysis.hpp"
#include "programs/kmeans/groupings.hpp"
#include "unet/core/shape.hpp"
#include "unet/stats/label_permutation.hpp"

namespace app {

/// "Clusters of ... and sex: ...: a weak relation is shown."
std::string agreement_sentence(const std::string& layer, const Agreement& a);

/// @param labelling the one of the class table, or null
std::vector<std::string> cluster_sentences(const Clustering& c, const Labelling* labelling);

/// Whether the layer groups the images as their pixels do, and whether it does so nearer to what is known.
std::vector<std::string> control_sentences(const Clustering& c, const Clustering& control,
                                           const unet::LabelPermutationOptions& options);

/// What can not be told because metadata are missing; empty when all is known.
std::vector<std::string> missing_labels(const std::vector<Labelling>& labellings, unet::Index images);

}  // namespace app
