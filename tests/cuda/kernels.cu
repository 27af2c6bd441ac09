// All kernels of the backend, for kernels_report.py.
#include "unet/backends/cuda/cuda.hpp"

template struct unet::Cuda<float>;
template struct unet::Cuda<unet::bf16>;
