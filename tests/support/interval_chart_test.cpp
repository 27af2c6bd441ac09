// The chart of values with intervals: well-formed, marks at the right places, groups without a value.
#include "support/chart/interval_chart.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "well_formed.hpp"

namespace interval_chart_test {

namespace {

const double none = std::nan("");

app::IntervalChart two_series() {
  app::IntervalChart chart;
  chart.title = "IoU by sex & finding";
  chart.axis_name = "mean IoU";
  chart.series = {"model", "baseline"};
  chart.rows = {{"male", "12 images", {{0.9, 0.8, 0.95}, {0.6, 0.5, 0.7}}, false},
                {"female", "2 images", {{0.7, none, none}, {0.6, none, none}}, true},
                {"unknown", "no images", {{}, {}}, false}};
  return chart;
}

}  // namespace

TEST_CASE("an interval chart is well-formed and says its values in words") {
  const std::string svg = app::interval_chart_svg(two_series(), "classes");
  CHECK(markup_fault(svg) == "");
  CHECK(svg.find("IoU by sex &amp; finding") != svg.npos);
  CHECK(svg.find("male, model: 0.900 [0.800, 0.950].") != svg.npos);
  CHECK(svg.find("female, baseline: 0.600.") != svg.npos);
  CHECK(svg.find("unknown, model: no value.") != svg.npos);
  CHECK(svg.find("prefers-color-scheme:dark") != svg.npos);
  CHECK(svg.find("aria-labelledby=\"classes-title classes-description\"") != svg.npos);
  CHECK(svg.find("nan") == svg.npos);
}

TEST_CASE("marks and intervals: only where there are numbers") {
  const std::string svg = app::interval_chart_svg(two_series(), "c");
  CHECK(count(svg, "<circle class=\"mark series0\"") == 3);  // two rows and the legend
  CHECK(count(svg, "<rect class=\"mark series1\"") == 3);
  CHECK(count(svg, "<line class=\"series0\"") == 1 + 3);  // legend; interval and its two ends
  CHECK(count(svg, "<title>") == 4);
}

TEST_CASE("a mark stands where the axis says") {
  app::IntervalChart chart;
  chart.series = {"model"};
  chart.rows = {{"a", "", {{0.5, 0.0, 1.0}}, false}};
  const std::string svg = app::interval_chart_svg(chart, "c");
  // The plot reaches from 24 + 70 to 442, the axis from 0 to 1; the row's middle is at 34 + 38 / 2.
  CHECK(svg.find("<line class=\"series0\" x1=\"94.0\" y1=\"53.0\" x2=\"442.0\" y2=\"53.0\"/>") != svg.npos);
  CHECK(svg.find("<circle class=\"mark series0\" cx=\"268.0\" cy=\"53.0\"") != svg.npos);
  CHECK(svg.find("reference\"") == svg.npos);
}

TEST_CASE("labels of ticks do not run into each other, however long the names of the rows are") {
  app::IntervalChart chart;
  chart.series = {"difference"};
  chart.rows = {{"normal female \u2212 abnormal female", "", {{0.026, -0.002, 0.043}}, false}};
  const std::string svg = app::interval_chart_svg(chart, "c");
  // <text class="label" x="213.5" ... text-anchor="middle">-0.01</text>
  double before = 0;
  std::size_t ticks = 0;
  for (std::size_t at = svg.find("<line class=\"grid\""); at != svg.npos;
       at = svg.find("<line class=\"grid\"", at + 1)) {
    const std::size_t text = svg.find("<text", at), x = svg.find("x=\"", text), begin = svg.find('>', text) + 1;
    const double centre = std::stod(svg.substr(x + 3));
    const double half = 3.7 * static_cast<double>(svg.find('<', begin) - begin);
    if (ticks++ > 0) CHECK(centre - half > before);
    before = centre + half;
  }
  CHECK(ticks >= 2);
}

TEST_CASE("series with axes of their own are spread over the whole width each") {
  app::IntervalChart chart = two_series();
  const std::string shared = app::interval_chart_svg(chart, "c");
  chart.own_axes = true;
  const std::string own = app::interval_chart_svg(chart, "c");
  CHECK(markup_fault(own) == "");
  CHECK(own.find("each side has a scale of its own</text>") != own.npos);
  CHECK(shared.find("a scale of its own") == shared.npos);
  CHECK(count(shared, "<line class=\"axis\"") == 1 + 1);  // its axis and the line between rows
  CHECK(count(own, "<line class=\"axis\"") == 2 + 1);
  // The first plot now ends before the second: the model's axis begins at 0.7, not at 0.5.
  CHECK(own.find(">0.7</text>") < own.find(">0.5</text>"));
  chart.rows = {{"a", "", {{0.5, 0.0, 1.0}, {0.5, 0.0, 1.0}}, false}};
  const std::string halves = app::interval_chart_svg(chart, "c");  // plots from 94 to 248 and from 288 to 442
  CHECK(halves.find("<circle class=\"mark series0\" cx=\"171.0\"") != halves.npos);
  CHECK(halves.find("<rect class=\"mark series1\" x=\"361.0\"") != halves.npos);
}

TEST_CASE("a reference lies within the axis even when all values lie beside it") {
  app::IntervalChart chart;
  chart.series = {"difference"};
  chart.rows = {{"a", "", {{0.5, 0.4, 0.6}}, false}};
  chart.reference = 0;
  const std::string svg = app::interval_chart_svg(chart, "c");
  CHECK(svg.find("<line class=\"reference\" x1=\"94.0\"") != svg.npos);
}

TEST_CASE("a chart without any value, or without rows") {
  app::IntervalChart chart = two_series();
  for (auto& row : chart.rows) row.marks = {{}, {}};
  CHECK(markup_fault(app::interval_chart_svg(chart, "c")) == "");
  CHECK(count(app::interval_chart_svg(chart, "c"), "<title>") == 0);
  chart.rows.clear();
  CHECK(markup_fault(app::interval_chart_svg(chart, "c")) == "");
}

}  // namespace interval_chart_test
