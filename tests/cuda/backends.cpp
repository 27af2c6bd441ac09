// The backends under test: all kernels of the library, and what launches them.
#include "unet/backends/cuda/cuda.hpp"

template struct unet::Cuda<float>;
template struct unet::Cuda<unet::bf16>;
template struct unet::Cuda<float, unet::cuda::Products::strict>;
template struct unet::Cuda<unet::bf16, unet::cuda::Products::strict>;
