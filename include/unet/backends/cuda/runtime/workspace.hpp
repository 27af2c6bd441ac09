// Device memory that one operation needs and the next may use again.
#pragma once
#include "unet/backends/cuda/runtime/memory.hpp"

namespace unet::cuda {

/// Never shrinks: after the first pass of a shape nothing is allocated any more.
class Workspace {
 public:
  Workspace() = default;
  Workspace(Workspace&& other) noexcept
      : memory_(std::exchange(other.memory_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Workspace& operator=(Workspace&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Workspace() { deallocate(memory_); }

  const void* data() const { return memory_; }
  /// Throws OutOfMemory.
  void* at_least(Index bytes) {
    if (bytes <= size_) return memory_;
    deallocate(std::exchange(memory_, nullptr));  // waits for the work that uses it
    size_ = 0;
    memory_ = allocate(bytes);
    size_ = bytes;
    return memory_;
  }

 private:
  void* memory_ = nullptr;
  Index size_ = 0;
};

}  // namespace unet::cuda
