#include "support/chart/svg.hpp"

#include <utility>

#include "support/text/markup.hpp"
#include "support/text/numbers.hpp"

namespace app::svg {

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + escape(value) + "\"";
}

std::string attribute(std::string_view name, double value) { return attribute(name, fixed(value, 1)); }

std::string line(std::string_view css_class, Point from, Point to) {
  return "<line" + attribute("class", css_class) + attribute("x1", from.x) + attribute("y1", from.y) +
         attribute("x2", to.x) + attribute("y2", to.y) + "/>\n";
}

std::string polyline(std::string_view css_class, const std::vector<Point>& points) {
  std::string list;
  for (const Point& p : points) list += (list.empty() ? "" : " ") + fixed(p.x, 1) + "," + fixed(p.y, 1);
  return "<polyline" + attribute("class", css_class) + attribute("points", list) + "/>\n";
}

std::string polygon(std::string_view css_class, const std::vector<Point>& corners) {
  std::string list;
  for (const Point& p : corners) list += (list.empty() ? "" : " ") + fixed(p.x, 1) + "," + fixed(p.y, 1);
  return "<polygon" + attribute("class", css_class) + attribute("points", list) + "/>\n";
}

std::string rectangle(std::string_view css_class, Point top_left, double width, double height,
                      std::string_view tooltip) {
  const std::string start = "<rect" + attribute("class", css_class) + attribute("x", top_left.x) +
                            attribute("y", top_left.y) + attribute("width", width) + attribute("height", height);
  if (tooltip.empty()) return start + "/>\n";
  return start + "><title>" + escape(tooltip) + "</title></rect>\n";
}

std::string circle(std::string_view css_class, Point centre, double radius, std::string_view tooltip) {
  const std::string start = "<circle" + attribute("class", css_class) + attribute("cx", centre.x) +
                            attribute("cy", centre.y) + attribute("r", radius);
  if (tooltip.empty()) return start + "/>\n";
  return start + "><title>" + escape(tooltip) + "</title></circle>\n";
}

std::string text(std::string_view css_class, Point at, std::string_view anchor, std::string_view content) {
  return "<text" + attribute("class", css_class) + attribute("x", at.x) + attribute("y", at.y) +
         attribute("text-anchor", anchor) + ">" + escape(content) + "</text>\n";
}

}  // namespace app::svg
