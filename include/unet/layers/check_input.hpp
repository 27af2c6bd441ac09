// Whether a batch fits a network.
#pragma once
#include <string>

#include "unet/core/error.hpp"
#include "unet/imaging/pad.hpp"

namespace unet {

/// Throws ShapeError unless a batch of this shape can be given to the network after it is padded.
template <class Net>
void check_images(Shape s) {
  if (s.c != Net::input_channels)
    throw ShapeError("the net takes images of " + std::to_string(Net::input_channels) + " channel(s), but was given " +
                     to_string(s) + " (batch x height x width x channels)");
  if (s.n < 1 || s.h < 1 || s.w < 1) throw ShapeError("the net was given an empty batch: " + to_string(s));
}

/// Throws ShapeError unless a batch of this shape can be given to the network.
template <class Net>
void check_input(Shape s) {
  constexpr Index divisor = Index{1} << Net::log2_divisor;
  check_images<Net>(s);
  if (s.h % divisor != 0 || s.w % divisor != 0)
    throw ShapeError("height and width must be multiples of " + std::to_string(divisor) + " (the net halves them " +
                     std::to_string(Net::log2_divisor) + " times), but the images are " + to_string(s) +
                     "; the next sizes that fit are " + std::to_string(round_up(s.h, divisor)) + " x " +
                     std::to_string(round_up(s.w, divisor)) + "; Model::predict pads and crops by itself");
}

}  // namespace unet
