// The bar beside a coloured picture that says which colour is which number.
#pragma once
#include <string>
#include <vector>

#include "support/chart/axis.hpp"
#include "support/picture/colour_map.hpp"
#include "support/picture/picture.hpp"

namespace app {

struct ScaleBar {
  ColourMap map = sequential_colour;
  double low = 0, high = 1;  ///< numbers at the ends, low < high
  std::string title = {};    ///< what the numbers are, with their unit
  Index length = 256;        ///< of the coloured bar, in pixels
  Index scale = 2;           ///< pixels a dot of the letters
  Colour background = {}, text = {220, 220, 220};
};

namespace detail {

/// Round numbers within the bar, or its ends when there are not two of them.
std::vector<Tick> bar_ticks(const ScaleBar& bar);

}  // namespace detail

/// The title, the bar from left (low) to right (high), ticks with their numbers below. Throws unet::OptionError unless
/// low < high, both finite.
Picture horizontal_scale_bar(const ScaleBar& bar);

/// The same from bottom (low) to top (high), numbers at the right. Throws what horizontal_scale_bar throws.
Picture vertical_scale_bar(const ScaleBar& bar);

}  // namespace app
