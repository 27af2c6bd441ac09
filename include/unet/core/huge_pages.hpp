// Large pages for large memory.
#pragma once
#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <cstdint>

#include "unet/core/shape.hpp"

namespace unet {

/// Bytes of a large page of x86-64 and, as a rule, of 64-bit Arm.
inline constexpr Index huge_page = 2 * 1024 * 1024;

/// Lets the system back what lies in these bytes with large pages, where it does so on request. With pages of 4 KB, products
/// that go through some MB take up to half as long again to look them up. Nothing happens for less than two pages.
inline void ask_for_huge_pages([[maybe_unused]] void* memory, [[maybe_unused]] Index bytes) {
#ifdef MADV_HUGEPAGE
  if (bytes < 2 * huge_page) return;
  constexpr std::uintptr_t page = 4096;
  const auto begin = (reinterpret_cast<std::uintptr_t>(memory) + page - 1) / page * page;
  const auto end = (reinterpret_cast<std::uintptr_t>(memory) + static_cast<std::uintptr_t>(bytes)) / page * page;
  madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#endif
}

}  // namespace unet
