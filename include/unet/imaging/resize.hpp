// Images at another size.
#pragma once
#include <algorithm>
#include <new>
#include <string>

#include "unet/core/error.hpp"
#include "unet/imaging/image.hpp"
#include "unet/imaging/stb_resize.hpp"

namespace unet {

/// Resizes with a triangle filter that widens with the reduction (so it averages over the area that a new pixel covers)
/// and interpolates linearly on enlargement: what Pillow calls BILINEAR. Values may be of any range (logits, for
/// example); new ones lie between old ones, up to rounding.
/// Throws OptionError when the new size is not positive, ShapeError for more than 64 channels.
inline Image resize_values(const Image& image, Index height, Index width) {
  if (height < 1 || width < 1)
    throw OptionError("resize: " + std::to_string(width) + "x" + std::to_string(height) +
                      " pixels; ask for at least 1x1");
  if (image.channels > STBIR_MAX_CHANNELS)
    throw ShapeError("resize: " + std::to_string(image.channels) + " channels; at most 64 are supported");
  if (height == image.height && width == image.width) return image;
  Image result(height, width, image.channels);
  const int done = stbir_resize_float_generic(
      image.pixels.data(), static_cast<int>(image.width), static_cast<int>(image.height), 0, result.pixels.data(),
      static_cast<int>(width), static_cast<int>(height), 0, static_cast<int>(image.channels), STBIR_ALPHA_CHANNEL_NONE,
      0, STBIR_EDGE_CLAMP, STBIR_FILTER_TRIANGLE, STBIR_COLORSPACE_LINEAR, nullptr);
  if (!done) throw std::bad_alloc();
  return result;
}

/// The same for images: values stay in [0, 1].
inline Image resize(const Image& image, Index height, Index width) {
  Image result = resize_values(image, height, width);
  for (float& value : result.pixels) value = std::clamp(value, 0.0f, 1.0f);
  return result;
}

}  // namespace unet
