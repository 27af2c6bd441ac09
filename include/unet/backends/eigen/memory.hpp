// Host memory for the reference backend and those that derive from it.
#pragma once
#include <algorithm>
#include <cstring>
#include <new>

#include "unet/core/shape.hpp"

namespace unet::eigen {

template <class T>
struct Memory {
  /// 64-byte aligned (a cache line, an AVX-512 register). Throws std::bad_alloc.
  static void* allocate(Index bytes) { return ::operator new (static_cast<std::size_t>(bytes), std::align_val_t{64}); }
  static void deallocate(void* memory) { ::operator delete (memory, std::align_val_t{64}); }

  static void copy(const void* from, void* to, Index bytes) {
    if (bytes > 0) std::memcpy(to, from, static_cast<std::size_t>(bytes));
  }
  static void copy_to_host(const void* from, void* to, Index bytes) { copy(from, to, bytes); }
  static void copy_to_backend(const void* from, void* to, Index bytes) { copy(from, to, bytes); }
  static void fill(T* data, Index elements, T value) { std::fill_n(data, elements, value); }
};

}  // namespace unet::eigen
