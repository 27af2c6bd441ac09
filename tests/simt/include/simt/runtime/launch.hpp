// Launches of kernels.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>
#include <type_traits>
#include <utility>

#include "../grid.hpp"
#include "memory.hpp"

enum cudaLaunchAttributeID {
  cudaLaunchAttributeIgnore = 0,
  cudaLaunchAttributeCooperative = 2,
  cudaLaunchAttributeClusterDimension = 4,
  cudaLaunchAttributeProgrammaticStreamSerialization = 6,
  cudaLaunchAttributePriority = 8
};
union cudaLaunchAttributeValue {
  char pad[64];
  int cooperative, priority, programmaticStreamSerializationAllowed;
  uint3 clusterDim;
};
struct cudaLaunchAttribute {
  cudaLaunchAttributeID id;
  cudaLaunchAttributeValue val;
};
struct cudaLaunchConfig_t {
  dim3 gridDim, blockDim;
  std::size_t dynamicSmemBytes = 0;
  cudaStream_t stream = nullptr;
  cudaLaunchAttribute* attrs = nullptr;
  unsigned numAttrs = 0;
};

enum cudaFuncAttribute {
  cudaFuncAttributeMaxDynamicSharedMemorySize = 8,
  cudaFuncAttributePreferredSharedMemoryCarveout = 9
};

namespace simt::detail {

/// How much dynamic shared memory kernels were allowed, on each device.
inline std::map<std::pair<int, std::uintptr_t>, int>& allowed_shared_bytes() {
  static auto* const allowed = new std::map<std::pair<int, std::uintptr_t>, int>;
  return *allowed;
}
template <class... Parameters>
std::pair<int, std::uintptr_t> function_on_device(void (*kernel)(Parameters...)) {
  return {current_device, reinterpret_cast<std::uintptr_t>(kernel)};
}

inline cudaError_t check_configuration(const cudaLaunchConfig_t& config, int allowed_bytes) {
  const dim3 grid = config.gridDim, size = config.blockDim;
  const auto between = [](std::size_t value, std::size_t most) { return value >= 1 && value <= most; };
  const bool grid_fits = between(grid.x, 0x7fffffff) && between(grid.y, 65535) && between(grid.z, 65535);
  const bool block_fits = between(size.x, max_threads) && between(size.y, max_threads) && between(size.z, 64) &&
                          between(std::size_t{size.x} * size.y * size.z, max_threads);
  if (!grid_fits || !block_fits) return cudaErrorInvalidConfiguration;
  if (config.dynamicSmemBytes > static_cast<std::size_t>(allowed_bytes)) return cudaErrorInvalidValue;
  for (unsigned i = 0; i < config.numAttrs; ++i)
    if (config.attrs[i].id == cudaLaunchAttributeClusterDimension) return cudaErrorNotSupported;
  return device().major >= 8 ? cudaSuccess : cudaErrorNoKernelImageForDevice;
}

/// A kernel that gets a pointer of its own is given one that the device can follow.
template <class T>
void check_argument(const T& argument) {
  static_assert(std::is_trivially_copyable_v<T>, "arguments of kernels are copied byte by byte");
  if constexpr (std::is_pointer_v<T> && !std::is_function_v<std::remove_pointer_t<T>>) {
    const auto* const at = reinterpret_cast<const void*>(argument);
    if (at == nullptr || device_memory().contains(at, 0)) return;  // a pointer to the end is one too
    if (device_memory().owns(at)) throw Fault("a kernel is given a pointer to device memory that is not allocated");
    if (!pinned_memory().contains(at, 0)) throw Fault("a kernel is given a pointer to memory of the host");
  }
}

}  // namespace simt::detail

template <class... Parameters>
cudaError_t cudaFuncSetAttribute(void (*kernel)(Parameters...), cudaFuncAttribute attribute, int value) {
  return simt::detail::call(__func__, [&] {
    if (attribute != cudaFuncAttributeMaxDynamicSharedMemorySize) return cudaSuccess;
    if (value < 0 || value > simt::max_shared_bytes) return cudaErrorInvalidValue;
    simt::detail::allowed_shared_bytes()[simt::detail::function_on_device(kernel)] = value;
    return cudaSuccess;
  });
}

template <class... Parameters, class... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...),
                               Arguments&&... arguments) {
  static_assert(!(std::is_reference_v<Parameters> || ...), "a kernel takes its parameters by value");
  return simt::detail::call_with(__func__, config->stream, [&](simt::Stream& stream) {
    const auto found = simt::detail::allowed_shared_bytes().find(simt::detail::function_on_device(kernel));
    const int allowed = found == simt::detail::allowed_shared_bytes().end() ? 0 : found->second;
    const cudaError_t error =
        simt::detail::check_configuration(*config, std::max(allowed, simt::max_shared_bytes_by_default));
    if (error != cudaSuccess) return error;
    const std::tuple<Parameters...> values(std::forward<Arguments>(arguments)...);
    std::apply([](const auto&... value) { (simt::detail::check_argument(value), ...); }, values);
    const dim3 grid = config->gridDim, size = config->blockDim;
    const int shared_bytes = static_cast<int>(config->dynamicSmemBytes);
    return simt::detail::issue(stream, [=] {
      const auto body = [&] { std::apply(kernel, values); };
      simt::detail::run_grid(grid, size, shared_bytes, body);
    });
  });
}

/// By threads and shared memory alone; registers are not known here.
template <class... Parameters>
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, void (*)(Parameters...), int threads,
                                                          std::size_t shared_bytes) {
  return simt::detail::call(__func__, [&] {
    if (threads < 1 || threads > simt::max_threads) return cudaErrorInvalidValue;
    const std::size_t by_memory = (simt::max_shared_bytes + 1024) / (shared_bytes + 1024);
    *blocks = std::min({2048 / threads, 32, static_cast<int>(by_memory)});
    return cudaSuccess;
  });
}
