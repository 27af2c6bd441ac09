// What the system is told of memory: where large pages would pay, and what is not needed any more.
#pragma once
#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

#include <cstdint>

#include "unet/core/shape.hpp"

namespace unet {

/// Bytes of a large page of x86-64 and, as a rule, of 64-bit Arm.
inline constexpr Index huge_page = 2 * 1024 * 1024;

#if defined(__linux__)
namespace detail {
/// Advice on the whole pages of these bytes.
inline void advise_pages(void* memory, Index bytes, int advice) {
  static const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto begin = (reinterpret_cast<std::uintptr_t>(memory) + page - 1) / page * page;
  const auto end = (reinterpret_cast<std::uintptr_t>(memory) + static_cast<std::uintptr_t>(bytes)) / page * page;
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, advice);
}
}  // namespace detail
#endif

/// Lets the system back what lies in these bytes with large pages, where it does so on request. With pages of 4 KB, products
/// that go through some MB take up to half as long again to look them up. Nothing happens for less than two pages.
inline void ask_for_huge_pages([[maybe_unused]] void* memory, [[maybe_unused]] Index bytes) {
#ifdef MADV_HUGEPAGE
  if (bytes >= 2 * huge_page) detail::advise_pages(memory, bytes, MADV_HUGEPAGE);
#endif
}

/// Gives the memory of these bytes, which stay allocated, back to the system: their content is undefined from now on.
inline void give_pages_back([[maybe_unused]] void* memory, [[maybe_unused]] Index bytes) {
#ifdef MADV_DONTNEED
  detail::advise_pages(memory, bytes, MADV_DONTNEED);
#endif
}

}  // namespace unet
