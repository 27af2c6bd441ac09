// Logits as decisions: which class each pixel is of.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "unet/core/error.hpp"
#include "unet/core/host_tensor.hpp"

namespace unet {

/// The channel with the highest value of each pixel of a map in host memory, N x H x W x C, as N x H x W x 1; the first of equal
/// ones. Throws ShapeError for a map without channels or with more than Label can number.
template <class Label = std::uint8_t, class T>
HostTensor<Label> argmax(View<T> map) {
  const Shape s = map.shape;
  if (s.c < 1 || s.c - 1 > static_cast<Index>(std::numeric_limits<Label>::max()))
    throw ShapeError("argmax of a map of " + to_string(s) + ": there must be 1 to " +
                     std::to_string(std::numeric_limits<Label>::max()) +
                     " + 1 channels; ask for larger labels if need be");
  HostTensor<Label> labels({s.n, s.h, s.w, 1});
  for (Index n = 0; n < s.n; ++n)
    for (Index y = 0; y < s.h; ++y)
      for (Index x = 0; x < s.w; ++x) {
        const T* const pixel = map.at(n, y, x);
        labels(n, y, x, 0) = static_cast<Label>(std::max_element(pixel, pixel + s.c) - pixel);
      }
  return labels;
}

/// What a net's logits, N x H x W x Classes in host memory, say of each pixel, N x H x W x 1: of a net of one class 1 where its
/// probability is above `threshold` and else 0, of several the most probable one. Throws OptionError for a threshold that is not
/// between 0 and 1, ShapeError as argmax does.
template <class Label = std::uint8_t, class T>
HostTensor<Label> label_map(View<T> logits, double threshold = 0.5) {
  const Shape s = logits.shape;
  if (s.c != 1) return argmax<Label>(logits);
  if (!(threshold > 0 && threshold < 1))
    throw OptionError("label_map: the threshold is a probability between 0 and 1, not " + std::to_string(threshold));
  const double least = std::log(threshold / (1 - threshold));
  HostTensor<Label> labels(s);
  for (Index n = 0; n < s.n; ++n)
    for (Index y = 0; y < s.h; ++y)
      for (Index x = 0; x < s.w; ++x) labels(n, y, x, 0) = static_cast<double>(*logits.at(n, y, x)) > least ? 1 : 0;
  return labels;
}

}  // namespace unet
