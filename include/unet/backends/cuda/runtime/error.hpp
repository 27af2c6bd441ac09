// Errors of the CUDA runtime as exceptions.
#pragma once
#include <cuda_runtime.h>

#include <string>

#include "unet/core/error.hpp"

namespace unet {

/// A device failed, is missing, or is too old; the text names the call.
struct DeviceError : Error {
  using Error::Error;
};

}  // namespace unet

namespace unet::cuda {

/// Throws DeviceError unless the call succeeded. `doing`: what failed, such as "copying to the device".
inline void check(cudaError_t result, const char* doing) {
  if (result == cudaSuccess) return;
  cudaGetLastError();  // else the next call that is checked would report it again
  throw DeviceError(std::string(doing) + " failed: " + cudaGetErrorString(result) + " (" + cudaGetErrorName(result) +
                    ")");
}

}  // namespace unet::cuda
