// Image files: read (PNG, JPEG, BMP) and written (PNG).
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/data/file.hpp"
#include "unet/data/image_format.hpp"
#include "unet/data/jpeg_check.hpp"
#include "unet/data/stb.hpp"
#include "unet/imaging/image.hpp"
#include "unet/io/atomic_file.hpp"

namespace unet {

/// Largest image that is decoded: protects memory from files that claim to be huge.
struct ImageLimits {
  Index max_side = 16384;
};

namespace detail {

inline ImageInfo image_info(Bytes bytes, const std::filesystem::path& path, ImageLimits limits) {
  if (bytes.empty()) throw damaged(path, "empty file, where an image is needed");
  const auto format = image_format(bytes);
  if (!format)
    throw FileError(path.string() +
                    ": is not a PNG, JPEG or BMP image, whatever its name says; convert it or remove it");
  ImageInfo info;
  if (*format == ImageFormat::png) info = png_info(bytes, path);
  if (*format == ImageFormat::bmp) info = bmp_info(bytes, path);
  if (*format == ImageFormat::jpeg) {
    const auto found = jpeg_info(bytes);
    if (!found) throw damaged(path, "JPEG without a frame header");
    info = *found;
  }
  const std::string size = std::to_string(info.width) + "x" + std::to_string(info.height) + " pixels";
  if (info.height < 1 || info.width < 1) throw damaged(path, "header says " + size);
  if (std::max(info.height, info.width) > limits.max_side)
    throw FileError(path.string() + ": header says " + size + ", more than the limit of " +
                    std::to_string(limits.max_side) +
                    " a side; shrink the image, or raise ImageLimits::max_side if the file is what you expect");
  return info;
}

inline void check_complete(Bytes bytes, const ImageInfo& info, const std::filesystem::path& path) {
  if (info.format == ImageFormat::png) check_png(bytes, path);
  if (info.format == ImageFormat::jpeg) check_jpeg(bytes, path);
  if (info.format == ImageFormat::bmp) check_bmp(bytes, info, path);
}

/// The most that a decoder needs at a time for an image that is what its header says: 4 channels of 16 bit and as much again
/// for tables and rounded sizes, or a growing copy of the file.
inline std::size_t decoder_bytes(const ImageInfo& info, std::size_t file_bytes) {
  const auto side = [](Index pixels) { return static_cast<std::size_t>(pixels + 64); };
  return 16 * side(info.height) * side(info.width) + 4 * file_bytes + (std::size_t{1} << 20);
}

/// Luminance of ITU-R BT.601, written so that grey stays exactly grey.
inline float luminance(float r, float g, float b) { return g + 0.299f * (r - g) + 0.114f * (b - g); }

/// Converts `stored` interleaved channels (1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha) to those of `image`.
template <class T>
void convert_channels(const T* from, int stored, float scale, Image& image) {
  float* to = image.pixels.data();
  for (Index i = 0, pixels = image.height * image.width; i < pixels; ++i, from += stored, to += image.channels) {
    const float r = static_cast<float>(from[0]) * scale;
    if (stored < 3) {
      std::fill_n(to, image.channels, r);
      continue;
    }
    const float g = static_cast<float>(from[1]) * scale, b = static_cast<float>(from[2]) * scale;
    if (image.channels == 3) {
      to[0] = r, to[1] = g, to[2] = b;
    } else {
      std::fill_n(to, image.channels, luminance(r, g, b));
    }
  }
}

}  // namespace detail

/// Size and kind of an image file, from its header alone. Throws FileError: missing, unreadable, empty, not an image,
/// damaged header, larger than the limit.
inline ImageInfo read_image_info(const std::filesystem::path& path, ImageLimits limits = {}) {
  auto bytes = read_file(path, 4096);
  // The frame header of a JPEG comes after thumbnails and colour profiles.
  if (detail::image_format(bytes) == ImageFormat::jpeg && !detail::jpeg_info(bytes)) bytes = read_file(path);
  return detail::image_info(bytes, path, limits);
}

/// Decodes a PNG, JPEG or BMP file, recognised by its content, to height x width x `channels` floats in [0, 1]; 8 and
/// 16 bit. RGB becomes grey by luminance unless 3 channels are wanted; grey is repeated when more than one channel is
/// wanted; alpha is dropped. Throws FileError as read_image_info does, and for files that are cut off or corrupt.
inline Image read_image(const std::filesystem::path& path, int channels, ImageLimits limits = {}) {
  if (channels < 1) throw OptionError("read_image: " + std::to_string(channels) + " channels; ask for at least 1");
  read_image_info(path, limits);  // before the whole file is read, however long it is
  const auto bytes = read_file(path);
  const ImageInfo info = detail::image_info(bytes, path, limits);
  detail::check_complete(bytes, info, path);
  const int length = static_cast<int>(std::min<std::size_t>(bytes.size(), std::numeric_limits<int>::max()));
  const detail::LimitedDecoder limited(detail::decoder_bytes(info, bytes.size()));
  int width = 0, height = 0, stored = 0;
  const bool wide = stbi_is_16_bit_from_memory(bytes.data(), length) != 0;
  void* decoded = wide ? static_cast<void*>(stbi_load_16_from_memory(bytes.data(), length, &width, &height, &stored, 0))
                       : stbi_load_from_memory(bytes.data(), length, &width, &height, &stored, 0);
  const std::unique_ptr<void, void (*)(void*)> owner(decoded, stbi_image_free);
  if (!decoded) {
    const std::string reason = stbi_failure_reason();
    throw detail::damaged(path, reason == "outofmem"
                                    ? "would take far more memory than its header says, or than there is"
                                    : "can not be decoded (" + reason + ")");
  }
  Image image(height, width, channels);
  if (wide)
    detail::convert_channels(static_cast<const std::uint16_t*>(decoded), stored, 1 / 65535.0f, image);
  else
    detail::convert_channels(static_cast<const std::uint8_t*>(decoded), stored, 1 / 255.0f, image);
  return image;
}

/// Bytes of a PNG file for height x width x channels (1 to 4) 8-bit values.
inline std::vector<std::uint8_t> encode_png(Index height, Index width, int channels, const std::uint8_t* pixels) {
  if (height < 1 || width < 1 || channels < 1 || channels > 4)
    throw OptionError("PNG of " + std::to_string(width) + "x" + std::to_string(height) + " pixels and " +
                      std::to_string(channels) + " channels; at least 1x1 and 1 to 4 channels are possible");
  int length = 0;
  const std::unique_ptr<unsigned char, void (*)(void*)> png(
      stbi_write_png_to_mem(pixels, static_cast<int>(width) * channels, static_cast<int>(width),
                            static_cast<int>(height), channels, &length),
      std::free);
  if (!png) throw std::bad_alloc();
  return {png.get(), png.get() + length};
}

/// Writes height x width x channels (1 to 4) 8-bit values as PNG; an existing file is replaced in one go.
/// Throws FileError when it can not be written.
inline void write_png(const std::filesystem::path& path, Index height, Index width, int channels,
                      const std::uint8_t* pixels) {
  const auto png = encode_png(height, width, channels, pixels);
  write_file_atomically(path, std::string_view(reinterpret_cast<const char*>(png.data()), png.size()));
}

/// The 8-bit values of an image, rounded.
inline std::vector<std::uint8_t> to_bytes(const Image& image) {
  std::vector<std::uint8_t> bytes(image.pixels.size());
  std::transform(image.pixels.begin(), image.pixels.end(), bytes.begin(),
                 [](float v) { return static_cast<std::uint8_t>(std::clamp(v, 0.0f, 1.0f) * 255 + 0.5f); });
  return bytes;
}

}  // namespace unet
