// Colours for numbers: two maps in whose colours equal steps look equal, and the scale bars that explain them.
#pragma once
#include <array>

#include "support/picture/picture.hpp"
#include "unet/data/image.hpp"

namespace app {

/// From a value in [0, 1] to its colour; values outside are taken as 0 or 1. Not a number is `no_value_colour`.
using ColourMap = Colour (*)(double value);

inline constexpr Colour no_value_colour = {128, 128, 128};

namespace detail {

/// Oklab to 8-bit sRGB. Lightness is in [0, 1], hue in degrees (29 red, 110 yellow, 142 green, 264 blue).
/// Source: B. Ottosson, "A perceptual color space for image processing", 2020; gamma: IEC 61966-2-1.
Colour from_oklab(double lightness, double chroma, double hue);

using ColourTable = std::array<Colour, 256>;

template <class F>
ColourTable make_table(const F& colour) {
  ColourTable table;
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = colour(static_cast<double>(i) / 255);
  return table;
}

Colour look_up(const ColourTable& table, double value);

}  // namespace detail

/// From dark violet through blue and green to light yellow: lightness grows linearly, so that the order is seen without
/// colour vision and on a grey print too.
Colour sequential_colour(double value);

/// From blue through nearly white at 0.5 to red-brown: both arms have the same lightness, the ends are the strongest.
Colour diverging_colour(double value);

/// (1 - share) of `below` and `share` of `above`, channel by channel.
Colour blend(Colour below, Colour above, double share);

/// Values (the first channel of `image`) as colours: `low` is 0 on the map, `high` is 1; `low` < `high`.
Picture colour_picture(const unet::Image& image, ColourMap map, double low = 0, double high = 1);

}  // namespace app
