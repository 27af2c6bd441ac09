// Files for tests: a folder that goes when the test ends, and images of any kind, sound or not.
#pragma once
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/data/image.hpp"

namespace test {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

/// A fresh folder, removed at the end.
struct TemporaryFolder {
  fs::path path;
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "unet_test_XXXXXX").string();
    if (!mkdtemp(name.data())) throw unet::FileError(name + ": can not be created");
    path = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  fs::path operator/(const fs::path& name) const { return path / name; }
};

inline void write(const fs::path& path, const Bytes& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

inline void write(const fs::path& path, const std::string& text) { write(path, Bytes(text.begin(), text.end())); }

/// What a call throws as error E; fails the test when it throws nothing or something else.
template <class E>
std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const E& e) {
    return e.what();
  } catch (const std::exception& e) {
    FAIL("another kind of error: " << e.what());
  }
  FAIL("no error was thrown");
  return {};
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

inline void append_number(Bytes& bytes, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

inline void append_chunk(Bytes& png, const std::string& type, const Bytes& data) {
  append_number(png, static_cast<std::uint32_t>(data.size()));
  Bytes body(type.begin(), type.end());
  body.insert(body.end(), data.begin(), data.end());
  png.insert(png.end(), body.begin(), body.end());
  append_number(png, unet::detail::crc32(body));
}

/// PNG of any colour type (0 grey, 2 RGB, 4 grey + alpha, 6 RGBA) and depth; `samples` are the values of all channels.
/// With no samples only the header is written, as of an image that is too large to exist.
inline Bytes make_png(std::uint32_t width, std::uint32_t height, int bits, int colour,
                      const std::vector<unsigned>& samples) {
  Bytes png{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'}, header;
  append_number(header, width);
  append_number(header, height);
  for (const int byte : {bits, colour, 0, 0, 0}) header.push_back(static_cast<std::uint8_t>(byte));
  append_chunk(png, "IHDR", header);
  Bytes raw;
  const std::size_t row = height ? samples.size() / height : 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (i % row == 0) raw.push_back(0);  // no filter
    if (bits == 16) raw.push_back(static_cast<std::uint8_t>(samples[i] >> 8));
    raw.push_back(static_cast<std::uint8_t>(samples[i]));
  }
  REQUIRE(raw.size() < 65536);
  const std::uint8_t low = static_cast<std::uint8_t>(raw.size()), high = static_cast<std::uint8_t>(raw.size() >> 8);
  Bytes stream{0x78, 0x01, 1, low, high, static_cast<std::uint8_t>(~low), static_cast<std::uint8_t>(~high)};
  stream.insert(stream.end(), raw.begin(), raw.end());
  std::uint32_t a = 1, b = 0;  // Adler-32
  for (const std::uint8_t byte : raw) a = (a + byte) % 65521, b = (b + a) % 65521;
  append_number(stream, b << 16 | a);
  append_chunk(png, "IDAT", stream);
  append_chunk(png, "IEND", {});
  return png;
}

/// Grey PNG of 8 bits.
inline Bytes grey_png(std::uint32_t width, std::uint32_t height, const std::vector<unsigned>& values) {
  return make_png(width, height, 8, 0, values);
}

/// Grey PNG of one value.
inline Bytes flat_png(std::uint32_t width, std::uint32_t height, unsigned value) {
  return grey_png(width, height, std::vector<unsigned>(width * height, value));
}

/// Receives what the encoders write.
inline void collect(void* to, void* data, int size) {
  for (int i = 0; i < size; ++i) static_cast<Bytes*>(to)->push_back(static_cast<std::uint8_t*>(data)[i]);
}

inline Bytes make_jpeg(int width, int height, int channels, const Bytes& pixels) {
  Bytes jpeg;
  stbi_write_jpg_to_func(collect, &jpeg, width, height, channels, pixels.data(), 95);
  return jpeg;
}

inline Bytes make_bmp(int width, int height, int channels, const Bytes& pixels) {
  Bytes bmp;
  stbi_write_bmp_to_func(collect, &bmp, width, height, channels, pixels.data());
  return bmp;
}

}  // namespace test
