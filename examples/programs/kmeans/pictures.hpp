// The pictures of `kmeans`: maps of the first two components, and the images nearest to each centre.
#pragma once
#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "programs/kmeans/analysis.hpp"
#include "programs/kmeans/groupings.hpp"
#include "programs/kmeans/tables.hpp"
#include "support/chart/scatter.hpp"
#include "support/picture/montage.hpp"
#include "support/picture/picture.hpp"
#include "support/text/numbers.hpp"
#include "unet/core/shape.hpp"

namespace app {

/// The images that pictures show, in the order of the clustering's labels.
struct PicturedImages {
  std::vector<std::string> ids, thumbnails;
  const Labelling* labelling = nullptr;  ///< what is said about them; null: nothing is known
};

/// A map of the images on the first two principal components of their latents.
/// @param by_class coloured by the labelling, which must be there; otherwise by cluster
ScatterChart component_map(const Clustering& c, const PicturedImages& images, bool by_class);

inline constexpr std::size_t nearest_shown = 6, clusters_shown = 10;

/// The images nearest to the centre of each cluster (of the largest, when there are many), nearest first.
/// @param picture draws the image of that position
template <class DrawImage>
Picture nearest_sheet(const Clustering& c, const PicturedImages& images, const DrawImage& picture) {
  Montage montage;
  montage.tile_height = montage.tile_width = 160;
  montage.scale = 1;
  montage.title = "Images nearest to the centre of their cluster, " + c.layer;
  for (std::size_t k = 0; k < std::min(c.clusters.sizes.size(), clusters_shown); ++k) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < images.ids.size(); ++i)
      if (c.clusters.labels[i] == static_cast<unet::Index>(k)) members.push_back(i);
    const auto nearer = [&](std::size_t a, std::size_t b) { return c.clusters.distances[a] < c.clusters.distances[b]; };
    std::stable_sort(members.begin(), members.end(), nearer);
    members.resize(std::min(members.size(), nearest_shown));
    montage.row_titles.push_back("cluster " + cluster_name(static_cast<unet::Index>(k)) + "\n" +
                                 grouped(c.clusters.sizes[k]) + (c.clusters.sizes[k] == 1 ? " image" : " images"));
    montage.rows.emplace_back();
    for (const std::size_t i : members) {
      std::string caption = images.ids[i];
      if (images.labelling)
        caption += "\n" + images.labelling->groups[static_cast<std::size_t>(images.labelling->labels[i])];
      montage.rows.back().push_back({picture(i), caption + "\ndistance " + significant(c.clusters.distances[i], 4)});
    }
  }
  return draw_montage(montage);
}

}  // namespace app
