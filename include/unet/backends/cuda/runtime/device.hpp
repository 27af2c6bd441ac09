// Which device is used.
#pragma once
#include <atomic>

#include "unet/backends/cuda/runtime/error.hpp"

namespace unet::cuda {

/// The oldest devices that the kernels run on: compute capability 8.0 (Ampere), which has asynchronous copies and tensor cores for
/// bf16 and TF32.
inline constexpr int least_major = 8;

namespace detail {
inline std::atomic<int>& chosen_device() {
  static std::atomic<int> device{0};
  return device;
}

inline std::string version(int number) {
  return std::to_string(number / 1000) + "." + std::to_string(number % 1000 / 10);
}

/// Throws DeviceError when there is no such device, or one that the kernels cannot run on.
inline void check_device(int device) {
  int count = 0;
  const cudaError_t result = cudaGetDeviceCount(&count);
  if (result == cudaErrorInsufficientDriver) {
    int driver = 0, runtime = 0;
    cudaDriverGetVersion(&driver);
    cudaRuntimeGetVersion(&runtime);
    cudaGetLastError();
    if (driver == 0)
      throw DeviceError("there is no NVIDIA driver in this machine; install one for CUDA " + version(runtime) +
                        " or newer, or use another backend");
    throw DeviceError("the NVIDIA driver is for CUDA " + version(driver) + ", but this program needs " +
                      version(runtime) + "; install a newer driver");
  }
  if (result == cudaErrorNoDevice || (result == cudaSuccess && count == 0)) {
    cudaGetLastError();
    throw DeviceError("there is no CUDA device in this machine, or CUDA_VISIBLE_DEVICES hides it; use another backend");
  }
  check(result, "looking for CUDA devices");
  if (device < 0 || device >= count)
    throw DeviceError("there is no CUDA device " + std::to_string(device) + "; this machine has " +
                      std::to_string(count) + ", counted from 0");
  cudaDeviceProp properties{};
  check(cudaGetDeviceProperties(&properties, device), "asking for a device's properties");
  if (properties.major < least_major)
    throw DeviceError("CUDA device " + std::to_string(device) + ", " + properties.name + ", has compute capability " +
                      std::to_string(properties.major) + "." + std::to_string(properties.minor) + "; at least " +
                      std::to_string(least_major) + ".0 is needed");
}
}  // namespace detail

/// Chooses the device, counted from 0, that all threads of the program use from now on; before any backend memory is allocated.
/// Throws DeviceError when there is no such device, or it is too old.
inline void use_device(int device) {
  detail::check_device(device);
  detail::chosen_device() = device;
}

/// Makes the chosen device the calling thread's, which costs nothing from the second time on. Throws as use_device.
inline void enter_device() {
  thread_local int entered = -1;
  const int device = detail::chosen_device();
  if (entered == device) return;
  detail::check_device(device);
  check(cudaSetDevice(device), "choosing a CUDA device");
  entered = device;
}

}  // namespace unet::cuda
