#include "programs/subgroups/tables.hpp"

#include <vector>

#include "programs/subgroups/files.hpp"
#include "support/session/paper.hpp"
#include "support/text/numbers.hpp"

namespace app {

std::string with_interval(const std::optional<double>& value, const std::optional<unet::Interval>& interval,
                          int decimals) {
  if (!value) return no_value;
  const std::string text = fixed(*value, decimals);
  if (!interval) return text;
  return text + " [" + fixed(interval->low, decimals) + ", " + fixed(interval->high, decimals) + "]";
}

std::string p_text(const std::optional<double>& p) {
  if (!p) return no_value;
  return *p < 0.001 ? "< 0.001" : fixed(*p, 3);
}

std::string p_sentence(const std::optional<double>& p) {
  const std::string text = p_text(p);
  return text.starts_with('<') ? "p " + text : "p = " + text;
}

Table counts_beside_paper(const SubgroupAnalysis& a) {
  Table table = counts(a);
  if (a.groups.front().grouping != unet::Grouping::sex_and_finding) return table;
  table.caption = "Images by finding and sex, and the paper's Table 2";
  const auto add = [&](const std::string& row_name, int male, int female) {
    for (auto& row : table.rows)
      if (row[0] == row_name)
        for (const int number : {male, female, male + female}) row.push_back(std::to_string(number));
  };
  table.header.insert(table.header.end(), {"paper: male", "paper: female", "paper: total"});
  add("normal", paper::normal_male, paper::normal_female);
  add("abnormal", paper::abnormal_male, paper::abnormal_female);
  add("total", paper::normal_male + paper::abnormal_male, paper::normal_female + paper::abnormal_female);
  for (auto& row : table.rows) row.resize(table.header.size(), no_value);
  return table;
}

Table iou_by_class_table(const SubgroupAnalysis& a, bool with_paper) {
  Table table{"Mean IoU with 95% interval; a group's mean is that of its classes weighted by their sizes",
              {"group", "images", "model", "mean-mask baseline"},
              {}};
  for (std::size_t i = 0; i < a.groups.size(); ++i)
    table.rows.push_back({a.groups[i].name, grouped(a.rows[i].model.images),
                          with_interval(a.rows[i].model.mean, a.rows[i].model.interval),
                          with_interval(a.rows[i].baseline.mean, a.rows[i].baseline.interval)});
  if (!with_paper) return table;
  table.caption += "; the paper's Table 3 is of all its images, training images among them";
  table.header.push_back("paper");
  for (auto& row : table.rows) {
    row.push_back(no_value);
    for (const paper::GroupIou& group : paper::iou_by_class)
      if (row[0] == group.group) row.back() = fixed(group.iou, 3);
  }
  return table;
}

Table tests_table(const SubgroupAnalysis& a) {
  Table table{
      "Differences of the model's mean IoU between groups: 95% interval, permutation test, Holm's correction over "
      "all of the same images",
      {"images", "groups", "difference", "p", "p (Holm)"},
      {}};
  table.text_columns = 2;
  for (const GroupTests& tests : a.tests)
    for (const unet::GroupDifference& d : tests.differences)
      table.rows.push_back({tests.trained ? "training" : "new", d.first->name + " \u2212 " + d.second->name,
                            with_interval(d.difference, d.interval), p_text(d.p), p_text(d.p_holm)});
  return table;
}

Table ages_table(const SubgroupAnalysis& a, int window) {
  Table table{"Running means over " + std::to_string(window) + " years of age; every year stands in iou_by_age.csv",
              {"age", "images in the window", "model", "mean-mask baseline"},
              {}};
  for (std::size_t i = 0; i < a.ages.size(); ++i)
    if (a.ages[i].age % 10 == 0)
      table.rows.push_back({std::to_string(a.ages[i].age), grouped(a.ages[i].window.images),
                            with_interval(a.ages[i].window.mean, a.ages[i].window.interval),
                            with_interval(a.baseline_ages[i].window.mean, a.baseline_ages[i].window.interval)});
  return table;
}

}  // namespace app
