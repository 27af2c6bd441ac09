// The backends are compiled once, in backends.cpp, instead of in each test.
#pragma once
#include "unet/backends/cuda/cuda.hpp"

extern template struct unet::Cuda<float>;
extern template struct unet::Cuda<unet::bf16>;
extern template struct unet::Cuda<float, unet::cuda::Products::strict>;
extern template struct unet::Cuda<unet::bf16, unet::cuda::Products::strict>;
