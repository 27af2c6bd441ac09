#include "support/chart/axis.hpp"

#include <algorithm>

#include "support/text/numbers.hpp"

namespace app {

namespace {

/// The smallest of 1, 2, 5 times a power of ten that is not below `step`.
double nice_step(double step) {
  const double power = std::pow(10.0, std::floor(std::log10(step)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= step * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

}  // namespace

Axis linear_axis(double low, double high, int intervals) {
  if (!(high - low > 1e-9 * std::abs(high))) {  // one value alone: some room around it
    const double room = high == 0 ? 1 : 0.1 * std::abs(high);
    low -= room;
    high += room;
  }
  const double step = nice_step((high - low) / intervals);
  const double first = std::floor(low / step + 1e-9), last = std::ceil(high / step - 1e-9);
  const int decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  Axis axis{first * step, last * step, false, {}};
  const bool plain = step >= 1e-6 && std::abs(high) < 1e7 && std::abs(low) < 1e7;
  for (double i = first; i <= last; ++i)
    axis.ticks.push_back({i * step, plain ? fixed(i * step, decimals) : significant(i * step, 3)});
  return axis;
}

Axis constant_axis(double value) {
  const double room = value == 0 ? 1 : 0.1 * std::abs(value);
  return {value - room, value + room, false, {{value, significant(value, 4)}}};
}

Axis logarithmic_axis(double low, double high) {
  const bool wide = high / low > 1e3;
  std::vector<double> marks;
  for (double exponent = std::floor(std::log10(low)) - 1; exponent <= std::ceil(std::log10(high)) + 1; ++exponent)
    for (const double factor : {1.0, 2.0, 5.0})
      if (!wide || factor == 1) marks.push_back(factor * std::pow(10.0, exponent));
  std::size_t first = 0, last = marks.size() - 1;
  while (first + 2 < marks.size() && marks[first + 1] <= low) ++first;
  while (last > first + 1 && marks[last - 1] >= high) --last;
  Axis axis{marks[first], marks[last], true, {}};
  const std::size_t stride = (last - first) / 8 + 1;
  for (std::size_t i = first; i <= last; i += stride) axis.ticks.push_back({marks[i], significant(marks[i], 3)});
  return axis;
}

Axis epoch_axis(int first, int last) {
  Axis axis{static_cast<double>(first), static_cast<double>(last), false, {}};
  if (first == last) axis.low -= 0.5, axis.high += 0.5;
  const double step = std::max(1.0, nice_step((axis.high - axis.low) / 6));
  for (double tick = std::ceil(first / step) * step; tick <= last; tick += step)
    axis.ticks.push_back({tick, fixed(tick, 0)});
  return axis;
}

}  // namespace app
