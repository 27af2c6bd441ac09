#include "programs/subgroups/age_chart.hpp"

#include <algorithm>

#include "support/chart/axis.hpp"
#include "support/chart/chart_style.hpp"
#include "support/chart/svg.hpp"
#include "support/text/markup.hpp"
#include "support/text/numbers.hpp"

namespace app {

namespace {

/// Three plots above each other over one axis of ages, 460 units wide.
class AgeDrawing {
 public:
  AgeDrawing(const std::vector<unet::AgePoint>& model, const std::vector<unet::AgePoint>& baseline, int window,
             std::string id)
      : model_(model), baseline_(baseline), window_(window), id_(std::move(id)) {
    if (!model_.empty()) ages_ = epoch_axis(model_.front().age, model_.back().age);
  }

  std::string draw() const {
    const std::string title = "IoU by age";
    std::string out =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\" viewBox=\"0 0 460 456\" width=\"460\" "
        "height=\"456\"" +
        svg::attribute("aria-labelledby", id_ + "-title " + id_ + "-description") + ">\n<title" +
        svg::attribute("id", id_ + "-title") + ">" + title + "</title>\n<desc" +
        svg::attribute("id", id_ + "-description") + ">" + escape(description()) + "</desc>\n<style>\n" +
        chart_style() + "</style>\n<rect class=\"back\" width=\"460\" height=\"456\"/>\n" +
        svg::text("heading", {12, 20}, "start", title);
    if (model_.empty()) return out + svg::text("note", {230, 200}, "middle", "no age is known") + "</svg>\n";
    out +=
        svg::text("note", {right, 20}, "end", "running mean over " + std::to_string(window_) + " years, 95% interval");
    out += means("series0", "model", model_, 50, 190) + means("series1", "mean-mask baseline", baseline_, 222, 312);
    out += sizes(344, 390);
    for (const Tick& tick : ages_.ticks) out += svg::text("label", {x(tick.value), 408}, "middle", tick.label);
    return out + svg::text("label", {(left + right) / 2, 430}, "middle", "age in years") + few() + touch() + "</svg>\n";
  }

 private:
  static constexpr double left = 52, right = 444;

  double x(double age) const { return left + (right - left) * ages_.position(age); }

  std::string description() const {
    if (model_.empty()) return "No age is known.";
    std::string text = "Running mean over " + std::to_string(window_) + " years of the IoU of model and baseline.";
    for (std::size_t i = 0; i < model_.size(); ++i)
      if (model_[i].age % 10 == 0 && model_[i].window.mean)
        text += " Age " + std::to_string(model_[i].age) + ": " + fixed(*model_[i].window.mean, 3) + ", baseline " +
                fixed(*baseline_[i].window.mean, 3) + ".";
    return text;
  }

  /// Vertical lines at the ticks of the ages, horizontal ones with labels at those of `axis`.
  std::string grid(const Axis& axis, double top, double bottom) const {
    std::string out;
    for (const Tick& tick : ages_.ticks) out += svg::line("grid", {x(tick.value), top}, {x(tick.value), bottom});
    for (const Tick& tick : axis.ticks) {
      const double y = bottom - (bottom - top) * axis.position(tick.value);
      out += svg::line("grid", {left, y}, {right, y});
      out += svg::text("label", {left - 7, y + 4}, "end", tick.label);
    }
    return out + svg::line("axis", {left, bottom}, {right, bottom});
  }

  /// An axis for the running means that have an interval (for all when none has). Intervals reach far where images are
  /// few: they may take up as much room as the means themselves above and below them, what is beyond is cut off.
  static Axis mean_axis(const std::vector<unet::AgePoint>& points) {
    const bool any = std::any_of(points.begin(), points.end(), [](const auto& p) { return p.window.interval; });
    double lowest = 1, highest = 0, low = 1, high = 0;
    for (const unet::AgePoint& point : points) {
      if (!point.window.mean || (any && !point.window.interval)) continue;
      const double mean = *point.window.mean;
      const unet::Interval interval = point.window.interval.value_or(unet::Interval{mean, mean});
      lowest = std::min(lowest, mean);
      highest = std::max(highest, mean);
      low = std::min(low, interval.low);
      high = std::max(high, interval.high);
    }
    const double room = std::max(highest - lowest, 0.05);
    return linear_axis(std::max(low, lowest - room), std::min(high, highest + room), 4);
  }

  /// A line through the running means, faint where they have no interval, and the band of the intervals.
  std::string means(const std::string& css_class, const std::string& name, const std::vector<unet::AgePoint>& points,
                    double top, double bottom) const {
    const Axis axis = mean_axis(points);
    const auto at = [&](const unet::AgePoint& point, double value) {
      return svg::Point{x(point.age), bottom - (bottom - top) * std::clamp(axis.position(value), 0.0, 1.0)};
    };
    // A polyline as in the plot: the style sheet says which of them are dashed.
    std::string out = svg::polyline(css_class, {{left, top - 12}, {left + 26, top - 12}}) +
                      svg::text("label", {left + 32, top - 8}, "start", "IoU, " + name) + grid(axis, top, bottom);
    const auto line = [&out](const std::string& line_class, std::vector<svg::Point>& run) {
      if (run.size() == 1) out += svg::circle("mark " + line_class, run[0], 2.5);
      if (run.size() > 1) out += svg::polyline(line_class, run);
      run.clear();
    };
    std::vector<svg::Point> all, certain, upper, lower;
    const auto finish = [&] {
      line(css_class, certain);
      upper.insert(upper.end(), lower.rbegin(), lower.rend());
      if (upper.size() > 2) out += svg::polygon("band " + css_class, upper);
      upper.clear();
      lower.clear();
    };
    for (const unet::AgePoint& point : points) {
      if (point.window.mean)
        all.push_back(at(point, *point.window.mean));
      else
        line(css_class + " few", all);
      if (point.window.interval) {
        certain.push_back(at(point, *point.window.mean));
        upper.push_back(at(point, point.window.interval->high));
        lower.push_back(at(point, point.window.interval->low));
      } else {
        finish();
      }
    }
    line(css_class + " few", all);
    finish();
    return out;
  }

  std::string few() const {
    const auto uncertain = [](const auto& point) { return point.window.mean && !point.window.interval; };
    if (std::none_of(model_.begin(), model_.end(), uncertain)) return "";
    const std::string least = std::to_string(unet::smallest_bootstrap_group);
    return svg::text("note", {right, 448}, "end", "faint: too few images for an interval, mostly fewer than " + least);
  }

  /// A bar for the number of images of each age.
  std::string sizes(double top, double bottom) const {
    unet::Index most = 0;
    for (const unet::AgePoint& point : model_) most = std::max(most, point.images);
    const Axis axis = linear_axis(0, static_cast<double>(most), 2);
    std::string out = svg::text("label", {left, top - 8}, "start", "images of this age") + grid(axis, top, bottom);
    const double width = std::clamp(0.8 * (right - left) / static_cast<double>(model_.size()), 1.0, 20.0);
    for (const unet::AgePoint& point : model_) {
      const double height = (bottom - top) * axis.position(static_cast<double>(point.images));
      if (point.images > 0) out += svg::rectangle("bar", {x(point.age) - width / 2, bottom - height}, width, height);
    }
    return out;
  }

  /// Invisible columns that tell their numbers where a mouse rests on them.
  std::string touch() const {
    std::string out;
    const double width = (right - left) / static_cast<double>(std::max<std::size_t>(model_.size(), 2) - 1);
    for (std::size_t i = 0; i < model_.size(); ++i) {
      const unet::AgePoint& point = model_[i];
      std::string text = "age " + std::to_string(point.age) + ": " + std::to_string(point.images) +
                         " images; window: " + std::to_string(point.window.images) + " images";
      if (point.window.mean)
        text += ", IoU " + fixed(*point.window.mean, 3) + ", baseline " + fixed(*baseline_[i].window.mean, 3);
      out += svg::rectangle("touch", {x(point.age) - width / 2, 50}, width, 340, text);
    }
    return out;
  }

  const std::vector<unet::AgePoint>&model_, &baseline_;
  int window_;
  std::string id_;
  Axis ages_ = epoch_axis(0, 1);
};

}  // namespace

std::string age_chart_svg(const std::vector<unet::AgePoint>& model, const std::vector<unet::AgePoint>& baseline,
                          int window, const std::string& id) {
  return AgeDrawing(model, baseline, window, id).draw();
}

}  // namespace app
