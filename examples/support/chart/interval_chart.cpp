#include "support/chart/interval_chart.hpp"

#include <algorithm>

#include "support/chart/axis.hpp"
#include "support/chart/chart_style.hpp"
#include "support/chart/svg.hpp"
#include "support/text/markup.hpp"
#include "support/text/numbers.hpp"

namespace app {

namespace {

/// The part of the chart that has one axis.
struct IntervalPlot {
  double left, right;
  Axis axis;

  double x(double value) const { return left + (right - left) * axis.position(value); }
};

/// Draws an IntervalChart, 460 units wide: its text stays readable on a phone.
class IntervalDrawing {
 public:
  IntervalDrawing(const IntervalChart& chart, std::string id) : chart_(chart), id_(std::move(id)) {
    double labels = 70;  // about 7.4 units a letter, 6.3 a small one
    for (const IntervalRow& row : chart_.rows)
      labels = std::max({labels, 7.4 * letters(row.label), 6.3 * letters(row.note)});
    const double left = std::min(24 + labels, 256.0);
    const std::size_t plots = chart_.own_axes ? chart_.series.size() : 1;
    const double room = (right - left + gap) / static_cast<double>(plots);
    for (std::size_t i = 0; i < plots; ++i) {
      const double start = left + room * static_cast<double>(i);
      plots_.push_back({start, start + room - gap, axis(i, plots, room - gap)});
    }
    top_ = chart_.series.size() > 1 ? 54 : 34;
    bottom_ = top_ + row_height * static_cast<double>(chart_.rows.size()) + 4;
  }

  std::string draw() const {
    const std::string height = fixed(bottom_ + 48, 0);
    std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\" viewBox=\"0 0 460 " +
                      height + "\" width=\"460\"" + svg::attribute("height", height) +
                      svg::attribute("aria-labelledby", id_ + "-title " + id_ + "-description") + ">\n<title" +
                      svg::attribute("id", id_ + "-title") + ">" + escape(chart_.title) + "</title>\n<desc" +
                      svg::attribute("id", id_ + "-description") + ">" + escape(description()) + "</desc>\n<style>\n" +
                      chart_style() + "</style>\n<rect class=\"back\" width=\"460\"" +
                      svg::attribute("height", height) + "/>\n";
    out += svg::text("heading", {12, 20}, "start", chart_.title) + legend();
    for (const IntervalPlot& plot : plots_) out += axis_and_grid(plot);
    const std::string axis_name = chart_.axis_name + (plots_.size() > 1 ? "; each side has a scale of its own" : "");
    const double half_name = 3.7 * letters(axis_name), middle = (plots_.front().left + right) / 2;
    out += svg::text("label", {std::min(middle, 452 - half_name), bottom_ + 38}, "middle", axis_name);
    for (std::size_t i = 0; i < chart_.rows.size(); ++i)
      out += row(chart_.rows[i], top_ + row_height * static_cast<double>(i));
    return out + "</svg>\n";
  }

 private:
  static constexpr double right = 442, gap = 40, row_height = 38;

  static double letters(const std::string& text) {  // continuation bytes of UTF-8 are no letters
    return static_cast<double>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  }

  /// Encloses all finite numbers of the plot's series; as many ticks as have room for their labels.
  Axis axis(std::size_t plot, std::size_t plots, double width) const {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    const auto include = [&](double value) {
      if (!std::isfinite(value)) return;
      low = std::min(low, value);
      high = std::max(high, value);
    };
    for (const IntervalRow& row : chart_.rows)
      for (std::size_t s = 0; s < row.marks.size(); ++s)
        if (plots == 1 || s == plot)
          for (const double value : {row.marks[s].value, row.marks[s].low, row.marks[s].high}) include(value);
    if (chart_.reference) include(*chart_.reference);
    if (low > high) low = 0, high = 1;
    for (int intervals = plots == 1 ? 5 : 3;; --intervals) {
      Axis axis = linear_axis(low, high, intervals);
      double widest = 0;
      for (const Tick& tick : axis.ticks) widest = std::max(widest, 7.4 * letters(tick.label) + 8);
      if (intervals == 1 || widest * static_cast<double>(axis.ticks.size() - 1) <= width) return axis;
    }
  }

  std::string sentence(const IntervalRow& row, std::size_t series) const {
    const IntervalMark& m = row.marks[series];
    std::string text = row.label + (chart_.series.size() > 1 ? ", " + chart_.series[series] : "") + ": ";
    if (!std::isfinite(m.value)) return text + "no value";
    text += fixed(m.value, chart_.decimals);
    if (!std::isfinite(m.low) || !std::isfinite(m.high)) return text;
    return text + " [" + fixed(m.low, chart_.decimals) + ", " + fixed(m.high, chart_.decimals) + "]";
  }

  std::string description() const {
    std::string text = chart_.axis_name + ".";
    for (const IntervalRow& row : chart_.rows)
      for (std::size_t s = 0; s < row.marks.size(); ++s) text += " " + sentence(row, s) + ".";
    return text;
  }

  static std::string mark(std::size_t series, svg::Point at) {
    if (series == 0) return svg::circle("mark series0", at, 4.5);
    return svg::rectangle("mark series1", {at.x - 4, at.y - 4}, 8, 8);
  }

  std::string legend() const {
    if (chart_.series.size() < 2) return "";
    std::string out;
    double at = 12;
    for (std::size_t s = 0; s < chart_.series.size(); ++s) {
      out += svg::line("series" + std::to_string(s), {at, 38}, {at + 26, 38}) + mark(s, {at + 13, 38});
      out += svg::text("label", {at + 32, 42}, "start", chart_.series[s]);
      at += 54 + 7 * letters(chart_.series[s]);
    }
    return out;
  }

  std::string axis_and_grid(const IntervalPlot& plot) const {
    std::string out;
    for (const Tick& tick : plot.axis.ticks) {
      out += svg::line("grid", {plot.x(tick.value), top_}, {plot.x(tick.value), bottom_});
      out += svg::text("label", {plot.x(tick.value), bottom_ + 18}, "middle", tick.label);
    }
    if (chart_.reference)
      out += svg::line("reference", {plot.x(*chart_.reference), top_}, {plot.x(*chart_.reference), bottom_});
    return out + svg::line("axis", {plot.left, bottom_}, {plot.right, bottom_});
  }

  std::string row(const IntervalRow& row, double top) const {
    const double middle = top + row_height / 2;
    std::string out;
    if (row.after_line) out += svg::line("axis", {12, top}, {right, top});
    out += svg::text("label", {12, row.note.empty() ? middle + 5 : middle - 1}, "start", row.label);
    if (!row.note.empty()) out += svg::text("note", {12, middle + 13}, "start", row.note);
    const bool shared = !chart_.own_axes && row.marks.size() > 1;  // then one series stands above the other
    for (std::size_t s = 0; s < row.marks.size(); ++s) {
      const IntervalMark& m = row.marks[s];
      if (!std::isfinite(m.value)) continue;
      const IntervalPlot& plot = plots_[chart_.own_axes ? s : 0];
      const double y = middle + (shared ? 12 * static_cast<double>(s) - 6 : 0);
      const std::string name = "series" + std::to_string(s);
      if (std::isfinite(m.low) && std::isfinite(m.high)) {
        out += svg::line(name, {plot.x(m.low), y}, {plot.x(m.high), y});
        for (const double end : {m.low, m.high}) out += svg::line(name, {plot.x(end), y - 4}, {plot.x(end), y + 4});
      }
      out += mark(s, {plot.x(m.value), y}) + svg::circle("touch", {plot.x(m.value), y}, 9, sentence(row, s));
    }
    return out;
  }

  const IntervalChart& chart_;
  std::string id_;
  std::vector<IntervalPlot> plots_;
  double top_, bottom_;
};

}  // namespace

std::string interval_chart_svg(const IntervalChart& chart, const std::string& id) {
  return IntervalDrawing(chart, id).draw();
}

}  // namespace app
