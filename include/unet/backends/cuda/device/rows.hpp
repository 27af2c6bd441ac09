// Kernels that do the same for each value of a map, several channels at a time.
#pragma once
#include <type_traits>

#include "unet/backends/cuda/device/number.hpp"
#include "unet/backends/cuda/runtime/launch.hpp"
#include "unet/core/view.hpp"

namespace unet::cuda {

/// Whether 16 bytes of neighbouring channels can be read and written at once.
template <class T>
bool by_vectors(const View<T>& x) {
  constexpr Index unit = 16 / sizeof(T);
  return x.shape.c % unit == 0 && x.strides.n % unit == 0 && x.strides.h % unit == 0 && x.strides.w % unit == 0 &&
         reinterpret_cast<std::uintptr_t>(x.data) % 16 == 0;
}

/// f(std::integral_constant<int, V>), V channels at a time: 16 bytes of the first view, or 1.
template <class T, class... Views, class F>
void with_vectors(const F& f, const View<T>& first, const Views&... others) {
  if (by_vectors(first) && (by_vectors(others) && ...))
    f(std::integral_constant<int, static_cast<int>(16 / sizeof(T))>());
  else
    f(std::integral_constant<int, 1>());
}

/// Operation: operation(n, y, x, c) on the device, of V channels from c on.
template <int V, class Operation>
__global__ void __launch_bounds__(256) rows_kernel(Operation operation, int height, int width, int groups) {
  const int row = static_cast<int>(blockIdx.x), i = static_cast<int>(blockIdx.y * 256 + threadIdx.x);
  if (i < width * groups) operation(row / height, row % height, i / groups, i % groups * V);
}

/// A thread for each V channels of each pixel. A U-Net halves its width where it doubles its channels, so that a row has as
/// many values at all levels: enough to fill blocks with, and only one division that depends on the place in it.
template <int V, class Operation>
void for_rows(Context& context, const char* name, const Shape& s, const Operation& operation) {
  const Index groups = s.c / V;
  launch(context, name, {dim3(static_cast<unsigned>(s.n * s.h), blocks(s.w * groups, 256))}, rows_kernel<V, Operation>,
         operation, static_cast<int>(s.h), static_cast<int>(s.w), static_cast<int>(groups));
}

/// Operation: operation(i) on the device.
template <class Operation>
__global__ void __launch_bounds__(256) elements_kernel(Operation operation, Index count) {
  const Index i = static_cast<Index>(blockIdx.x) * 256 + threadIdx.x;
  if (i < count) operation(i);
}
template <class Operation>
void for_elements(Context& context, const char* name, Index count, const Operation& operation) {
  launch(context, name, {dim3(blocks(count, 256))}, elements_kernel<Operation>, operation, count);
}

}  // namespace unet::cuda
