// An RGB picture that is drawn on pixel by pixel.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "unet/data/image.hpp"
#include "unet/imaging/resize.hpp"

namespace app {

using unet::Index;

struct Colour {
  std::uint8_t r = 0, g = 0, b = 0;
  friend constexpr bool operator==(const Colour&, const Colour&) = default;
};

/// height x width x 3 bytes, row-major.
struct Picture {
  Index height = 0, width = 0;
  std::vector<std::uint8_t> bytes;

  Picture() = default;
  Picture(Index height, Index width, Colour background = {})
      : height(height), width(width), bytes(static_cast<std::size_t>(height * width * 3)) {
    for (Index y = 0; y < height; ++y)
      for (Index x = 0; x < width; ++x) set(y, x, background);
  }

  Colour get(Index y, Index x) const {
    const std::uint8_t* p = bytes.data() + (y * width + x) * 3;
    return {p[0], p[1], p[2]};
  }
  /// Pixels outside the picture are ignored.
  void set(Index y, Index x, Colour colour) {
    if (y < 0 || y >= height || x < 0 || x >= width) return;
    std::uint8_t* p = bytes.data() + (y * width + x) * 3;
    p[0] = colour.r, p[1] = colour.g, p[2] = colour.b;
  }
  /// Copies `other` with its upper left corner at (y, x).
  void paste(const Picture& other, Index y, Index x) {
    for (Index i = 0; i < other.height; ++i)
      for (Index j = 0; j < other.width; ++j) set(y + i, x + j, other.get(i, j));
  }
};

/// An image of 1 (grey), 3 (RGB) or other channels (the first is shown as grey), values in [0, 1].
inline Picture to_picture(const unet::Image& image) {
  Picture picture(image.height, image.width);
  const auto byte = [](float value) {  // written so that NaN becomes 0
    return static_cast<std::uint8_t>(value > 0 ? std::min(value, 1.0f) * 255 + 0.5f : 0.0f);
  };
  for (Index y = 0; y < image.height; ++y)
    for (Index x = 0; x < image.width; ++x) {
      const float* p = image.pixels.data() + (y * image.width + x) * image.channels;
      const Index next = image.channels == 3 ? 1 : 0;
      picture.set(y, x, {byte(p[0]), byte(p[next]), byte(p[2 * next])});
    }
  return picture;
}

/// The bytes of a PNG file.
inline std::vector<std::uint8_t> encode_png(const Picture& picture) {
  return unet::encode_png(picture.height, picture.width, 3, picture.bytes.data());
}

/// Throws unet::FileError when it can not be written.
inline void write_png(const std::filesystem::path& path, const Picture& picture) {
  unet::write_png(path, picture.height, picture.width, 3, picture.bytes.data());
}

}  // namespace app
