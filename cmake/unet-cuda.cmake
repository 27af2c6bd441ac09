# unet::cuda, which a target links whose .cu files include unet/backends/cuda/cuda.hpp. Included by the project's own build when
# UNET_CUDA is on, and by the installed package when it is asked for the component cuda.
set(unet_least_cuda 12.4)
if(NOT TARGET CUDA::cudart)
  if(COMMAND find_dependency)
    find_dependency(CUDAToolkit ${unet_least_cuda})
  else()
    find_package(CUDAToolkit ${unet_least_cuda} REQUIRED)
  endif()
endif()

add_library(unet_cuda INTERFACE)
add_library(unet::cuda ALIAS unet_cuda)
target_link_libraries(unet_cuda INTERFACE unet::unet CUDA::cudart)
# The standard as a flag: CMake 3.25 does not know that nvcc has it. Kernels call the library's constexpr functions. What of a .cu file runs on the host is compiled for OpenMP as elsewhere.
target_compile_options(unet_cuda INTERFACE "$<$<COMPILE_LANGUAGE:CUDA>:-std=c++20;--expt-relaxed-constexpr;-Xcompiler=${OpenMP_CXX_FLAGS}>")
