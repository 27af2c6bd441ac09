// Whether a JPEG defines all that its scans use. Decoders trust it to: stb_image reads tables that were never written, and
// before 2.28 writes beyond its arrays for tables that are too long.
// Source: ITU-T T.81, B.2.2 (frame), B.2.3 (scan), B.2.4 (tables), G.1.1 (progressive scans).
#pragma once
#include <array>
#include <string>

#include "unet/data/image_format.hpp"

namespace unet::detail {

/// Takes the segments of one file in their order, and throws FileError at the first that can not be decoded.
class JpegCheck {
 public:
  JpegCheck(Bytes bytes, const std::filesystem::path& path) : bytes_(bytes), path_(path) {}

  /// For walk_jpeg: whether this is the end marker, and all that was said there is.
  bool operator()(std::uint8_t marker, std::size_t at) {
    if (marker == 0xD9) return check_end(), true;
    if (at > bytes_.size()) return false;  // cut off within the segment's length
    const std::size_t end = std::min<std::size_t>(at - 2 + big_endian(bytes_, at - 2, 2), bytes_.size());
    if (marker == 0xC4) huffman_tables(at, end);
    if (marker == 0xDB) quantisation_tables(at, end);
    if (marker == 0xC0 || marker == 0xC1 || marker == 0xC2) frame(marker, at, end);
    if (marker == 0xDA) scan(at, end);
    return false;
  }

 private:
  /// Scans of a file: a usual progressive one has about ten; each costs a pass over the image.
  static constexpr int most_scans = 100;
  enum TableClass { dc, ac };
  struct Component {
    std::uint8_t id = 0, quantisation = 0;
    bool scanned = false;
  };

  void huffman_tables(std::size_t at, std::size_t end) {
    while (at < end) {
      std::size_t codes = 0;
      for (std::size_t i = 1; i <= 16 && at + i < end; ++i) codes += bytes_[at + i];
      const std::uint8_t kind = bytes_[at] >> 4, id = bytes_[at] & 15;
      if (codes > 256 || at + 17 + codes > end || kind > 1 || id > 3)
        throw damaged(path_, "JPEG with an impossible Huffman table");
      huffman_[kind][id] = true;
      at += 17 + codes;
    }
  }

  void quantisation_tables(std::size_t at, std::size_t end) {
    while (at < end) {
      const std::uint8_t precision = bytes_[at] >> 4, id = bytes_[at] & 15;
      const std::size_t size = 1 + 64 * (std::size_t{precision} + 1);
      if (precision > 1 || id > 3 || at + size > end)
        throw damaged(path_, "JPEG with an impossible quantisation table");
      quantisation_[id] = true;
      at += size;
    }
  }

  void frame(std::uint8_t marker, std::size_t at, std::size_t end) {
    count_ = at + 5 < end ? bytes_[at + 5] : 0;
    if (count_ < 1 || count_ > components_.size() || at + 6 + 3 * count_ > end)
      throw damaged(path_, "JPEG with an impossible frame header");
    progressive_ = marker == 0xC2;
    for (std::size_t i = 0; i < count_; ++i) components_[i] = {bytes_[at + 6 + 3 * i], bytes_[at + 8 + 3 * i], false};
  }

  void scan(std::size_t at, std::size_t end) {
    const std::size_t count = at < end ? bytes_[at] : 0;
    if (count < 1 || count > count_ || at + 4 + 2 * count > end)
      throw damaged(path_, "JPEG with a scan that does not fit its frame header");
    if (++scans_ > most_scans)
      throw damaged(path_, "JPEG with more than " + std::to_string(most_scans) +
                               " scans, each of which takes as long as an image");
    const std::uint8_t first = bytes_[at + 1 + 2 * count], approximation = bytes_[at + 3 + 2 * count] >> 4;
    const bool needs_dc = !progressive_ || (first == 0 && approximation == 0), needs_ac = !progressive_ || first > 0;
    for (std::size_t i = 0; i < count; ++i) {
      Component& component = of_id(bytes_[at + 1 + 2 * i]);
      const std::uint8_t tables = bytes_[at + 2 + 2 * i];
      if ((needs_dc && !has(dc, tables >> 4)) || (needs_ac && !has(ac, tables & 15)))
        throw damaged(path_, "JPEG with a scan that names a Huffman table which is not defined before");
      if (!progressive_) check_quantisation(component);
      component.scanned = true;
    }
  }

  void check_end() {
    if (count_ == 0) throw damaged(path_, "JPEG without a frame header");
    for (std::size_t i = 0; i < count_; ++i) {
      check_quantisation(components_[i]);
      if (!components_[i].scanned) throw damaged(path_, "JPEG without the data of one of its components");
    }
  }

  void check_quantisation(const Component& component) const {
    if (component.quantisation > 3 || !quantisation_[component.quantisation])
      throw damaged(path_, "JPEG that names a quantisation table which is not defined");
  }
  bool has(TableClass kind, int id) const { return id < 4 && huffman_[kind][static_cast<std::size_t>(id)]; }
  Component& of_id(std::uint8_t id) {
    for (std::size_t i = 0; i < count_; ++i)
      if (components_[i].id == id) return components_[i];
    throw damaged(path_, "JPEG with a scan of a component that its frame header does not name");
  }

  Bytes bytes_;
  const std::filesystem::path& path_;
  std::array<std::array<bool, 4>, 2> huffman_{};
  std::array<bool, 4> quantisation_{};
  std::array<Component, 4> components_{};
  std::size_t count_ = 0;
  bool progressive_ = false;
  int scans_ = 0;
};

/// Throws FileError unless the JPEG goes on to its end marker and defines what it uses.
inline void check_jpeg(Bytes b, const std::filesystem::path& path) {
  if (!walk_jpeg(b, JpegCheck(b, path)))
    throw damaged(path, "JPEG that is cut off after " + std::to_string(b.size()) + " bytes (no end marker)");
}

}  // namespace unet::detail
