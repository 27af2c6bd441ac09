// The axis of a chart: which range it shows, where its ticks stand and what they say.
#pragma once
#include <cmath>
#include <string>
#include <vector>

#include "support/cli/numbers.hpp"

namespace app {

struct Tick {
  double value;
  std::string label;
};

/// Maps values in [low, high] to [0, 1], linearly or by logarithm.
struct Axis {
  double low = 0, high = 1;
  bool logarithmic = false;
  std::vector<Tick> ticks;

  double position(double value) const {
    if (logarithmic) return std::log(value / low) / std::log(high / low);
    return (value - low) / (high - low);
  }
};

namespace detail {

/// The smallest of 1, 2, 5 times a power of ten that is not below `step`.
inline double nice_step(double step) {
  const double power = std::pow(10.0, std::floor(std::log10(step)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= step * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

}  // namespace detail

/// A linear axis whose ticks are multiples of 1, 2 or 5 times a power of ten and which begins and ends on a tick.
/// `low` <= `high`, both finite; `intervals`: about so many between ticks.
inline Axis linear_axis(double low, double high, int intervals = 5) {
  if (!(high - low > 1e-9 * std::abs(high))) {  // one value alone: some room around it
    const double room = high == 0 ? 1 : 0.1 * std::abs(high);
    low -= room;
    high += room;
  }
  const double step = detail::nice_step((high - low) / intervals);
  const double first = std::floor(low / step + 1e-9), last = std::ceil(high / step - 1e-9);
  const int decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  Axis axis{first * step, last * step, false, {}};
  const bool plain = step >= 1e-6 && std::abs(high) < 1e7 && std::abs(low) < 1e7;
  for (double i = first; i <= last; ++i)
    axis.ticks.push_back({i * step, plain ? fixed(i * step, decimals) : significant(i * step, 3)});
  return axis;
}

/// A logarithmic axis for 0 < `low` <= `high`; ticks at 1, 2, 5 times powers of ten, or powers alone over a wide range.
inline Axis logarithmic_axis(double low, double high) {
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

/// Epochs `first` to `last`: ticks at whole numbers, the axis ends at the data.
inline Axis epoch_axis(int first, int last) {
  Axis axis{static_cast<double>(first), static_cast<double>(last), false, {}};
  if (first == last) axis.low -= 0.5, axis.high += 0.5;
  const double step = std::max(1.0, detail::nice_step((axis.high - axis.low) / 6));
  for (double tick = std::ceil(first / step) * step; tick <= last; tick += step)
    axis.ticks.push_back({tick, fixed(tick, 0)});
  return axis;
}

}  // namespace app
