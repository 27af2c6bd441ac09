// The runtime's functions about devices.
#pragma once
#include <cstddef>
#include <cstring>

#include "stream.hpp"

/// Those of CUDA's members that are known here.
struct cudaDeviceProp {
  char name[256];
  std::size_t totalGlobalMem, sharedMemPerBlock, sharedMemPerBlockOptin, sharedMemPerMultiprocessor;
  int regsPerBlock, warpSize, maxThreadsPerBlock, maxThreadsPerMultiProcessor, multiProcessorCount, l2CacheSize;
  int major, minor, asyncEngineCount, concurrentKernels, unifiedAddressing;
};

enum cudaDeviceAttr {
  cudaDevAttrMaxThreadsPerBlock = 1,
  cudaDevAttrMaxSharedMemoryPerBlock = 8,
  cudaDevAttrWarpSize = 10,
  cudaDevAttrMultiProcessorCount = 16,
  cudaDevAttrL2CacheSize = 38,
  cudaDevAttrMaxThreadsPerMultiProcessor = 39,
  cudaDevAttrComputeCapabilityMajor = 75,
  cudaDevAttrComputeCapabilityMinor = 76,
  cudaDevAttrMaxSharedMemoryPerMultiprocessor = 81,
  cudaDevAttrMaxSharedMemoryPerBlockOptin = 97,
  cudaDevAttrMemoryPoolsSupported = 115
};

inline cudaError_t cudaDriverGetVersion(int* version) { return *version = simt::device().driver_version, cudaSuccess; }
inline cudaError_t cudaRuntimeGetVersion(int* version) { return *version = CUDART_VERSION, cudaSuccess; }

inline cudaError_t cudaGetDeviceCount(int* count) {
  *count = 0;
  return simt::detail::call(__func__, [&] { return *count = simt::device().count, cudaSuccess; });
}
inline cudaError_t cudaGetDevice(int* number) {
  return simt::detail::call(__func__, [&] { return *number = simt::detail::current_device, cudaSuccess; });
}
inline cudaError_t cudaSetDevice(int number) {
  return simt::detail::call(__func__, [&] {
    if (number < 0 || number >= simt::device().count) return cudaErrorInvalidDevice;
    simt::detail::current_device = number;
    return cudaSuccess;
  });
}
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int number) {
  return simt::detail::call(__func__, [&] {
    const simt::Device& device = simt::device();
    if (number < 0 || number >= device.count) return cudaErrorInvalidDevice;
    cudaDeviceProp p{};
    device.name.copy(p.name, sizeof p.name - 1);
    p.totalGlobalMem = device.memory;
    p.sharedMemPerBlock = simt::max_shared_bytes_by_default;
    p.sharedMemPerBlockOptin = simt::max_shared_bytes;
    p.sharedMemPerMultiprocessor = simt::max_shared_bytes + 1024;
    p.regsPerBlock = 65536;
    p.warpSize = 32;
    p.maxThreadsPerBlock = simt::max_threads;
    p.maxThreadsPerMultiProcessor = 2048;
    p.multiProcessorCount = device.multiprocessors;
    p.l2CacheSize = 50 << 20;
    p.major = device.major;
    p.minor = device.minor;
    p.asyncEngineCount = p.concurrentKernels = p.unifiedAddressing = 1;
    *properties = p;
    return cudaSuccess;
  });
}
inline cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int number) {
  return simt::detail::call(__func__, [&] {
    cudaDeviceProp p{};
    if (const cudaError_t error = cudaGetDeviceProperties(&p, number); error != cudaSuccess) return error;
    const auto answer = [&](auto known) { return *value = static_cast<int>(known), cudaSuccess; };
    switch (attribute) {
      case cudaDevAttrMaxThreadsPerBlock:
        return answer(p.maxThreadsPerBlock);
      case cudaDevAttrMaxSharedMemoryPerBlock:
        return answer(p.sharedMemPerBlock);
      case cudaDevAttrWarpSize:
        return answer(p.warpSize);
      case cudaDevAttrMultiProcessorCount:
        return answer(p.multiProcessorCount);
      case cudaDevAttrL2CacheSize:
        return answer(p.l2CacheSize);
      case cudaDevAttrMaxThreadsPerMultiProcessor:
        return answer(p.maxThreadsPerMultiProcessor);
      case cudaDevAttrComputeCapabilityMajor:
        return answer(p.major);
      case cudaDevAttrComputeCapabilityMinor:
        return answer(p.minor);
      case cudaDevAttrMaxSharedMemoryPerMultiprocessor:
        return answer(p.sharedMemPerMultiprocessor);
      case cudaDevAttrMaxSharedMemoryPerBlockOptin:
        return answer(p.sharedMemPerBlockOptin);
      case cudaDevAttrMemoryPoolsSupported:
        return answer(1);
    }
    return cudaErrorInvalidValue;
  });
}
