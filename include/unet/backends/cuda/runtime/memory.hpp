// Device memory, and host memory that a device's copies can reach.
#pragma once
#include <new>
#include <string>
#include <utility>

#include "unet/backends/cuda/runtime/device.hpp"
#include "unet/core/shape.hpp"

namespace unet::cuda {

namespace detail {
inline std::string megabytes(std::size_t bytes) { return std::to_string((bytes + 999'999) / 1'000'000) + " MB"; }
}  // namespace detail

/// Of the chosen device. Throws DeviceError.
inline Index free_bytes() {
  enter_device();
  std::size_t free = 0, total = 0;
  check(cudaMemGetInfo(&free, &total), "asking for free device memory");
  return static_cast<Index>(free);
}

/// Aligned to 256 bytes. Throws OutOfMemory, DeviceError.
inline void* allocate(Index bytes) {
  enter_device();
  void* memory = nullptr;
  const auto size = static_cast<std::size_t>(bytes > 0 ? bytes : 1);
  const cudaError_t result = cudaMalloc(&memory, size);
  if (result == cudaErrorMemoryAllocation) {
    cudaGetLastError();
    std::size_t free = 0, total = 0;
    check(cudaMemGetInfo(&free, &total), "asking for free device memory");
    throw OutOfMemory("out of device memory: " + detail::megabytes(size) + " were needed at once, and " +
                      detail::megabytes(free) + " of " + detail::megabytes(total) +
                      " are free; use a smaller batch, smaller images, or bf16");
  }
  check(result, "allocating device memory");
  return memory;
}

/// Waits for all work of the device first. Accepts null.
inline void deallocate(void* memory) {
  // An error here is one of earlier work, and whoever waits for that work is told. Destructors must not throw.
  if (memory) cudaFree(memory);
}

/// Pinned. Throws std::bad_alloc.
inline void* allocate_host(Index bytes) {
  enter_device();
  void* memory = nullptr;
  if (cudaMallocHost(&memory, static_cast<std::size_t>(bytes > 0 ? bytes : 1)) != cudaSuccess) {
    cudaGetLastError();
    throw std::bad_alloc();
  }
  return memory;
}
inline void deallocate_host(void* memory) {
  if (memory) cudaFreeHost(memory);
}

}  // namespace unet::cuda
