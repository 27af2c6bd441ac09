// What the tests of the emulator share: launches, checked accesses to shared memory, and what went wrong as text.
#pragma once
#include <cuda_runtime.h>
#include <doctest/doctest.h>

#include <cstdint>
#include <simt/instructions.hpp>
#include <string>
#include <utility>
#include <vector>

#include "unet/backends/cuda/device/instructions.hpp"

namespace simt_test {

template <class... Parameters, class... Arguments>
cudaError_t launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, std::size_t shared_bytes, cudaStream_t stream,
                   Arguments&&... arguments) {
  cudaLaunchConfig_t config{};
  config.gridDim = grid;
  config.blockDim = block;
  config.dynamicSmemBytes = shared_bytes;
  config.stream = stream;
  return cudaLaunchKernelEx(&config, kernel, std::forward<Arguments>(arguments)...);
}

using unet::cuda::shared_load, unet::cuda::shared_store;

/// Numbers in device memory.
template <class T>
class DeviceArray {
 public:
  explicit DeviceArray(std::size_t count) : count_(count) {
    REQUIRE(cudaMalloc(&data_, count * sizeof(T)) == cudaSuccess);
  }
  explicit DeviceArray(const std::vector<T>& values) : DeviceArray(values.size()) {
    REQUIRE(cudaMemcpy(data_, values.data(), count_ * sizeof(T), cudaMemcpyHostToDevice) == cudaSuccess);
  }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;
  ~DeviceArray() { cudaFree(data_); }

  T* data() const { return data_; }
  /// Waits for the default stream.
  std::vector<T> to_host() const {
    std::vector<T> values(count_);
    REQUIRE(cudaMemcpy(values.data(), data_, count_ * sizeof(T), cudaMemcpyDeviceToHost) == cudaSuccess);
    return values;
  }

 private:
  T* data_ = nullptr;
  std::size_t count_;
};

/// What the emulator says when run() and its work are done; empty if it finds nothing.
template <class Run>
std::string fault_of(const Run& run) {
  try {
    run();
    cudaDeviceSynchronize();
  } catch (const simt::Fault& fault) {
    return fault.what();
  }
  return "";
}
inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Runs test() in several orders of threads.
template <class Test>
void in_each_schedule(const Test& test) {
  for (simt::schedule = 0; simt::schedule < 5; ++simt::schedule) {
    CAPTURE(simt::schedule);
    test();
  }
  simt::schedule = 0;
}

}  // namespace simt_test
