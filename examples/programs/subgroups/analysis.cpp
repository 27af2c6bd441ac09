#include "programs/subgroups/analysis.hpp"

namespace app {

void check(const SubgroupOptions& o) {
  unet::bootstrap_mean({}, {o.draws, 0.95, 0});
  unet::age_profile({}, {}, {}, {o.window, {}, {}});
}

SubgroupAnalysis analyse(const SubgroupData& data, const SubgroupOptions& o, std::uint64_t seed,
                         const std::function<void(unet::Index, unet::Index)>& on_progress) {
  const unet::BootstrapOptions bootstrap{o.draws, 0.95, seed};
  SubgroupAnalysis a;
  a.groups = unet::subgroups(data.records, data.images);
  std::vector<std::vector<double>> classes;
  for (const unet::Subgroup& group : a.groups) {
    if (on_progress) on_progress(static_cast<unet::Index>(a.rows.size()), static_cast<unet::Index>(a.groups.size()));
    a.rows.push_back({unet::group_mean(data.iou, group.members, bootstrap),
                      unet::group_mean(data.baseline, group.members, bootstrap)});
    if (group.grouping == unet::Grouping::sex_and_finding)  // they come first; unknown ones take no part in the gap
      classes.push_back(group.known ? unet::select(data.iou, group.members) : std::vector<double>());
  }
  for (const bool trained : {false, true}) {
    GroupTests tests;
    tests.trained = trained;
    for (const unet::Index i : data.images)
      if ((!data.trained.empty() && data.trained[static_cast<std::size_t>(i)]) == trained) tests.images.push_back(i);
    if (tests.images.empty()) continue;
    tests.groups = unet::subgroups(data.records, tests.images);
    tests.differences = unet::group_differences(tests.groups, data.iou, bootstrap, on_progress);
    a.tests.push_back(std::move(tests));
  }
  a.gap = unet::worst_group_gap(classes, bootstrap);
  unet::AgeOptions ages{o.window, bootstrap, on_progress};
  a.ages = unet::age_profile(data.records, data.images, data.iou, ages);
  a.baseline_ages = unet::age_profile(data.records, data.images, data.baseline, ages);
  if (!a.tests.empty()) {
    const std::vector<unet::Index>& images = a.tests.front().images;
    a.trend = unet::age_trend(data.records, images, data.iou, {o.draws, seed});
    a.age_ends = unet::age_ends(a.ages, data.records, images, data.iou, bootstrap);
  }
  for (const unet::Index i : data.images) {
    const unet::Record& record = data.records[static_cast<std::size_t>(i)];
    a.unknown_sex += record.sex == unet::Sex::unknown;
    a.unknown_finding += !record.abnormal.has_value();
    a.unknown_age += record.age < 0;
  }
  return a;
}

}  // namespace app
