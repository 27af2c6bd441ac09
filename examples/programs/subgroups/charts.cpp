#include "programs/subgroups/charts.hpp"

#include "programs/subgroups/tables.hpp"
#include "support/chart/interval_chart.hpp"
#include "support/text/numbers.hpp"

namespace app {

namespace {

IntervalMark mark(const std::optional<double>& value, const std::optional<unet::Interval>& interval) {
  IntervalMark m;
  if (value) m.value = *value;
  if (interval) m.low = interval->low, m.high = interval->high;
  return m;
}

}  // namespace

std::string iou_by_class_svg(const SubgroupAnalysis& a) {
  IntervalChart chart;
  chart.title = "IoU by sex and finding";
  chart.axis_name = "mean IoU, 95% interval";
  chart.series = {"model", "mean-mask baseline"};
  chart.own_axes = true;
  for (std::size_t i = 0; i < a.groups.size(); ++i) {
    const SubgroupRow& row = a.rows[i];
    const std::string images = row.model.images == 0   ? "no image"
                               : row.model.images == 1 ? "1 image"
                                                       : grouped(row.model.images) + " images";
    chart.rows.push_back({a.groups[i].name,
                          images,
                          {mark(row.model.mean, row.model.interval), mark(row.baseline.mean, row.baseline.interval)},
                          i > 0 && a.groups[i].grouping != a.groups[i - 1].grouping});
  }
  return interval_chart_svg(chart, "iou-by-class");
}

std::string tests_svg(const SubgroupAnalysis& a) {
  IntervalChart chart;
  chart.title = "Differences between groups";
  chart.axis_name = "difference of mean IoU, 95% interval";
  chart.series = {"model"};
  chart.reference = 0;
  for (const GroupTests& tests : a.tests)
    for (std::size_t i = 0; i < tests.differences.size(); ++i) {
      const unet::GroupDifference& d = tests.differences[i];
      chart.rows.push_back(
          {d.first->name + " \u2212 " + d.second->name,
           (a.tests.size() == 1 ? ""
            : tests.trained     ? "training images; "
                                : "new images; ") +
               (d.p_holm ? "p after Holm " + p_text(d.p_holm) : "too few images for a test"),
           {mark(d.difference, d.interval)},
           i > 0 ? d.first->grouping != tests.differences[i - 1].first->grouping : !chart.rows.empty()});
    }
  return interval_chart_svg(chart, "differences");
}

}  // namespace app
