// Memory that a thread keeps from one call to the next, so that kernels do not allocate.
#pragma once
#include <memory>
#include <new>

#include "unet/core/pages.hpp"

namespace unet::cpu {

/// Memory for floats, 64-byte aligned, that only grows. Its content is undefined after each get().
class Scratch {
 public:
  float* get(Index floats) {
    if (floats > size_) {
      memory_.reset();
      size_ = 0;
      const Index bytes = floats * Index{sizeof(float)};
      const std::align_val_t alignment{static_cast<std::size_t>(bytes < 2 * huge_page ? 64 : huge_page)};
      memory_ = {static_cast<float*>(::operator new(static_cast<std::size_t>(bytes), alignment)), Free{alignment}};
      ask_for_huge_pages(memory_.get(), bytes);
      size_ = floats;
    }
    return memory_.get();
  }

 private:
  struct Free {
    std::align_val_t alignment;
    void operator()(float* p) const { ::operator delete(p, alignment); }
  };

  std::unique_ptr<float, Free> memory_{nullptr, Free{std::align_val_t{64}}};
  Index size_ = 0;
};

/// One for each use and thread: two uses at the same time need two slots.
template <int Slot>
float* scratch(Index floats) {
  thread_local Scratch memory;
  return memory.get(floats);  // NOLINT(clang-analyzer-cplusplus.NewDelete): it lives on, unlike what clang-tidy thinks
}

// Slots. `shared` memory is taken by the thread that issues an operation and read by all that work on it.
inline constexpr int shared_weights = 0, shared_partials = 1, tile_input = 2, tile_gradient = 3, winograd_input = 4,
                     winograd_products = 5, winograd_half = 6;

}  // namespace unet::cpu
