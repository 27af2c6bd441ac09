#include "failing_new.hpp"

#include <omp.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>

namespace {

std::atomic<long> live = 0, left = 0, in_parallel = 0;
std::atomic<bool> counting = false, failed = false, to_the_end = false;

bool in_parallel_region() { return omp_get_level() > 0; }

void* get(std::size_t bytes, std::size_t alignment) {
  bytes = bytes > 0 ? bytes : 1;
  void* const memory = alignment <= alignof(std::max_align_t)
                           ? std::malloc(bytes)
                           : std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (memory) ++live;
  return memory;
}

void* allocate(std::size_t bytes, std::size_t alignment) {
  if (counting) {
    const long now = --left;
    if (now == 0 || (now < 0 && to_the_end)) {
      failed = true;
      if (in_parallel_region()) ++in_parallel;
      throw std::bad_alloc();
    }
  }
  if (void* const memory = get(bytes, alignment)) return memory;
  throw std::bad_alloc();
}

void release(void* memory) noexcept {
  if (!memory) return;
  --live;
  std::free(memory);
}

}  // namespace

long live_allocations() { return live; }
void fail_allocation(long n, bool and_all_after_it) {
  counting = false;
  left = n;
  to_the_end = and_all_after_it;
  if (n > 0) {
    failed = false;
    in_parallel = 0;
    counting = true;
  }
}
bool allocation_failed() { return failed; }
long allocations_failed_in_parallel() { return in_parallel; }

void* operator new(std::size_t bytes) { return allocate(bytes, 1); }
void* operator new[](std::size_t bytes) { return allocate(bytes, 1); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocate(bytes, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
  return allocate(bytes, static_cast<std::size_t>(alignment));
}
// Those who ask in this way go on with less where they get none: not counted.
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return get(bytes, 1); }
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept { return get(bytes, 1); }
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { release(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { release(memory); }
