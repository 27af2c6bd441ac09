// Kernel launches.
#pragma once
#include <utility>

#include "unet/backends/cuda/runtime/context.hpp"

namespace unet::cuda {

/// How many blocks of how many threads, and the shared memory of each block in bytes.
struct Grid {
  dim3 blocks;
  int threads = 256;
  int shared_bytes = 0;
};

/// Throws DeviceError, which names the kernel as `name` does. Where there are no blocks nothing is done.
template <class... Parameters, class... Arguments>
void launch(Context& context, const char* name, const Grid& grid, void (*kernel)(Parameters...),
            Arguments&&... arguments) {
  if (grid.blocks.x == 0 || grid.blocks.y == 0 || grid.blocks.z == 0) return;
  if (!context.issues()) return;
  constexpr int without_asking = 48 * 1024;
  if (grid.shared_bytes > without_asking)
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, grid.shared_bytes), name);
  cudaLaunchConfig_t config{};
  config.gridDim = grid.blocks;
  config.blockDim = dim3(static_cast<unsigned>(grid.threads));
  config.dynamicSmemBytes = static_cast<std::size_t>(grid.shared_bytes);
  config.stream = context.stream();
  check(cudaLaunchKernelEx(&config, kernel, std::forward<Arguments>(arguments)...), name);
}

/// count / size, rounded up, as a grid's number.
constexpr unsigned blocks(Index count, Index size) { return static_cast<unsigned>((count + size - 1) / size); }

}  // namespace unet::cuda
