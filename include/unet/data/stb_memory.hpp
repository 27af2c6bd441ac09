// The memory in which stb_image decodes: cleared, and limited.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace unet::detail {

/// What one allocation of the decoder may take in this thread. A file of a few kilobytes can inflate to gigabytes whatever
/// its header says.
inline std::size_t& decoder_allowance() {
  thread_local std::size_t bytes = std::numeric_limits<std::size_t>::max();
  return bytes;
}

/// Sets the allowance, and sets it back at the end of the scope.
class LimitedDecoder {
 public:
  explicit LimitedDecoder(std::size_t bytes) : before_(decoder_allowance()) { decoder_allowance() = bytes; }
  LimitedDecoder(const LimitedDecoder&) = delete;
  LimitedDecoder& operator=(const LimitedDecoder&) = delete;
  ~LimitedDecoder() { decoder_allowance() = before_; }

 private:
  std::size_t before_;
};

/// Zeros, so that no pixel of a damaged file depends on what was there before. Null beyond the allowance.
inline void* decoder_allocate(std::size_t bytes) {
  return bytes > decoder_allowance() ? nullptr : std::calloc(std::max<std::size_t>(bytes, 1), 1);
}
inline void* decoder_reallocate(void* memory, std::size_t before, std::size_t bytes) {
  if (bytes > decoder_allowance()) return nullptr;
  auto* const grown = static_cast<char*>(std::realloc(memory, std::max<std::size_t>(bytes, 1)));
  if (grown && bytes > before) std::memset(grown + before, 0, bytes - before);
  return grown;
}

}  // namespace unet::detail
