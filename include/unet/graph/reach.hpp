// How far a change of a map is felt behind a layer, and what must be read to recompute it.
#pragma once
#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "unet/core/shape.hpp"

namespace unet {

/// Pixels begin .. end - 1 along one axis.
struct PixelRange {
  Index begin = 0, end = 0;
  constexpr Index size() const { return end - begin; }
  friend constexpr bool operator==(const PixelRange&, const PixelRange&) = default;
};

/// A part of a map, the same in all channels.
struct Rectangle {
  PixelRange y, x;
  friend constexpr bool operator==(const Rectangle&, const Rectangle&) = default;
};

/// What an output pixel of a layer depends on. Without scaling: the input pixels at most `halo` away. A layer that scales
/// height and width by 2^log2_scale maps whole squares to whole squares, its halo is 0.
struct Reach {
  Index halo = 0;
  int log2_scale = 0;
};

/// Pixels of the output that can change when `input` does, in an output of `size` pixels; begins and ends at multiples of
/// `alignment` >= 1 or at the end of the map, as a backend's pixel_alignment demands. Holds at least the place of `input`
/// itself.
constexpr PixelRange reached(Reach reach, PixelRange input, Index size, Index alignment) {
  if (alignment < 1) throw std::logic_error("reached: a pixel_alignment of 0 promises nothing of rectangles");
  PixelRange output{input.begin - reach.halo, input.end + reach.halo};
  if (reach.log2_scale < 0) {
    const Index square = Index{1} << -reach.log2_scale;
    output = {output.begin / square, (output.end + square - 1) / square};
  } else {
    const Index square = Index{1} << reach.log2_scale;
    output = {output.begin * square, output.end * square};
    alignment = std::lcm(alignment, square);
  }
  output = {std::max<Index>(output.begin, 0), std::min(output.end, size)};
  return {output.begin / alignment * alignment, std::min((output.end + alignment - 1) / alignment * alignment, size)};
}

/// Pixels of an input of `size` pixels that `output` is computed from. Where they end at the border, padding goes on.
constexpr PixelRange read_for(Reach reach, PixelRange output, Index size) {
  PixelRange input = output;
  if (reach.log2_scale < 0)
    input = {output.begin << -reach.log2_scale, output.end << -reach.log2_scale};
  else
    input = {output.begin >> reach.log2_scale, output.end >> reach.log2_scale};
  return {std::max<Index>(input.begin - reach.halo, 0), std::min(input.end + reach.halo, size)};
}

}  // namespace unet
