// The few instructions that C++ has no words for: under nvcc as PTX, otherwise as calls of a simulator of the device, which
// whoever compiles kernels without nvcc has to have on the include path (see tests/simt). Nothing else tells the two apart.
#pragma once
#include <cuda_runtime.h>

#include <cstdint>

#ifdef __CUDACC__
#include "unet/backends/cuda/device/ptx.hpp"
#else
#include "unet/backends/cuda/device/simulated.hpp"
#endif
