// The networks that the programs know. CMakeLists.txt lists them with the backends that each is compiled for.
#pragma once
#include "unet/models/unet.hpp"

namespace app {

class CompiledNet;

using PaperNet = unet::UNet<1, 1, 32, 4>;  ///< the study's, 7,765,409 parameters
using SmallNet = unet::UNet<1, 1, 8, 4>;   ///< the same with a quarter of the channels

/// Defined for each net and backend in a translation unit that CMake writes from net.cpp.in.
const CompiledNet& paper_on_cpu();
const CompiledNet& paper_on_cpu_bf16();
const CompiledNet& paper_on_eigen();
const CompiledNet& small_on_cpu();
const CompiledNet& small_on_cpu_bf16();
const CompiledNet& small_on_eigen();
// In programs that are built with UNET_CUDA.
const CompiledNet& paper_on_cuda();
const CompiledNet& paper_on_cuda_bf16();
const CompiledNet& small_on_cuda();
const CompiledNet& small_on_cuda_bf16();

}  // namespace app
