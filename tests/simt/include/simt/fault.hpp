// What the emulator throws when a kernel does something that a GPU punishes, or lets pass on some days.
#pragma once
#include <cstring>
#include <stdexcept>
#include <string>

#include "vector_types.hpp"

namespace simt {

struct Fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A place in a kernel's source: std::source_location, which clang 14 does not have.
struct Where {
  const char* file = "";
  unsigned line = 0;

  static constexpr Where current(const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) {
    return {file, line};
  }
};

namespace detail {

inline bool same(const char* a, const char* b) { return a == b || std::strcmp(a, b) == 0; }
inline bool same(const Where& a, const Where& b) { return a.line == b.line && same(a.file, b.file); }
inline std::string to_string(const Where& where) {
  const char* const folder_end = std::strrchr(where.file, '/');
  return std::string(folder_end ? folder_end + 1 : where.file) + ":" + std::to_string(where.line);
}
inline std::string to_string(uint3 index) {
  return "(" + std::to_string(index.x) + ", " + std::to_string(index.y) + ", " + std::to_string(index.z) + ")";
}

}  // namespace detail
}  // namespace simt
