#include "programs/subgroups/files.hpp"

#include <vector>

#include "support/text/csv.hpp"
#include "support/text/numbers.hpp"

namespace app {

namespace {

using Cells = std::vector<std::string>;

std::string cell(const std::optional<double>& value) { return value ? exact(*value) : ""; }

/// Adds low and high, or two empty cells.
void add(Cells& cells, const std::optional<unet::Interval>& interval) {
  cells.push_back(interval ? exact(interval->low) : "");
  cells.push_back(interval ? exact(interval->high) : "");
}

void add(Cells& cells, const unet::GroupMean& mean) {
  cells.push_back(cell(mean.mean));
  add(cells, mean.interval);
}

const char* name(unet::Grouping grouping) {
  using unet::Grouping;
  return grouping == Grouping::sex_and_finding ? "sex and finding"
         : grouping == Grouping::sex           ? "sex"
         : grouping == Grouping::finding       ? "finding"
                                               : "all";
}

}  // namespace

Table counts(const SubgroupAnalysis& a) {
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

std::string counts_csv(const SubgroupAnalysis& a) {
  const Table table = counts(a);
  return csv(table.header, table.rows);
}

std::string iou_by_class_csv(const SubgroupAnalysis& a) {
  std::vector<Cells> rows;
  for (std::size_t i = 0; i < a.groups.size(); ++i) {
    rows.push_back({name(a.groups[i].grouping), a.groups[i].name, std::to_string(a.rows[i].model.images)});
    add(rows.back(), a.rows[i].model);
    add(rows.back(), a.rows[i].baseline);
  }
  return csv({"grouping", "group", "images", "iou", "iou_low", "iou_high", "baseline_iou", "baseline_iou_low",
              "baseline_iou_high"},
             rows);
}

std::string iou_by_age_csv(const SubgroupAnalysis& a) {
  std::vector<Cells> rows;
  for (std::size_t i = 0; i < a.ages.size(); ++i) {
    const unet::AgePoint &model = a.ages[i], &baseline = a.baseline_ages[i];
    rows.push_back({std::to_string(model.age), std::to_string(model.images), cell(model.mean), cell(baseline.mean),
                    std::to_string(model.window.images)});
    add(rows.back(), model.window);
    add(rows.back(), baseline.window);
  }
  return csv({"age", "images", "iou", "baseline_iou", "window_images", "window_iou", "window_iou_low",
              "window_iou_high", "window_baseline_iou", "window_baseline_iou_low", "window_baseline_iou_high"},
             rows);
}

std::string tests_csv(const SubgroupAnalysis& a) {
  std::vector<Cells> rows;
  const auto add_test = [&](const GroupTests& tests, const std::string& grouping, const unet::GroupDifference& d) {
    rows.push_back({tests.trained ? "training" : "new", grouping, d.first->name, d.second->name, cell(d.difference)});
    add(rows.back(), d.interval);
    rows.back().push_back(cell(d.p));
    rows.back().push_back(cell(d.p_holm));
  };
  for (const GroupTests& tests : a.tests)
    for (const unet::GroupDifference& d : tests.differences) add_test(tests, name(d.first->grouping), d);
  if (a.age_ends)
    for (const unet::GroupDifference& d : a.age_ends->differences) add_test(a.tests.front(), "age", d);
  if (a.gap) {
    rows.push_back(
        {"all", "worst-group gap", a.groups[a.gap->best].name, a.groups[a.gap->worst].name, exact(a.gap->difference)});
    add(rows.back(), a.gap->interval);
    rows.back().insert(rows.back().end(), 2, "");
  }
  return csv({"images", "grouping", "first", "second", "difference", "low", "high", "p", "p_holm"}, rows);
}

}  // namespace app
