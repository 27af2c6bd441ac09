// What a PNG, JPEG or BMP file says about itself before any pixel is decoded, and whether it is all there. The decoder
// fills what is missing with grey or noise and does not look at checksums: a training set must not contain such images.
// Sources: PNG specification (W3C, third edition), 5.2-5.5 and Annex D; ITU-T T.81, Annex B; Windows BITMAPINFOHEADER.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "unet/core/error.hpp"
#include "unet/core/shape.hpp"

namespace unet {

enum class ImageFormat { png, jpeg, bmp };

/// Size and kind of an image file. `bits` per channel and `channels` as stored, but a palette counts as 3 channels.
struct ImageInfo {
  ImageFormat format = ImageFormat::png;
  Index height = 0, width = 0;
  int channels = 0, bits = 0;
};

namespace detail {

using Bytes = std::span<const std::uint8_t>;

inline std::uint32_t big_endian(Bytes b, std::size_t at, int count) {
  std::uint32_t value = 0;
  for (int i = 0; i < count; ++i) value = value << 8 | b[at + static_cast<std::size_t>(i)];
  return value;
}

inline std::uint32_t little_endian(Bytes b, std::size_t at, int count) {
  std::uint32_t value = 0;
  for (int i = count; i-- > 0;) value = value << 8 | b[at + static_cast<std::size_t>(i)];
  return value;
}

inline FileError damaged(const std::filesystem::path& path, const std::string& trouble) {
  return FileError(path.string() + ": " + trouble + "; the file is damaged: copy or download it again, or remove it");
}

/// Cyclic redundancy check of PNG chunks.
inline std::uint32_t crc32(Bytes bytes) {
  static constexpr auto table = [] {
    std::array<std::uint32_t, 256> t{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      t[i] = i;
      for (int bit = 0; bit < 8; ++bit) t[i] = t[i] & 1 ? 0xEDB88320u ^ t[i] >> 1 : t[i] >> 1;
    }
    return t;
  }();
  std::uint32_t crc = ~0u;
  for (const std::uint8_t byte : bytes) crc = table[(crc ^ byte) & 255] ^ crc >> 8;
  return ~crc;
}

/// Nothing when the content is none of the three.
inline std::optional<ImageFormat> image_format(Bytes b) {
  constexpr std::array<std::uint8_t, 8> png{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  if (b.size() >= 8 && std::equal(png.begin(), png.end(), b.begin())) return ImageFormat::png;
  if (b.size() >= 3 && b[0] == 0xFF && b[1] == 0xD8 && b[2] == 0xFF) return ImageFormat::jpeg;
  if (b.size() >= 18 && b[0] == 'B' && b[1] == 'M') return ImageFormat::bmp;
  return {};
}

inline ImageInfo png_info(Bytes b, const std::filesystem::path& path) {
  if (b.size() < 33) throw damaged(path, "PNG that ends within its header");
  if (big_endian(b, 8, 4) != 13 || big_endian(b, 12, 4) != 0x49484452)
    throw damaged(path, "PNG without a header (IHDR)");
  if (crc32(b.subspan(12, 17)) != big_endian(b, 29, 4)) throw damaged(path, "PNG header with a wrong checksum");
  constexpr std::array<int, 7> channels{1, 0, 3, 3, 2, 0, 4};
  const int kind = b[25] < 7 ? channels[b[25]] : 0;
  if (kind == 0) throw damaged(path, "PNG with an unknown colour type");
  return {ImageFormat::png, big_endian(b, 20, 4), big_endian(b, 16, 4), kind, b[24]};
}

/// Walks the chunks: every checksum right, and the end marker there.
inline void check_png(Bytes b, const std::filesystem::path& path) {
  for (std::size_t at = 8; at + 12 <= b.size();) {
    const std::size_t length = big_endian(b, at, 4);
    if (length > b.size() - at - 12) break;
    if (crc32(b.subspan(at + 4, length + 4)) != big_endian(b, at + 8 + length, 4))
      throw damaged(path, "PNG chunk at byte " + std::to_string(at) + " has a wrong checksum");
    if (big_endian(b, at + 4, 4) == 0x49454E44) return;  // IEND
    at += length + 12;
  }
  throw damaged(path, "PNG that is cut off after " + std::to_string(b.size()) + " bytes");
}

/// Walks the segments of a JPEG. Calls visit(marker, offset of the segment's payload) until it returns true; returns
/// whether it did before the bytes ended.
template <class Visit>
bool walk_jpeg(Bytes b, Visit&& visit) {
  std::size_t at = 2;
  while (at + 1 < b.size()) {
    const std::uint8_t marker = b[at + 1];
    // Entropy-coded data (with its stuffed zeros, restarts and fill bytes) is stepped over like anything between
    // segments.
    if (b[at] != 0xFF || marker == 0 || marker == 0xFF || (marker >= 0xD0 && marker <= 0xD8) || marker == 1) {
      at += b[at] == 0xFF && marker != 0xFF ? 2 : 1;
      continue;
    }
    if (visit(marker, at + 4)) return true;
    if (at + 4 > b.size()) return false;
    at += 2 + std::max<std::size_t>(big_endian(b, at + 2, 2), 2);
  }
  return false;
}

/// Nothing when the bytes end before the frame header.
inline std::optional<ImageInfo> jpeg_info(Bytes b) {
  std::optional<ImageInfo> info;
  walk_jpeg(b, [&](std::uint8_t marker, std::size_t at) {
    const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (frame && at + 6 <= b.size())
      info = ImageInfo{ImageFormat::jpeg, big_endian(b, at + 1, 2), big_endian(b, at + 3, 2), b[at + 5], b[at]};
    return frame || marker == 0xD9;
  });
  return info;
}

inline ImageInfo bmp_info(Bytes b, const std::filesystem::path& path) {
  const std::uint32_t header = b.size() >= 18 ? little_endian(b, 14, 4) : 0;
  if (b.size() < 34 || (header != 12 && header < 40)) throw damaged(path, "BMP that ends within its header");
  ImageInfo info{ImageFormat::bmp, 0, 0, 3, 8};
  int bits = 0;
  if (header == 12) {
    info.width = little_endian(b, 18, 2);
    info.height = little_endian(b, 20, 2);
    bits = static_cast<int>(little_endian(b, 24, 2));
  } else {
    info.width = static_cast<std::int32_t>(little_endian(b, 18, 4));
    info.height = std::abs(Index{static_cast<std::int32_t>(little_endian(b, 22, 4))});  // negative: top row first
    bits = static_cast<int>(little_endian(b, 28, 2));
  }
  if (bits == 32) info.channels = 4;
  return info;
}

inline void check_bmp(Bytes b, const ImageInfo& info, const std::filesystem::path& path) {
  const bool old = little_endian(b, 14, 4) == 12;
  const std::uint32_t compression = old ? 0 : little_endian(b, 30, 4);
  if (compression == 1 || compression == 2)
    throw FileError(path.string() + ": BMP with run-length compression, which is not supported; save it as PNG");
  const std::uint64_t bits = little_endian(b, old ? 24 : 28, 2);
  const std::uint64_t row = (static_cast<std::uint64_t>(info.width) * bits + 31) / 32 * 4;
  if (little_endian(b, 10, 4) + row * static_cast<std::uint64_t>(info.height) > b.size())
    throw damaged(path, "BMP that is cut off after " + std::to_string(b.size()) + " bytes");
}

}  // namespace detail
}  // namespace unet
