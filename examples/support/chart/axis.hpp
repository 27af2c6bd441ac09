// The axis of a chart: which range it shows, where its ticks stand and what they say.
#pragma once
#include <cmath>
#include <string>
#include <vector>

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

/// A linear axis whose ticks are multiples of 1, 2 or 5 times a power of ten and which begins and ends on a tick.
/// `low` <= `high`, both finite; `intervals`: about so many between ticks.
Axis linear_axis(double low, double high, int intervals = 5);

/// For a curve that is a level line: one tick, at its value.
Axis constant_axis(double value);

/// A logarithmic axis for 0 < `low` <= `high`; ticks at 1, 2, 5 times powers of ten, or powers alone over a wide range.
Axis logarithmic_axis(double low, double high);

/// Epochs `first` to `last`: ticks at whole numbers, the axis ends at the data.
Axis epoch_axis(int first, int last);

}  // namespace app
