#include "support/picture/scale_bar.hpp"

#include "support/picture/label.hpp"
#include "support/text/numbers.hpp"

namespace app {

namespace detail {

std::vector<Tick> bar_ticks(const ScaleBar& bar) {
  std::vector<Tick> ticks;
  const double slack = 1e-9 * (bar.high - bar.low);
  for (const Tick& tick : linear_axis(bar.low, bar.high, 4).ticks)
    if (tick.value >= bar.low - slack && tick.value <= bar.high + slack) ticks.push_back(tick);
  if (ticks.size() >= 2) return ticks;
  return {{bar.low, significant(bar.low, 3)}, {bar.high, significant(bar.high, 3)}};
}

}  // namespace detail

namespace {

/// Pixel of a value on a bar that is drawn from 0 to length - 1.
Index bar_position(const ScaleBar& bar, double value) {
  return std::lround((value - bar.low) / (bar.high - bar.low) * static_cast<double>(bar.length - 1));
}

void check_bar(const ScaleBar& bar) {
  if (!(bar.low < bar.high) || !std::isfinite(bar.low) || !std::isfinite(bar.high) || bar.length < 2)
    throw unet::OptionError("scale bar from " + exact(bar.low) + " to " + exact(bar.high) + " of " +
                            std::to_string(bar.length) + " pixels; it needs two ends that differ, and 2 pixels");
}

}  // namespace

Picture horizontal_scale_bar(const ScaleBar& bar) {
  check_bar(bar);
  const Index line = label_height(bar.scale), thickness = 8 * bar.scale, tick = 3 * bar.scale;
  const Index top = bar.title.empty() ? 0 : line + bar.scale;
  Index margin = 0;  // numbers are centred below their ticks, so half of them may stand out
  for (const Tick& t : detail::bar_ticks(bar)) margin = std::max(margin, label_width(t.label, bar.scale) / 2);
  const Index width = std::max(bar.length + 2 * margin, margin + label_width(bar.title, bar.scale));
  Picture picture(top + thickness + tick + bar.scale + line, width, bar.background);
  draw_label(picture, bar.title, 0, margin, bar.scale, bar.text);
  for (Index x = 0; x < bar.length; ++x)
    for (Index y = 0; y < thickness; ++y)
      picture.set(top + y, margin + x, bar.map(static_cast<double>(x) / static_cast<double>(bar.length - 1)));
  for (const Tick& t : detail::bar_ticks(bar)) {
    const Index x = margin + bar_position(bar, t.value);
    for (Index y = 0; y < tick; ++y) picture.set(top + thickness + y, x, bar.text);
    draw_label(picture, t.label, top + thickness + tick + bar.scale, x - label_width(t.label, bar.scale) / 2, bar.scale,
               bar.text);
  }
  return picture;
}

Picture vertical_scale_bar(const ScaleBar& bar) {
  check_bar(bar);
  const Index line = label_height(bar.scale), thickness = 8 * bar.scale, tick = 3 * bar.scale;
  const Index margin = line / 2, top = margin + (bar.title.empty() ? 0 : line + bar.scale);
  Index widest = 0;
  for (const Tick& t : detail::bar_ticks(bar)) widest = std::max(widest, label_width(t.label, bar.scale));
  const Index width = std::max(thickness + tick + 3 * bar.scale + widest, label_width(bar.title, bar.scale));
  Picture picture(top + bar.length + margin, width, bar.background);
  draw_label(picture, bar.title, 0, 0, bar.scale, bar.text);
  for (Index y = 0; y < bar.length; ++y)
    for (Index x = 0; x < thickness; ++x)
      picture.set(top + bar.length - 1 - y, x, bar.map(static_cast<double>(y) / static_cast<double>(bar.length - 1)));
  for (const Tick& t : detail::bar_ticks(bar)) {
    const Index y = top + bar.length - 1 - bar_position(bar, t.value);
    for (Index x = 0; x < tick; ++x) picture.set(y, thickness + x, bar.text);
    draw_label(picture, t.label, y - 7 * bar.scale / 2, thickness + tick + 3 * bar.scale, bar.scale, bar.text);
  }
  return picture;
}

}  // namespace app
