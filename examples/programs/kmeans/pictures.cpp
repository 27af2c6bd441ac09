#include "programs/kmeans/pictures.hpp"

#include <numeric>

#include "support/text/numbers.hpp"

namespace app {

ScatterChart component_map(const Clustering& c, const PicturedImages& images, bool by_class) {
  ScatterChart chart;
  chart.title = "Images by " + (by_class ? images.labelling->name : std::string("cluster")) + ", " + c.layer;
  const auto axis_name = [&](std::size_t axis, const char* name) {
    const double share = axis < c.components.explained.size() ? c.components.explained[axis] : 0;
    return std::string(name) + " principal component, " + percent(share) + " of the variance";
  };
  chart.x_name = axis_name(0, "first");
  chart.y_name = axis_name(1, "second");
  if (by_class)
    for (std::size_t g = 0; g < images.labelling->groups.size(); ++g)
      chart.groups.push_back({images.labelling->groups[g], !images.labelling->known[g]});
  else
    for (std::size_t k = 0; k < c.clusters.sizes.size(); ++k)
      chart.groups.push_back({"cluster " + cluster_name(static_cast<unet::Index>(k))});
  for (std::size_t i = 0; i < images.ids.size(); ++i) {
    const auto row = static_cast<unet::Index>(i);
    const unet::Index cluster = c.clusters.labels[i], group = by_class ? images.labelling->labels[i] : cluster;
    ScatterPoint point{.x = c.components.scores(row, 0),
                       .y = c.components.scores.cols() > 1 ? c.components.scores(row, 1) : 0,
                       .group = static_cast<std::size_t>(group),
                       .lines = {images.ids[i]},
                       .thumbnail = images.thumbnails[i]};
    if (images.labelling)
      point.lines.push_back(images.labelling->groups[static_cast<std::size_t>(images.labelling->labels[i])]);
    point.lines.push_back("cluster " + cluster_name(cluster) + ", " + significant(c.clusters.distances[i], 4) +
                          " from its centre");
    chart.points.push_back(std::move(point));
  }
  return chart;
}

}  // namespace app
