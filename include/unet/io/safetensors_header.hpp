// What the header of a safetensors file says.
// Source: https://huggingface.co/docs/safetensors, "Format".
#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unet/core/shape.hpp"
#include "unet/io/dtype.hpp"

namespace unet {

/// A tensor of a safetensors file. Its bytes are row-major and little-endian.
struct TensorInfo {
  std::string name;
  DType dtype = DType::f32;
  std::vector<Index> shape;          ///< empty for a scalar
  std::uint64_t begin = 0, end = 0;  ///< bytes, counted from the end of the header
};

struct SafetensorsHeader {
  std::map<std::string, std::string> metadata;
  std::vector<TensorInfo> tensors;  ///< in the order of their data
};

/// Longest header in bytes, as in the format's own implementation.
inline constexpr std::uint64_t safetensors_max_header = 100'000'000;

namespace detail {

/// A name from a file, for a message: shortened, and without characters that would act on a terminal.
inline std::string printable(std::string_view text) {
  std::string result;
  for (const char c : text.substr(0, 80)) result += static_cast<unsigned char>(c) < 32 || c == 127 ? '?' : c;
  return text.size() > 80 ? result + "..." : result;
}

/// shape's product times dtype_size(dtype), or nothing when a dimension is negative or it does not fit an Index.
inline std::optional<std::uint64_t> tensor_bytes(DType dtype, const std::vector<Index>& shape) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<Index>::max());
  std::uint64_t bytes = dtype_size(dtype);
  bool empty = false;
  for (const Index length : shape) {
    if (length < 0) return std::nullopt;
    empty |= length == 0;
    const auto factor = static_cast<std::uint64_t>(std::max<Index>(length, 1));
    if (bytes > most / factor) return std::nullopt;
    bytes *= factor;
  }
  return empty ? 0 : bytes;
}

}  // namespace detail

}  // namespace unet
