// Host memory for the reference backend and those that derive from it. All that is issued has happened on return.
#pragma once
#include <algorithm>
#include <cstring>
#include <new>

#include "unet/backends/context.hpp"
#include "unet/core/pages.hpp"

namespace unet::eigen {

struct Memory {
  /// 64-byte aligned (a cache line, an AVX-512 register). Throws std::bad_alloc.
  static void* allocate(Index bytes) {
    void* const memory = ::operator new (static_cast<std::size_t>(bytes), std::align_val_t{64});
    ask_for_huge_pages(memory, bytes);
    return memory;
  }
  static void deallocate(void* memory) { ::operator delete (memory, std::align_val_t{64}); }
  static void* allocate_host(Index bytes) { return allocate(bytes); }
  static void deallocate_host(void* memory) { deallocate(memory); }

  /// What lies in these bytes is not needed any more: whole pages go back to the system, and are zeros when they are read again.
  static void discard(HostContext&, void* memory, Index bytes) { give_pages_back(memory, bytes); }

  static void copy(HostContext&, const void* from, void* to, Index bytes) {
    if (bytes > 0) std::memcpy(to, from, static_cast<std::size_t>(bytes));
  }
  static void copy_to_host(HostContext& context, const void* from, void* to, Index bytes) {
    copy(context, from, to, bytes);
  }
  static void copy_to_backend(HostContext& context, const void* from, void* to, Index bytes) {
    copy(context, from, to, bytes);
  }
  static void copy_to_backend_async(HostContext& context, const void* from, void* to, Index bytes) {
    copy(context, from, to, bytes);
  }
  template <class Value>
  static void fill(HostContext&, Value* data, Index elements, Value value) {
    std::fill_n(data, elements, value);
  }

  static HostEvent record(HostContext&) { return {}; }
  static void wait(HostEvent) {}
  static void wait(HostContext&, HostEvent) {}
};

}  // namespace unet::eigen
