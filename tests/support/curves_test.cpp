// curves.svg: well-formed for any history, its axes, what it draws and what it leaves out.
#include "support/chart/curves.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/chart/axis.hpp"
#include "support/text/numbers.hpp"
#include "well_formed.hpp"

namespace curves_test {

namespace {

std::vector<app::EpochRecord> history(int epochs) {
  std::vector<app::EpochRecord> records;
  for (int epoch = 1; epoch <= epochs; ++epoch)
    records.push_back({epoch, 1.0 / epoch, 0.9 - 0.5 / epoch, 1.1 / epoch, 0.88 - 0.5 / epoch, 0.01, 1, 1, 1});
  return records;
}

constexpr double infinity = std::numeric_limits<double>::infinity();
const double not_a_number = std::nan("");

std::vector<std::string> labels(const app::Axis& axis) {
  std::vector<std::string> result;
  for (const app::Tick& tick : axis.ticks) result.push_back(tick.label);
  return result;
}

}  // namespace

TEST_CASE("the check of well-formedness finds faults") {
  CHECK(markup_fault("<a b=\"c\"><d/>text &amp; more</a>") == "");
  CHECK(markup_fault("<a><br></a>", {"br"}) == "");
  for (const char* bad : {"<a>", "</a>", "<a><b></a></b>", "<a b=c></a>", "<a b=\"<\"></a>", "<a>1 < 2</a>", "<a>&</a>",
                          "<a>1 > 2</a>", "<a b=\"1\" b=\"2\"></a>", "<a", "<a><style></a>"})
    CHECK(markup_fault(bad) != "");
}

TEST_CASE("ticks of a linear axis are round numbers that enclose the data") {
  const app::Axis axis = app::linear_axis(0.634, 0.917);
  CHECK(labels(axis) == std::vector<std::string>{"0.6", "0.7", "0.8", "0.9", "1.0"});
  CHECK(axis.position(0.6) == doctest::Approx(0));
  CHECK(axis.position(1.0) == doctest::Approx(1));
  CHECK(labels(app::linear_axis(0, 10)) == std::vector<std::string>{"0", "2", "4", "6", "8", "10"});
  for (const auto& [low, high] :
       {std::pair(0.0, 0.0), {5.0, 5.0}, {-3.0, 7.0}, {1e-9, 2e-9}, {1e12, 3e12}, {0.1, 1e8}}) {
    const app::Axis any = app::linear_axis(low, high);
    CHECK(any.low <= low);
    CHECK(any.high >= high);
    CHECK(any.ticks.size() >= 3);
    CHECK(any.ticks.size() <= 9);
    for (std::size_t i = 1; i < any.ticks.size(); ++i) CHECK(any.ticks[i].label != any.ticks[i - 1].label);
  }
}

TEST_CASE("a constant learning rate has one tick: itself") {
  std::vector<app::EpochRecord> history(3);
  for (int i = 0; i < 3; ++i) history[static_cast<std::size_t>(i)].epoch = i + 1;
  for (app::EpochRecord& record : history) record.learning_rate = 0.01;
  const std::string svg = app::learning_rate_panel(history, 1);
  CHECK(svg.find(">0.01</text>") != svg.npos);
  CHECK(svg.find("0.009") == svg.npos);
  CHECK(svg.find("0.011") == svg.npos);
  for (const double value : {0.0, 5.0, -3.0, 1e-9}) {
    CHECK(labels(app::constant_axis(value)).size() == 1);
    CHECK(app::constant_axis(value).position(value) == doctest::Approx(0.5));
  }
}

TEST_CASE("a logarithmic axis encloses the data and has a handful of ticks") {
  for (const auto& [low, high] : {std::pair(0.13, 6.6), {1.0, 100.0}, {0.002, 0.9}, {1e-12, 1e9}, {3.0, 3.0}}) {
    const app::Axis axis = app::logarithmic_axis(low, high);
    CHECK(axis.low <= low);
    CHECK(axis.high >= high);
    CHECK(axis.ticks.size() >= 2);
    CHECK(axis.ticks.size() <= 9);
    CHECK(axis.position(axis.low) == doctest::Approx(0));
    CHECK(axis.position(axis.high) == doctest::Approx(1));
  }
}

TEST_CASE("ticks of the epochs are whole numbers") {
  CHECK(labels(app::epoch_axis(1, 1)) == std::vector<std::string>{"1"});
  CHECK(labels(app::epoch_axis(1, 3)) == std::vector<std::string>{"1", "2", "3"});
  CHECK(labels(app::epoch_axis(1, 30)) == std::vector<std::string>{"5", "10", "15", "20", "25", "30"});
  CHECK(app::epoch_axis(1, 100'000).ticks.size() <= 8);
}

TEST_CASE("a run of 30 epochs: two curves a panel, best epoch marked in both") {
  const std::string svg = app::curves_svg(history(30), 28);
  CHECK(markup_fault(svg) == "");
  CHECK(count(svg, "<polyline class=\"train\"") == 2);
  CHECK(count(svg, "<polyline class=\"validation\"") == 2);
  CHECK(count(svg, "<line class=\"best\"") == 2);
  CHECK(svg.find("best epoch 28: 0.862") != svg.npos);
  CHECK(svg.find("prefers-color-scheme:dark") != svg.npos);
  CHECK(count(svg, "<desc") == 2);
  CHECK(svg.find("not finite") == svg.npos);
  CHECK(svg.find("nan") == svg.npos);
}

TEST_CASE("curves have a point for each epoch, at the right place") {
  const std::string svg = app::iou_panel({{1, 0, 0.0, 0, 0.5, 0, 0, 0, 0}, {3, 0, 1.0, 0, 0.5, 0, 0, 0, 0}}, 0);
  // The plot reaches from (52, 276) to (440, 50); the axes from epoch 1 to 3 and from 0 to 1.
  CHECK(svg.find("<polyline class=\"train\" points=\"52.0,276.0 440.0,50.0\"/>") != svg.npos);
  CHECK(svg.find("<polyline class=\"validation\" points=\"52.0,163.0 440.0,163.0\"/>") != svg.npos);
  CHECK(svg.find("class=\"best\"") == svg.npos);
}

TEST_CASE("no epoch and one epoch") {
  CHECK(markup_fault(app::curves_svg({}, 0)) == "");
  const std::string one = app::curves_svg(history(1), 1);
  CHECK(markup_fault(one) == "");
  CHECK(count(one, "<polyline") == 0);
  CHECK(count(one, " dot\"") == 4);
}

TEST_CASE("values that are not finite break the curve and are counted") {
  auto records = history(10);
  records[3].validation_loss = not_a_number;
  records[5].validation_loss = infinity;
  const std::string svg = app::loss_panel(records, 10);
  CHECK(markup_fault(svg) == "");
  CHECK(count(svg, "<polyline class=\"validation\"") == 2);
  CHECK(count(svg, "<circle class=\"validation dot\"") == 1);
  CHECK(svg.find("not drawn: 2 not finite") != svg.npos);
  CHECK(svg.find("nan") == svg.npos);
  CHECK(svg.find("inf") == svg.npos);

  for (auto& record : records) record.train_loss = record.validation_loss = not_a_number;
  const std::string none = app::loss_panel(records, 10);
  CHECK(markup_fault(none) == "");
  CHECK(none.find("no finite value") != none.npos);
  CHECK(count(none, "<polyline") == 0);
}

TEST_CASE("a loss that falls far is drawn on a logarithmic scale, one at zero is not") {
  auto records = history(10);
  CHECK(app::loss_panel(records, 1).find("logarithmic") == std::string::npos);
  records[0].validation_loss = 100;
  CHECK(app::loss_panel(records, 1).find("logarithmic") != std::string::npos);
  records[9].train_loss = 0;
  CHECK(app::loss_panel(records, 1).find("logarithmic") == std::string::npos);
}

TEST_CASE("an epoch of almost no overlap leaves the scale of IoU linear") {
  auto records = history(10);
  records[4].validation_iou = 0.0006;
  CHECK(app::iou_panel(records, 1).find("logarithmic") == std::string::npos);
}

TEST_CASE("many epochs stay small and well-formed") {
  const std::string svg = app::curves_svg(history(5000), 4000);
  CHECK(markup_fault(svg) == "");
  CHECK(svg.size() < 400'000);
}

}  // namespace curves_test
