// Pieces of SVG, each a text. Coordinates are rounded to a tenth of a unit.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/cli/numbers.hpp"
#include "support/page/markup.hpp"

namespace app::svg {

struct Point {
  double x = 0, y = 0;
};

/// name="value", escaped, with a blank before it.
inline std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + escape(value) + "\"";
}
inline std::string attribute(std::string_view name, double value) { return attribute(name, fixed(value, 1)); }

inline std::string line(std::string_view css_class, Point from, Point to) {
  return "<line" + attribute("class", css_class) + attribute("x1", from.x) + attribute("y1", from.y) +
         attribute("x2", to.x) + attribute("y2", to.y) + "/>\n";
}

inline std::string polyline(std::string_view css_class, const std::vector<Point>& points) {
  std::string list;
  for (const Point& p : points) list += (list.empty() ? "" : " ") + fixed(p.x, 1) + "," + fixed(p.y, 1);
  return "<polyline" + attribute("class", css_class) + attribute("points", list) + "/>\n";
}

inline std::string polygon(std::string_view css_class, const std::vector<Point>& corners) {
  std::string list;
  for (const Point& p : corners) list += (list.empty() ? "" : " ") + fixed(p.x, 1) + "," + fixed(p.y, 1);
  return "<polygon" + attribute("class", css_class) + attribute("points", list) + "/>\n";
}

/// `tooltip` is shown where a mouse rests on it.
inline std::string rectangle(std::string_view css_class, Point top_left, double width, double height,
                             std::string_view tooltip = "") {
  const std::string start = "<rect" + attribute("class", css_class) + attribute("x", top_left.x) +
                            attribute("y", top_left.y) + attribute("width", width) + attribute("height", height);
  if (tooltip.empty()) return start + "/>\n";
  return start + "><title>" + escape(tooltip) + "</title></rect>\n";
}

/// A dot; `tooltip` is shown where a mouse rests on it.
inline std::string circle(std::string_view css_class, Point centre, double radius, std::string_view tooltip = "") {
  const std::string start = "<circle" + attribute("class", css_class) + attribute("cx", centre.x) +
                            attribute("cy", centre.y) + attribute("r", radius);
  if (tooltip.empty()) return start + "/>\n";
  return start + "><title>" + escape(tooltip) + "</title></circle>\n";
}

/// `anchor`: "start", "middle" or "end" of the text stands at the point, its baseline at the point's height.
inline std::string text(std::string_view css_class, Point at, std::string_view anchor, std::string_view content) {
  return "<text" + attribute("class", css_class) + attribute("x", at.x) + attribute("y", at.y) +
         attribute("text-anchor", anchor) + ">" + escape(content) + "</text>\n";
}

}  // namespace app::svg
