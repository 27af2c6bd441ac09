// Signed values as colours laid over an image: the more a value says, the less of the image shines through.
#pragma once
#include <span>

#include "support/picture/overlay.hpp"
#include "support/picture/picture.hpp"
#include "unet/data/image.hpp"

namespace app {

/// An image's colour below a value in [-1, 1] (beyond: the ends). 0 and NaN leave it as it is; from there to 1 yellow becomes
/// red, to -1 turquoise becomes violet, both darker and less transparent.
Colour heat_over(Colour ground, double value);

/// The colours over an image of middle grey, for a scale bar that reaches from -1 (at 0) to 1.
Colour heat_on_grey(double value);

/// The image, enlarged by a whole number, with the colours of values (height x width, NaN: none) over it, and the outline of
/// the truth (height x width, or empty) on top. `limit` > 0 is the value that has the colour of 1.
/// Throws unet::ShapeError when a size does not fit.
Picture heat_overlay(const unet::Image& image, std::span<const double> values, double limit, Mask truth, Index factor);

}  // namespace app
