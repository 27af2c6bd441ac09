// Pieces of SVG, each a text. Coordinates are rounded to a tenth of a unit.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace app::svg {

struct Point {
  double x = 0, y = 0;
};

/// name="value", escaped, with a blank before it.
std::string attribute(std::string_view name, std::string_view value);

std::string attribute(std::string_view name, double value);

std::string line(std::string_view css_class, Point from, Point to);

std::string polyline(std::string_view css_class, const std::vector<Point>& points);

std::string polygon(std::string_view css_class, const std::vector<Point>& corners);

/// `tooltip` is shown where a mouse rests on it.
std::string rectangle(std::string_view css_class, Point top_left, double width, double height,
                      std::string_view tooltip = "");

/// A dot; `tooltip` is shown where a mouse rests on it.
std::string circle(std::string_view css_class, Point centre, double radius, std::string_view tooltip = "");

/// `anchor`: "start", "middle" or "end" of the text stands at the point, its baseline at the point's height.
std::string text(std::string_view css_class, Point at, std::string_view anchor, std::string_view content);

}  // namespace app::svg
