// A map of points in colours by group. A point shows its picture below the map where a mouse rests on it, where it is tapped,
// and where the arrow keys have led to. The map needs no script but for the keys.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace app {

struct ScatterGroup {
  std::string name;
  bool muted = false;  ///< grey: for points of which the group is not known
};

struct ScatterPoint {
  double x = 0, y = 0;
  std::size_t group = 0;
  std::vector<std::string> lines;  ///< what is said about it; the first is its name
  std::string thumbnail = {};      ///< its picture as a data URI; empty: none
};

/// Both axes have the same unit, so that distances on the map can be compared.
struct ScatterChart {
  std::string title, x_name, y_name;
  std::vector<ScatterGroup> groups;
  std::vector<ScatterPoint> points;
};

/// Colours of the groups, light and dark: Okabe & Ito's colour-blind-safe palette. After seven they come again, with another
/// shape of the mark.
const char* scatter_style();

/// The map as an SVG that brings its style along: for a file or inside a page. All coordinates must be finite, and each
/// point's group one of the chart's.
/// @param id unique in the page
/// @param pictures_of id of another map of the same points in the same page, whose pictures are shown here too: they are
/// most of a map's bytes. Empty: the map has its own.
std::string scatter_svg(const ScatterChart& chart, const std::string& id, const std::string& pictures_of = "");

}  // namespace app
