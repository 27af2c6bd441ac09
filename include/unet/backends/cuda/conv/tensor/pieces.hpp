// One piece of workspace, cut into arrays.
#pragma once
#include "unet/backends/cuda/runtime/context.hpp"

namespace unet::cuda::tensor {

/// Of elements of T, the next array begins at a multiple of 256 bytes.
template <class T>
constexpr Index piece(Index count) {
  return (count * static_cast<Index>(sizeof(T)) + 255) / 256 * 256;
}
template <class T>
T* cut(char*& memory, Index count) {
  T* const begin = reinterpret_cast<T*>(memory);
  memory += piece<T>(count);
  return begin;
}

}  // namespace unet::cuda::tensor
