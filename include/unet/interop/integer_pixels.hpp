// Images that a program keeps as integers: 8, 12 or 16 bits a value.
#pragma once
#include <concepts>
#include <limits>
#include <string>
#include <type_traits>

#include "unet/core/error.hpp"
#include "unet/core/finite.hpp"
#include "unet/core/host_tensor.hpp"

namespace unet {

/// Integer pixels N x H x W x C in host memory as a net takes them, in [0, 1]: each divided by `full_scale`, the value of white.
/// That is 4095 for 12 bits in a 16-bit type, which no one can tell from the pixels. They are copied: a View can not convert.
/// Throws OptionError when full_scale is not positive, and for a pixel below 0 or above full_scale.
template <class T>
requires std::integral<std::remove_const_t<T>> HostTensor<float> image_from_integers(
    View<T> pixels, double full_scale = std::numeric_limits<T>::max()) {
  if (!is_finite(full_scale) || full_scale <= 0)
    throw OptionError("image_from_integers: the value of white must be a positive number, not " +
                      std::to_string(full_scale));
  const Shape s = pixels.shape;
  HostTensor<float> image(s);
  float* to = image.values.data();
  for (Index n = 0; n < s.n; ++n)
    for (Index y = 0; y < s.h; ++y)
      for (Index x = 0; x < s.w; ++x) {
        const T* const pixel = pixels.at(n, y, x);
        for (Index c = 0; c < s.c; ++c) {
          const auto value = static_cast<double>(pixel[c]);
          if (value < 0 || value > full_scale)
            throw OptionError("image_from_integers: a pixel has the value " + std::to_string(pixel[c]) +
                              ", but white is " + std::to_string(full_scale) +
                              "; give the largest value that can occur");
          *to++ = static_cast<float>(value / full_scale);
        }
      }
  return image;
}

}  // namespace unet
