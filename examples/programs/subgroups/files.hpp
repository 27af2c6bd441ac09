// The tables of `subgroups` as files. Numbers read back exactly; what is not known is empty.
#pragma once
#include <string>
#include <vector>

#include "programs/subgroups/analysis.hpp"
#include "support/cli/numbers.hpp"
#include "support/page/section.hpp"

namespace app {

namespace detail {

using Cells = std::vector<std::string>;

inline std::string cell(const std::optional<double>& value) { return value ? exact(*value) : ""; }

/// Adds low and high, or two empty cells.
inline void add(Cells& cells, const std::optional<unet::Interval>& interval) {
  cells.push_back(interval ? exact(interval->low) : "");
  cells.push_back(interval ? exact(interval->high) : "");
}

inline void add(Cells& cells, const unet::GroupMean& mean) {
  cells.push_back(cell(mean.mean));
  add(cells, mean.interval);
}

inline const char* name(unet::Grouping grouping) {
  using unet::Grouping;
  return grouping == Grouping::sex_and_finding ? "sex and finding"
         : grouping == Grouping::sex           ? "sex"
         : grouping == Grouping::finding       ? "finding"
                                               : "all";
}

}  // namespace detail

/// Images by finding (rows) and sex (columns), as in the paper's Table 2. What nobody's record says has no row or column.
inline Table counts(const SubgroupAnalysis& a) {
  using unet::Grouping;
  const auto members = [&](Grouping grouping, unet::Sex sex, std::optional<bool> abnormal) {
    for (const unet::Subgroup& group : a.groups)
      if (group.grouping == grouping && group.sex == sex && group.abnormal == abnormal)
        return std::to_string(group.members.size());
    return std::string("0");
  };
  std::vector<const unet::Subgroup*> sexes, findings;
  for (const unet::Subgroup& group : a.groups) {
    if (group.grouping == Grouping::sex) sexes.push_back(&group);
    if (group.grouping == Grouping::finding) findings.push_back(&group);
  }
  Table table{"Images by finding and sex", {"finding"}, {}};
  for (const auto* sex : sexes) table.header.push_back(sex->name);
  table.header.push_back("total");
  for (const auto* finding : findings) {
    table.rows.push_back({finding->name});
    for (const auto* sex : sexes)
      table.rows.back().push_back(members(Grouping::sex_and_finding, sex->sex, finding->abnormal));
    table.rows.back().push_back(std::to_string(finding->members.size()));
  }
  table.rows.push_back({"total"});
  for (const auto* sex : sexes) table.rows.back().push_back(std::to_string(sex->members.size()));
  table.rows.back().push_back(members(Grouping::all, unet::Sex::unknown, {}));
  return table;
}

inline std::string counts_csv(const SubgroupAnalysis& a) {
  const Table table = counts(a);
  return csv(table.header, table.rows);
}

inline std::string iou_by_class_csv(const SubgroupAnalysis& a) {
  std::vector<detail::Cells> rows;
  for (std::size_t i = 0; i < a.groups.size(); ++i) {
    rows.push_back({detail::name(a.groups[i].grouping), a.groups[i].name, std::to_string(a.rows[i].model.images)});
    detail::add(rows.back(), a.rows[i].model);
    detail::add(rows.back(), a.rows[i].baseline);
  }
  return csv({"grouping", "group", "images", "iou", "iou_low", "iou_high", "baseline_iou", "baseline_iou_low",
              "baseline_iou_high"},
             rows);
}

inline std::string iou_by_age_csv(const SubgroupAnalysis& a) {
  std::vector<detail::Cells> rows;
  for (std::size_t i = 0; i < a.ages.size(); ++i) {
    const unet::AgePoint &model = a.ages[i], &baseline = a.baseline_ages[i];
    rows.push_back({std::to_string(model.age), std::to_string(model.images), detail::cell(model.mean),
                    detail::cell(baseline.mean), std::to_string(model.window.images)});
    detail::add(rows.back(), model.window);
    detail::add(rows.back(), baseline.window);
  }
  return csv({"age", "images", "iou", "baseline_iou", "window_images", "window_iou", "window_iou_low",
              "window_iou_high", "window_baseline_iou", "window_baseline_iou_low", "window_baseline_iou_high"},
             rows);
}

/// Every difference, and last the worst-group gap, which is a difference chosen for being the largest and has no p-value.
inline std::string tests_csv(const SubgroupAnalysis& a) {
  std::vector<detail::Cells> rows;
  for (const unet::GroupDifference& d : a.differences) {
    rows.push_back({detail::name(d.first->grouping), d.first->name, d.second->name, detail::cell(d.difference)});
    detail::add(rows.back(), d.interval);
    rows.back().push_back(detail::cell(d.p));
    rows.back().push_back(detail::cell(d.p_holm));
  }
  if (a.gap) {
    rows.push_back(
        {"worst-group gap", a.groups[a.gap->best].name, a.groups[a.gap->worst].name, exact(a.gap->difference)});
    detail::add(rows.back(), a.gap->interval);
    rows.back().insert(rows.back().end(), 2, "");
  }
  return csv({"grouping", "first", "second", "difference", "low", "high", "p", "p_holm"}, rows);
}

}  // namespace app
