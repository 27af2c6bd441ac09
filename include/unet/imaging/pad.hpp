// Padding an image to a size that the network takes, and cropping the result back.
#pragma once
#include <algorithm>

#include "unet/core/host_tensor.hpp"

namespace unet {

/// Index in [0, size) that position i means under reflection at the borders, the border pixel itself not repeated.
constexpr Index reflect(Index i, Index size) {
  if (size == 1) return 0;
  const Index period = 2 * (size - 1);
  i = ((i % period) + period) % period;
  return i < size ? i : period - i;
}

constexpr Index round_up(Index value, Index multiple) { return (value + multiple - 1) / multiple * multiple; }

/// The images with rows added below and columns added on the right, by reflection, up to multiples of `divisor`.
template <class T>
HostTensor<T> pad_reflect(View<const T> images, Index divisor) {
  const Shape s = images.shape;
  HostTensor<T> padded(Shape{s.n, round_up(s.h, divisor), round_up(s.w, divisor), s.c});
  for (Index n = 0; n < s.n; ++n)
    for (Index y = 0; y < padded.shape.h; ++y)
      for (Index x = 0; x < padded.shape.w; ++x)
        std::copy_n(images.at(n, reflect(y, s.h), reflect(x, s.w)), s.c, padded.view().at(n, y, x));
  return padded;
}

}  // namespace unet
