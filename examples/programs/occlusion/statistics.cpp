#include "programs/occlusion/statistics.hpp"

#include "support/page/section.hpp"
#include "unet/stats/holm.hpp"

namespace app {

ImportanceStatistics importance_statistics(const std::vector<unet::Record>& records,
                                           const std::vector<OccludedImage>& occluded,
                                           const unet::BootstrapOptions& options) {
  using unet::LungRegion;
  std::vector<unet::RegionImportance> all, women, men;
  for (const OccludedImage& image : occluded) {
    all.push_back(image.importance);
    const unet::Sex sex = records[static_cast<std::size_t>(image.index)].sex;
    if (sex == unet::Sex::female) women.push_back(image.importance);
    if (sex == unet::Sex::male) men.push_back(image.importance);
  }
  ImportanceStatistics s;
  s.images = occluded.size();
  s.most_important = unet::most_important(all);
  for (const LungRegion region : unet::all_lung_regions) {
    const auto mean = [&](const auto& images) {
      return unet::importance_mean(unet::importances(images, region), options);
    };
    s.regions.push_back({region, mean(all), mean(women), mean(men)});
  }
  const auto paired = [&](LungRegion a, LungRegion b) {
    s.comparisons.push_back({std::string(to_string(a)) + " minus " + to_string(b),
                             unet::paired_importance(unet::importance_differences(all, a, b), options),
                             {}});
  };
  paired(LungRegion::edge, LungRegion::inside);
  paired(LungRegion::edge, LungRegion::outside);
  paired(LungRegion::inside, LungRegion::outside);
  paired(LungRegion::heart_side, LungRegion::other_edge);
  paired(LungRegion::bottom_third, LungRegion::upper_part);
  const auto bottom = [](const auto& images) { return unet::importances(images, LungRegion::bottom_third); };
  const auto more_than_above = [](const auto& images) {
    return unet::importance_differences(images, LungRegion::bottom_third, LungRegion::upper_part);
  };
  s.comparisons.push_back(
      {"bottom third: women minus men", unet::importance_gap(bottom(women), bottom(men), options), {}});
  s.comparisons.push_back({"bottom third minus upper two thirds: women minus men",
                           unet::importance_gap(more_than_above(women), more_than_above(men), options),
                           {}});

  std::vector<double> p;
  for (const ImportanceComparison& c : s.comparisons)
    if (c.estimate.p_value) p.push_back(*c.estimate.p_value);
  const std::vector<double> corrected = unet::holm(p);
  std::size_t next = 0;
  for (ImportanceComparison& c : s.comparisons)
    if (c.estimate.p_value) c.p_holm = corrected[next++];
  return s;
}

}  // namespace app
