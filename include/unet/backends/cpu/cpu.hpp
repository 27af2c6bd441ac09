// The fast backend for processors: OpenMP and SIMD kernels in place of the reference's hot operations.
#pragma once
#include <type_traits>

#include "unet/backends/eigen/eigen_backend.hpp"

namespace unet {

template <class T = float>
struct Cpu : EigenBackend<T> {
  static_assert(std::is_same_v<T, float>, "Cpu<T>: the kernels are for float; EigenBackend takes any scalar");
  static constexpr const char* name = "cpu";
};

}  // namespace unet
