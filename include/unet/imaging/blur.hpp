// A strong blur.
#pragma once
#include "unet/imaging/pad.hpp"

namespace unet {

namespace detail {

/// Means over 2 radius + 1 values of a line, which goes on beyond its ends by reflection. Steps between values in floats.
inline void box_blur_line(float* line, Index size, Index step, Index radius) {
  std::vector<double> sums(static_cast<std::size_t>(size + 2 * radius + 1));
  for (Index i = 0; i < size + 2 * radius; ++i)
    sums[static_cast<std::size_t>(i + 1)] =
        sums[static_cast<std::size_t>(i)] + static_cast<double>(line[reflect(i - radius, size) * step]);
  const double width = static_cast<double>(2 * radius + 1);
  for (Index i = 0; i < size; ++i)
    line[i * step] = static_cast<float>(
        (sums[static_cast<std::size_t>(i + 2 * radius + 1)] - sums[static_cast<std::size_t>(i)]) / width);
}

}  // namespace detail

/// Three box blurs of 2 radius + 1 pixels along each axis, nearly a Gaussian of standard deviation radius + 1/2 (Wells,
/// "Efficient synthesis of Gaussian filters by cascaded uniform filters", PAMI 1986); reflected at the borders.
inline HostTensor<float> blurred(View<const float> images, Index radius) {
  HostTensor<float> result(images.shape);
  copy_view(images, result.view());
  const Shape s = images.shape;
  for (int pass = 0; pass < 3; ++pass)
    for (Index n = 0; n < s.n; ++n)
      for (Index c = 0; c < s.c; ++c) {
        for (Index y = 0; y < s.h; ++y) detail::box_blur_line(&result(n, y, 0, c), s.w, s.c, radius);
        for (Index x = 0; x < s.w; ++x) detail::box_blur_line(&result(n, 0, x, c), s.h, s.w * s.c, radius);
      }
  return result;
}

}  // namespace unet
