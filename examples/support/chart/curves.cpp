#include "support/chart/curves.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "support/chart/axis.hpp"
#include "support/chart/svg.hpp"
#include "support/text/markup.hpp"
#include "support/text/numbers.hpp"

namespace app {

namespace {

/// A curve of a panel.
struct Curve {
  const char* css_class;  ///< "train" or "validation"
  const char* name;
  double EpochRecord::*value;
};

/// One panel: curves over the epochs. It is an SVG of its own, so that a page can place panels as its width allows.
class CurvePanel {
 public:
  static constexpr double width = 460, height = 320;

  enum class Scale { linear, by_range };

  /// The best epoch is marked on the last curve. `by_range`: logarithmic where values fall far.
  CurvePanel(const std::vector<EpochRecord>& history, int best_epoch, std::string name, std::vector<Curve> curves,
             Scale scale = Scale::by_range)
      : history_(history), best_epoch_(best_epoch), name_(std::move(name)), curves_(std::move(curves)) {
    for (const EpochRecord& record : history_)
      for (const Curve& curve : curves_)
        if (const double value = record.*curve.value; std::isfinite(value)) {
          low_ = std::min(low_, value);
          high_ = std::max(high_, value);
        } else {
          ++not_finite_;
        }
    if (!history_.empty()) x_ = epoch_axis(history_.front().epoch, history_.back().epoch);
    // A first epoch far above all others would press the rest of a linear curve flat.
    const bool far = scale == Scale::by_range && low_ > 0 && high_ / low_ > 30;
    if (low_ == high_) y_ = constant_axis(low_);
    if (low_ < high_) y_ = far ? logarithmic_axis(low_, high_) : linear_axis(low_, high_);
  }

  /// `position`: attributes x and y when the panel stands in another SVG; `id` must be unique in the document.
  std::string draw(const std::string& id, const std::string& position = "") const {
    std::string out =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"curves\" role=\"img\" viewBox=\"0 0 460 320\"" + position +
        svg::attribute("aria-labelledby", id + "-title " + id + "-description") + ">\n";
    out += "<title" + svg::attribute("id", id + "-title") + ">" + escape(name_ + " over the epochs") + "</title>\n";
    out += "<desc" + svg::attribute("id", id + "-description") + ">" + escape(description()) + "</desc>\n";
    out += svg::text("heading", {left, 20}, "start", name_ + (y_.logarithmic ? " (logarithmic scale)" : ""));
    if (not_finite_ > 0)
      out += svg::text("note", {right, 20}, "end", "not drawn: " + std::to_string(not_finite_) + " not finite");
    out += legend() + axes() + best_line();
    if (low_ > high_) out += svg::text("note", {(left + right) / 2, (top + bottom) / 2}, "middle", "no finite value");
    for (const Curve& curve : curves_) out += draw(curve);
    return out + best_dot() + "</svg>\n";
  }

 private:
  static constexpr double left = 52, right = 440, top = 50, bottom = 276;

  svg::Point point(int epoch, double value) const {
    return {left + (right - left) * x_.position(epoch), bottom - (bottom - top) * y_.position(value)};
  }

  const EpochRecord* best() const {
    const auto same = [this](const EpochRecord& record) { return record.epoch == best_epoch_; };
    const auto found = std::find_if(history_.begin(), history_.end(), same);
    return found == history_.end() ? nullptr : &*found;
  }

  std::string description() const {
    if (history_.empty()) return "No epoch is finished.";
    const EpochRecord& last = history_.back();
    const auto values = [this](const EpochRecord& record) {
      std::string text;
      for (const Curve& curve : curves_)
        text += (text.empty() ? " " : ", ") + std::string(curve.name) + " " + significant(record.*curve.value, 4);
      return text + ".";
    };
    std::string text = "Epochs " + std::to_string(history_.front().epoch) + " to " + std::to_string(last.epoch) + ".";
    if (best()) text += " Best epoch " + std::to_string(best_epoch_) + ":" + values(*best());
    return text + " Last epoch:" + values(last);
  }

  std::string legend() const {
    std::string out;
    double x = left;
    for (const Curve& curve : curves_) {
      out += svg::line(curve.css_class, {x, 36}, {x + 26, 36});
      out += svg::text("label", {x + 32, 40}, "start", curve.name);
      x += 102;
    }
    if (!best()) return out;
    const std::string note =
        "best epoch " + std::to_string(best_epoch_) + ": " + significant(best()->*curves_.back().value, 3);
    return out + svg::circle("best-dot", {left + 224, 36}, 4.5) + svg::text("label", {left + 234, 40}, "start", note);
  }

  std::string axes() const {
    std::string out;
    for (const Tick& tick : y_.ticks) {
      const double y = bottom - (bottom - top) * y_.position(tick.value);
      out += svg::line("grid", {left, y}, {right, y});
      out += svg::text("label", {left - 7, y + 4}, "end", tick.label);
    }
    for (const Tick& tick : x_.ticks) {
      const double x = left + (right - left) * x_.position(tick.value);
      out += svg::line("axis", {x, bottom}, {x, bottom + 5});
      out += svg::text("label", {x, bottom + 18}, "middle", tick.label);
    }
    out += svg::line("axis", {left, bottom}, {right, bottom});
    return out + svg::text("label", {(left + right) / 2, bottom + 36}, "middle", "epoch");
  }

  std::string best_line() const {
    if (!best()) return "";
    const double x = point(best_epoch_, y_.low).x;
    return svg::line("best", {x, top}, {x, bottom});
  }

  std::string best_dot() const {
    const auto value = curves_.back().value;
    const bool drawn = best() && std::isfinite(best()->*value);
    return drawn ? svg::circle("best-dot", point(best_epoch_, best()->*value), 4.5) : "";
  }

  /// The line breaks where a value is not finite; a value without finite neighbours is a dot.
  std::string draw(const Curve& curve) const {
    const std::string css_class = curve.css_class;
    const auto member = curve.value;
    std::string out;
    std::vector<svg::Point> run;
    const auto finish = [&] {
      if (run.size() == 1) out += svg::circle(css_class + " dot", run[0], 3);
      if (run.size() > 1) out += svg::polyline(history_.size() > 200 ? css_class + " dense" : css_class, run);
      run.clear();
    };
    for (const EpochRecord& record : history_) {
      if (std::isfinite(record.*member))
        run.push_back(point(record.epoch, record.*member));
      else
        finish();
    }
    finish();
    // Few epochs: invisible dots that tell their value where a mouse rests on them.
    if (history_.size() <= 100)
      for (const EpochRecord& record : history_)
        if (std::isfinite(record.*member))
          out += svg::circle("touch", point(record.epoch, record.*member), 6,
                             curve.name + std::string(", epoch ") + std::to_string(record.epoch) + ": " +
                                 significant(record.*member, 4));
    return out;
  }

  const std::vector<EpochRecord>& history_;
  int best_epoch_;
  std::string name_;
  std::vector<Curve> curves_;
  double low_ = std::numeric_limits<double>::infinity(), high_ = -low_;
  int not_finite_ = 0;
  Axis x_ = epoch_axis(1, 1), y_ = linear_axis(0, 1);
};

}  // namespace

const char* curves_style() {
  return R"(.curves{font:13px system-ui,sans-serif;
--text:#222;--grid:#e2e2e2;--axis:#888;--back:#fff;--train:#0072b2;--validation:#d55e00}
@media screen and (prefers-color-scheme:dark){.curves{
--text:#ddd;--grid:#383838;--axis:#999;--back:#181818;--train:#56b4e9;--validation:#ff9248}}
.curves text{fill:var(--text)}
.curves .heading{font-size:15px;font-weight:600}
.curves .note{font-style:italic}
.curves line,.curves polyline{fill:none;stroke-width:2;stroke-linejoin:round}
.curves .dense{stroke-width:1}
.curves .grid{stroke:var(--grid);stroke-width:1}
.curves .axis{stroke:var(--axis);stroke-width:1}
.curves .best{stroke:var(--axis);stroke-width:1;stroke-dasharray:4 3}
.curves .train{stroke:var(--train);stroke-dasharray:6 3}
.curves .validation{stroke:var(--validation)}
.curves .train.dot{fill:var(--train);stroke:none}
.curves .validation.dot{fill:var(--validation);stroke:none}
.curves .best-dot{fill:var(--back);stroke:var(--validation);stroke-width:2.5}
.curves .touch{fill:transparent}
.curves .back{fill:var(--back)}
)";
}

std::string loss_panel(const std::vector<EpochRecord>& history, int best_epoch, const std::string& position) {
  return CurvePanel(history, best_epoch, "Loss",
                    {{"train", "training", &EpochRecord::train_loss},
                     {"validation", "validation", &EpochRecord::validation_loss}})
      .draw("loss", position);
}

std::string iou_panel(const std::vector<EpochRecord>& history, int best_epoch, const std::string& position) {
  return CurvePanel(history, best_epoch, "IoU",
                    {{"train", "training", &EpochRecord::train_iou},
                     {"validation", "validation", &EpochRecord::validation_iou}},
                    CurvePanel::Scale::linear)
      .draw("iou", position);
}

std::string learning_rate_panel(const std::vector<EpochRecord>& history, int best_epoch) {
  return CurvePanel(history, best_epoch, "Learning rate",
                    {{"validation", "learning rate", &EpochRecord::learning_rate}})
      .draw("learning-rate");
}

std::string curves_svg(const std::vector<EpochRecord>& history, int best_epoch) {
  const auto place = [](double x) {
    return svg::attribute("x", x) + svg::attribute("y", 10) + svg::attribute("width", CurvePanel::width) +
           svg::attribute("height", CurvePanel::height);
  };
  return std::string(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"curves\" role=\"img\" viewBox=\"0 0 960 340\" ") +
         "width=\"960\" height=\"340\" aria-labelledby=\"curves-title\">\n<title id=\"curves-title\">Learning "
         "curves</title>\n" +
         "<style>\n" + curves_style() + "</style>\n<rect class=\"back\" width=\"960\" height=\"340\"/>\n" +
         loss_panel(history, best_epoch, place(10)) + iou_panel(history, best_epoch, place(490)) + "</svg>\n";
}

}  // namespace app
