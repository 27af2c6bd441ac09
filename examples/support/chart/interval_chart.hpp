// A chart of values with their intervals: a row for each group, a mark with its interval for each series.
#pragma once
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace app {

/// A value with the ends of its interval. Without ends the value is drawn alone; without a value nothing is.
struct IntervalMark {
  double value = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN(), high = low;
};

struct IntervalRow {
  std::string label, note;          ///< the note stands small below the label, such as "187 images"
  std::vector<IntervalMark> marks;  ///< one for each series
  bool after_line = false;          ///< a line separates it from the row above
};

struct IntervalChart {
  std::string title, axis_name;
  std::vector<std::string> series;  ///< their names: one or two
  std::vector<IntervalRow> rows;
  bool own_axes = false;            ///< each series has a plot and an axis of its own, side by side
  std::optional<double> reference;  ///< where a dashed line stands, such as 0 for differences
  int decimals = 3;                 ///< of values in texts
};

/// The chart as an SVG that brings its style along: for a file or inside a page.
/// @param id unique in the page
std::string interval_chart_svg(const IntervalChart& chart, const std::string& id);

}  // namespace app
