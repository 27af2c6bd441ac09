// The map of points: well-formed, one unit for both axes, every point with its picture and words.
#include "support/chart/scatter.hpp"

#include <doctest/doctest.h>

#include "support/chart/svg.hpp"
#include "well_formed.hpp"

namespace scatter_test {

namespace {

app::ScatterChart chart(std::vector<std::pair<double, double>> places) {
  app::ScatterChart c{"Map <1>", "first", "second", {{"a & b"}, {"c"}, {"unknown", true}}, {}};
  for (const auto& [x, y] : places)
    c.points.push_back({x, y, c.points.size() % 3, {"image " + std::to_string(c.points.size()), "\"c\" & co"}});
  return c;
}

/// Where the mark of the i-th point from the left is drawn.
app::svg::Point place(const std::string& svg, int i) {
  std::size_t at = 0;
  for (int k = 0; k <= i; ++k) at = svg.find("<g class=\"point\"", at + 1);
  REQUIRE(at != svg.npos);
  at = svg.find(" d=\"M", at) + 5;
  const std::size_t comma = svg.find(',', at);
  return {std::stod(svg.substr(at)), std::stod(svg.substr(comma + 1))};
}

}  // namespace

TEST_CASE("well-formed, with a legend that counts, and words for those who do not see it") {
  const std::string svg = app::scatter_svg(chart({{0, 0}, {3, 1}, {-1, 2}, {2, 2}}), "map");
  CHECK(markup_fault(svg) == "");
  CHECK(count(svg, "<g class=\"point\"") == 4);
  CHECK(svg.find("a &amp; b (2)") != svg.npos);
  CHECK(svg.find("unknown (1)") != svg.npos);
  CHECK(svg.find("Map of 4 points; across: first; upwards: second. a &amp; b: 2 points around (1, 1).") != svg.npos);
  CHECK(svg.find("aria-label=\"image 1, &quot;c&quot; &amp; co\"") != svg.npos);
  CHECK(svg.find("aria-labelledby=\"map-title map-description\"") != svg.npos);
  CHECK(count(svg, "class=\"dot muted\"") == 2);  // in the legend and on the map
  CHECK(svg.find("prefers-color-scheme:dark") != svg.npos);
}

TEST_CASE("points keep their distances: one unit for both axes, y upwards, from left to right") {
  for (const double stretch : {0.01, 1.0, 100.0}) {
    const std::string svg = app::scatter_svg(chart({{0, 0}, {2, stretch}, {1, 0}}), "map");
    const auto left = place(svg, 0), middle = place(svg, 1), right = place(svg, 2);
    CHECK(left.y == doctest::Approx(middle.y));
    const double unit = middle.x - left.x;
    CHECK(right.x - left.x == doctest::Approx(2 * unit).epsilon(0.1));
    CHECK(left.y - right.y == doctest::Approx(stretch * unit).epsilon(0.1));
    for (const auto& at : {left, middle, right}) {
      CHECK(at.x >= 52);
      CHECK(at.x <= 444);
    }
  }
}

TEST_CASE("pictures stand below the map and are shown for one point at a time") {
  app::ScatterChart c = chart({{0, 0}, {1, 1}});
  CHECK(app::scatter_svg(c, "map").find("<image") == std::string::npos);
  for (auto& point : c.points) point.thumbnail = "data:image/png;base64,QUJD";
  const std::string svg = app::scatter_svg(c, "map");
  CHECK(markup_fault(svg) == "");
  CHECK(count(svg, "href=\"data:image/png;base64,QUJD\"") == 2);
  CHECK(svg.find(".scatter .detail{display:none}") != svg.npos);
  CHECK(svg.find("http") == svg.find("http://www.w3.org/2000/svg"));
  CHECK(count(svg, "http") == 1);

  const std::string other = app::scatter_svg(c, "other", "map");
  CHECK(markup_fault(other) == "");
  CHECK(count(other, "<image") == 0);
  for (const std::string number : {"0", "1"}) {
    CHECK(count(svg, "id=\"map-picture-" + number + "\"") == 1);
    CHECK(count(other, "<use href=\"#map-picture-" + number + "\"") == 1);
  }
}

TEST_CASE("no points, coinciding points, more groups than colours") {
  for (const app::ScatterChart& c : {chart({}), chart({{5, 5}}), chart({{5, 5}, {5, 5}})}) {
    const std::string svg = app::scatter_svg(c, "map");
    CHECK(markup_fault(svg) == "");
    CHECK(svg.find("nan") == svg.npos);
    CHECK(svg.find("inf") == svg.npos);
  }
  app::ScatterChart many{"many", "x", "y", {}, {}};
  for (std::size_t g = 0; g < 28; ++g) {
    many.groups.push_back({"group " + std::to_string(g)});
    many.points.push_back({static_cast<double>(g), 0, g, {"point"}});
  }
  const std::string svg = app::scatter_svg(many, "map");
  CHECK(markup_fault(svg) == "");
  // Colour and shape together tell 28 groups apart: each pair is there twice, in the legend and on the map.
  CHECK(count(svg, "class=\"dot c0\"") == 8);
}

}  // namespace scatter_test
