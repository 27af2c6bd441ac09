// Pictures that compare a prediction with the truth: outlines of both masks on the image.
#pragma once
#include <cstdint>
#include <span>

#include "support/picture/picture.hpp"
#include "unet/data/image.hpp"

namespace app {

/// Sky blue and orange of Okabe & Ito's palette: told apart with any kind of colour blindness, and on grey.
inline constexpr Colour truth_colour = {86, 180, 233}, prediction_colour = {230, 159, 0};

/// A mask of height x width values: 0 is background, other values are classes. Empty when there is none.
using Mask = std::span<const std::uint8_t>;

namespace detail {

void check_mask(const char* what, Mask mask, Index height, Index width);

}  // namespace detail

/// Draws the outlines of both masks on an image of the same size. Where they coincide, dashes of both colours alternate.
/// Throws unet::ShapeError when a mask has another size.
void draw_outlines(Picture& picture, Mask truth, Mask prediction, Index thickness = 1);

/// The image with the outlines of what is given and a legend below it, at the image's own size (plus the legend).
/// @param image height x width x channels in [0, 1]
/// @param truth, prediction height x width each, or empty
Picture overlay(const unet::Image& image, Mask truth, Mask prediction);

/// Three tiles side by side: the input; with the truth's outline; with the outlines of truth and prediction. Small
/// images are enlarged by a whole number, to tiles of at most 320 pixels a side.
Picture panel(const unet::Image& image, Mask truth, Mask prediction);

}  // namespace app
