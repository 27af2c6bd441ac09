// What the program `subgroups` computes, from the results of each image.
#pragma once
#include <string>
#include <vector>

#include "unet/chest/age_profile.hpp"
#include "unet/chest/subgroups.hpp"
#include "unet/stats/worst_group_gap.hpp"

namespace app {

struct SubgroupOptions {
  std::string part = "all";  ///< "all", "train", "validation", "test"
  int window = 11;           ///< years, odd
  unet::Index draws = 10'000;
};

/// Images and what is known about them; `iou` and `baseline` have a value for each record.
struct SubgroupData {
  std::vector<unet::Record> records;
  std::vector<unet::Index> images;  ///< that take part
  std::vector<double> iou, baseline;
};

/// A mean of the model and of the mean-mask baseline, of the same images.
struct SubgroupRow {
  unet::GroupMean model, baseline;
};

struct SubgroupAnalysis {
  std::vector<unet::Subgroup> groups;
  std::vector<SubgroupRow> rows;                   ///< one for each group
  std::vector<unet::GroupDifference> differences;  ///< refer to `groups`
  std::optional<unet::Gap> gap;                    ///< between the classes; best and worst are positions in `groups`
  std::vector<unet::AgePoint> ages, baseline_ages;
  std::optional<unet::AgeTrend> trend;
  unet::Index unknown_sex = 0, unknown_finding = 0, unknown_age = 0;

  SubgroupAnalysis() = default;
  SubgroupAnalysis(SubgroupAnalysis&&) = default;
  SubgroupAnalysis(const SubgroupAnalysis&) = delete;  // would refer to the other's groups
};

/// Throws unet::OptionError when an option is out of range. To be called before long work.
inline void check(const SubgroupOptions& o) {
  unet::bootstrap_mean({}, {o.draws, 0.95, 0});
  unet::age_profile({}, {}, {}, {o.window, {}, {}});
}

/// Throws unet::OptionError, and what `on_progress` throws.
inline SubgroupAnalysis analyse(const SubgroupData& data, const SubgroupOptions& o, std::uint64_t seed,
                                const std::function<void(unet::Index, unet::Index)>& on_progress = {}) {
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
  a.differences = unet::group_differences(a.groups, data.iou, bootstrap, on_progress);
  a.gap = unet::worst_group_gap(classes, bootstrap);
  unet::AgeOptions ages{o.window, bootstrap, on_progress};
  a.ages = unet::age_profile(data.records, data.images, data.iou, ages);
  a.baseline_ages = unet::age_profile(data.records, data.images, data.baseline, ages);
  a.trend = unet::age_trend(data.records, data.images, data.iou, {o.draws, seed});
  for (const unet::Index i : data.images) {
    const unet::Record& record = data.records[static_cast<std::size_t>(i)];
    a.unknown_sex += record.sex == unet::Sex::unknown;
    a.unknown_finding += !record.abnormal.has_value();
    a.unknown_age += record.age < 0;
  }
  return a;
}

}  // namespace app
