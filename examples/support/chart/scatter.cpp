#include "support/chart/scatter.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "support/chart/axis.hpp"
#include "support/chart/chart_style.hpp"
#include "support/chart/svg.hpp"
#include "support/text/markup.hpp"
#include "support/text/numbers.hpp"

namespace app {

const char* scatter_style() {
  return R"(.scatter{--c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#b0508c;--c4:#8a6d00;--c5:#56b4e9;--c6:#555}
@media screen and (prefers-color-scheme:dark){.scatter{
--c0:#56b4e9;--c1:#ff9248;--c2:#2fcf9f;--c3:#f0a3cf;--c4:#f0e442;--c5:#4f86ff;--c6:#bbb}}
.scatter .dot{stroke:var(--back);stroke-width:.8}
.scatter .c0{fill:var(--c0)}.scatter .c1{fill:var(--c1)}.scatter .c2{fill:var(--c2)}.scatter .c3{fill:var(--c3)}
.scatter .c4{fill:var(--c4)}.scatter .c5{fill:var(--c5)}.scatter .c6{fill:var(--c6)}
.scatter .muted{fill:var(--axis);fill-opacity:.55}
.scatter .point{outline:none}
.scatter .point:hover .dot,.scatter .point:focus .dot{stroke:var(--text);stroke-width:1.5;
transform:scale(1.6);transform-box:fill-box;transform-origin:center}
.scatter:has(.point:hover,.point:focus) .point:not(:hover):not(:focus) .dot{opacity:.35}
.scatter .hint{fill:var(--soft)}
.scatter .detail{display:none}
.scatter .detail .name{font-weight:600}
.scatter .point:hover .detail,.scatter .point:focus .detail{display:inline}
.scatter:has(.point:hover) .point:focus:not(:hover) .detail{display:none}
.scatter:focus-visible{outline:3px solid var(--series0);outline-offset:2px}
@media print{.scatter .hint{display:none}}
)";
}

namespace {

class ScatterDrawing {
 public:
  ScatterDrawing(const ScatterChart& chart, std::string id, std::string pictures_of)
      : chart_(chart), id_(std::move(id)), pictures_of_(std::move(pictures_of)), order_(chart.points.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    const auto further_left = [&](std::size_t a, std::size_t b) { return chart_.points[a].x < chart_.points[b].x; };
    std::stable_sort(order_.begin(), order_.end(), further_left);
    choose_axes();
    unit_ = std::min((right - left) / (x_.high - x_.low), most_height / (y_.high - y_.low));
    top_ = 54 + 18 * static_cast<double>((chart_.groups.size() + 1) / 2);
    bottom_ = top_ + unit_ * (y_.high - y_.low);
    panel_ = bottom_ + 54;
    has_pictures_ = std::any_of(chart_.points.begin(), chart_.points.end(),
                                [](const ScatterPoint& point) { return !point.thumbnail.empty(); });
  }

  std::string draw() const {
    const std::string height = fixed(has_pictures_ ? panel_ + picture_side + 12 : panel_, 0);
    std::string out =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart scatter\" role=\"group\" tabindex=\"0\" " +
        ("viewBox=\"0 0 460 " + height + "\" width=\"460\"") + svg::attribute("height", height) +
        svg::attribute("aria-labelledby", id_ + "-title " + id_ + "-description") + ">\n<title" +
        svg::attribute("id", id_ + "-title") + ">" + escape(chart_.title) + "</title>\n<desc" +
        svg::attribute("id", id_ + "-description") + ">" + escape(description()) + "</desc>\n<style>\n" +
        chart_style() + scatter_style() + "</style>\n<rect class=\"back\" width=\"460\"" +
        svg::attribute("height", height) + "/>\n";
    out += svg::text("heading", {12, 20}, "start", chart_.title) + legend() + axes();
    if (has_pictures_)
      out += svg::text("label hint", {left, panel_ + 20}, "start", "Point at a mark, tap it, or go through them with") +
             svg::text("label hint", {left, panel_ + 38}, "start", "the arrow keys to see their images here.");
    for (const std::size_t i : order_) out += point(chart_.points[i]);
    if (!chart_.points.empty()) out += keys();
    return out + "</svg>\n";
  }

 private:
  static constexpr double left = 52, right = 444, most_height = 400, picture_side = 112;

  struct Range {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    double span() const { return high - low; }
    void widen(double span_wanted) {
      const double room = std::max(0.0, span_wanted - span()) / 2;
      low -= room;
      high += room;
    }
  };

  /// A map that is neither flat nor high, whatever the points.
  void choose_axes() {
    Range x, y;
    for (const ScatterPoint& point : chart_.points) {
      x.low = std::min(x.low, point.x), x.high = std::max(x.high, point.x);
      y.low = std::min(y.low, point.y), y.high = std::max(y.high, point.y);
    }
    if (chart_.points.empty()) x.low = y.low = 0, x.high = y.high = 1;
    y.widen(0.5 * x.span());
    x.widen(0.9 * y.span());
    x_ = linear_axis(x.low, x.high);
    y_ = linear_axis(y.low, y.high, y.span() < 0.7 * x.span() ? 4 : 5);
  }

  svg::Point place(double x, double y) const { return {left + unit_ * (x - x_.low), bottom_ - unit_ * (y - y_.low)}; }

  /// A dot, square, triangle or diamond of about the same area.
  std::string mark(std::size_t group, svg::Point at) const {
    static constexpr const char* shapes[] = {"m-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0z", "m-3.5,-3.5h7v7h-7z",
                                             "m0,-5.2l5,8.6h-10z", "m0,-5l5,5l-5,5l-5,-5z"};
    const std::string colour = chart_.groups[group].muted ? "muted" : "c" + std::to_string(group % 7);
    return "<path" + svg::attribute("class", "dot " + colour) +
           svg::attribute("d", "M" + fixed(at.x, 1) + "," + fixed(at.y, 1) + shapes[group % 4]) + "/>";
  }

  std::size_t members(std::size_t group) const {
    return static_cast<std::size_t>(std::count_if(chart_.points.begin(), chart_.points.end(),
                                                  [group](const ScatterPoint& point) { return point.group == group; }));
  }

  std::string description() const {
    std::string text = "Map of " + grouped(static_cast<long long>(chart_.points.size())) +
                       " points; across: " + chart_.x_name + "; upwards: " + chart_.y_name + ".";
    for (std::size_t g = 0; g < chart_.groups.size(); ++g) {
      double x = 0, y = 0;
      for (const ScatterPoint& point : chart_.points)
        if (point.group == g) x += point.x, y += point.y;
      const auto count = static_cast<double>(members(g));
      if (count > 0)
        text += " " + chart_.groups[g].name + ": " + fixed(count, 0) + " points around (" + significant(x / count, 3) +
                ", " + significant(y / count, 3) + ").";
    }
    return text;
  }

  std::string legend() const {
    std::string out;
    for (std::size_t g = 0; g < chart_.groups.size(); ++g) {
      const double x = g % 2 == 0 ? 16 : 236, y = 38 + 18 * static_cast<double>(g / 2);
      out +=
          mark(g, {x, y}) + svg::text("label", {x + 10, y + 4.5}, "start",
                                      chart_.groups[g].name + " (" + grouped(static_cast<long long>(members(g))) + ")");
    }
    return out;
  }

  std::string axes() const {
    std::string out = svg::text("label", {left, top_ - 8}, "start", "upwards: " + chart_.y_name);
    const svg::Point corner = place(x_.low, y_.low), opposite = place(x_.high, y_.high);
    for (const Tick& tick : x_.ticks) {
      const double x = place(tick.value, 0).x;
      out += svg::line("grid", {x, corner.y}, {x, opposite.y}) +
             svg::text("label", {x, corner.y + 18}, "middle", tick.label);
    }
    for (const Tick& tick : y_.ticks) {
      const double y = place(0, tick.value).y;
      out += svg::line("grid", {corner.x, y}, {opposite.x, y}) +
             svg::text("label", {corner.x - 7, y + 4}, "end", tick.label);
    }
    return out + svg::text("label", {left, corner.y + 38}, "start", "across: " + chart_.x_name);
  }

  /// At its own place (0, 0), so that another map can show it where its points' pictures stand.
  std::string picture(const ScatterPoint& p) const {
    const std::string number = "-picture-" + std::to_string(&p - chart_.points.data());
    if (!pictures_of_.empty())
      return "<use" + svg::attribute("href", "#" + pictures_of_ + number) + svg::attribute("x", left) +
             svg::attribute("y", panel_) + "/>\n";
    return "<g" + svg::attribute("transform", "translate(" + fixed(left, 0) + " " + fixed(panel_, 1) + ")") +
           "><image" + svg::attribute("id", id_ + number) + svg::attribute("width", picture_side) +
           svg::attribute("height", picture_side) + svg::attribute("href", p.thumbnail) + "/></g>\n";
  }

  std::string point(const ScatterPoint& p) const {
    const svg::Point at = place(p.x, p.y);
    std::string name;
    for (const std::string& line : p.lines) name += (name.empty() ? "" : ", ") + line;
    std::string out = "<g class=\"point\" tabindex=\"-1\" role=\"img\"" + svg::attribute("aria-label", name) + ">" +
                      mark(p.group, at) + svg::circle("touch", at, 7);
    if (!p.thumbnail.empty()) {
      out += "<g class=\"detail\">" + svg::rectangle("back", {0, panel_}, 460, picture_side + 12) + picture(p);
      double y = panel_ + 20;
      for (const std::string& line : p.lines) {
        out += svg::text(y > panel_ + 20 ? "label" : "label name", {left + picture_side + 12, y}, "start", line);
        y += 20;
      }
      out += "</g>";
    } else {
      out += "<title>" + escape(name) + "</title>";
    }
    return out + "</g>\n";
  }

  /// The arrow keys go from mark to mark, so that a map is one stop of the tab key and not hundreds.
  static std::string keys() {
    return "<script>\n"
           "(function(map){var marks=Array.from(map.querySelectorAll('.point')),"
           "steps={ArrowRight:1,ArrowDown:1,ArrowLeft:-1,ArrowUp:-1};\n"
           "map.addEventListener('keydown',function(event){var step=steps[event.key];if(!step)return;\n"
           "var at=marks.indexOf(document.activeElement);if(at===-1)at=step===1?-1:0;\n"
           "marks[(at+step+marks.length)%marks.length].focus({preventScroll:true});event.preventDefault();});"
           "})(document.currentScript.parentNode);\n</script>\n";
  }

  const ScatterChart& chart_;
  std::string id_, pictures_of_;
  std::vector<std::size_t> order_;  // from left to right
  Axis x_, y_;
  double unit_ = 1, top_ = 0, bottom_ = 0, panel_ = 0;
  bool has_pictures_ = false;
};

}  // namespace

std::string scatter_svg(const ScatterChart& chart, const std::string& id, const std::string& pictures_of) {
  return ScatterDrawing(chart, id, pictures_of).draw();
}

}  // namespace app
