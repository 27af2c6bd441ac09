#include "programs/occlusion/tables.hpp"

#include "programs/occlusion/files.hpp"
#include "support/chart/interval_chart.hpp"
#include "support/text/numbers.hpp"

namespace app {

int importance_decimals(double largest) {
  return largest > 0 ? std::clamp(2 - static_cast<int>(std::floor(std::log10(largest))), 0, 12) : 0;
}

std::string estimate_text(const unet::ImportanceEstimate& e, int decimals) {
  const std::string mean = fixed(e.mean, decimals);
  return e.interval ? mean + " [" + fixed(e.interval->low, decimals) + ", " + fixed(e.interval->high, decimals) + "]"
                    : mean;
}

std::string chance_text(const std::optional<double>& p) {
  return !p ? "\u2013" : *p < 0.001 ? "< 0.001" : fixed(*p, 3);
}

Table images_table(const std::vector<unet::Record>& records, const std::vector<OccludedImage>& images,
                   std::size_t shown) {
  Table table{"Mean importance of each region of the images that are shown", {"id", "IoU", "reference"}, {}};
  for (const unet::LungRegion region : unet::all_lung_regions) table.header.push_back(to_string(region));
  shown = std::min(shown, images.size());
  double largest = 0;
  for (std::size_t i = 0; i < shown; ++i)
    for (const auto& value : images[i].importance)
      if (value) largest = std::max(largest, std::abs(*value));
  const int decimals = importance_decimals(largest);
  for (std::size_t i = 0; i < shown; ++i) {
    table.rows.push_back({records[static_cast<std::size_t>(images[i].index)].id, fixed(images[i].iou, 3),
                          fixed(images[i].map.reference, 4)});
    for (const auto& value : images[i].importance)
      table.rows.back().push_back(value ? fixed(*value, decimals) : "\u2013");
  }
  return table;
}

int importance_decimals(const ImportanceStatistics& s) {
  double largest = 0;
  for (const auto& row : s.regions)
    if (row.all.images > 0) largest = std::max(largest, std::abs(row.all.mean));
  return importance_decimals(largest);
}

Table regions_table(const ImportanceStatistics& s, int decimals) {
  const bool sexes = s.regions[0].women.images > 0 && s.regions[0].men.images > 0;
  Table table{"Mean importance of each region over images, with 95% interval", {"region", "images", "all"}, {}};
  if (sexes) table.header.insert(table.header.end(), {"women", "men"});
  for (const auto& row : s.regions) {
    table.rows.push_back({to_string(row.region), std::to_string(row.all.images), estimate_text(row.all, decimals)});
    if (!sexes) continue;
    table.rows.back().push_back(estimate_text(row.women, decimals));
    table.rows.back().push_back(estimate_text(row.men, decimals));
  }
  return table;
}

Table comparisons_table(const ImportanceStatistics& s, int decimals) {
  Table table{
      "Differences of importance: 95% interval; within images by random signs, between women and men by permutation; "
      "Holm's correction over all",
      {"difference", "images", "mean", "p", "p (Holm)"},
      {}};
  for (const ImportanceComparison& c : s.comparisons)
    table.rows.push_back({c.name, std::to_string(c.estimate.images), estimate_text(c.estimate, decimals),
                          chance_text(c.estimate.p_value), chance_text(c.p_holm)});
  return table;
}

std::string regions_svg(const ImportanceStatistics& s, int decimals) {
  IntervalChart chart;
  chart.title = "Importance of regions";
  chart.axis_name = "mean importance over images, 95% interval";
  chart.series = {"all images"};
  chart.reference = 0;
  chart.decimals = decimals;
  for (const auto& row : s.regions) {
    IntervalMark mark;
    mark.value = row.all.mean;
    if (row.all.interval) mark.low = row.all.interval->low, mark.high = row.all.interval->high;
    chart.rows.push_back({to_string(row.region),
                          std::to_string(row.all.images) + " images",
                          {mark},
                          row.region == unet::LungRegion::bottom_third || row.region == unet::LungRegion::heart_side});
  }
  return interval_chart_svg(chart, "occlusion-regions");
}

}  // namespace app
