// What convolutions differ in: which pixel of the input meets which pixel of the output through which weight.
#pragma once
#include "unet/backends/cuda/device/source.hpp"

namespace unet::cuda {

/// A pixel of a map.
struct Pixel {
  int n, y, x;
};

/// Pixels of a map in row-major order.
struct PixelOrder {
  int height, width;
  template <class T>
  explicit PixelOrder(const View<T>& map)
      : height(static_cast<int>(map.shape.h)), width(static_cast<int>(map.shape.w)) {}
  PixelOrder(int h, int w) : height(h), width(w) {}
  __device__ Pixel at(int i) const { return {i / width / height, i / width % height, i % width}; }
};

__host__ __device__ inline bool inside(int y, int x, int height, int width) {
  return y >= 0 && y < height && x >= 0 && x < width;
}

/// The end of a forward product: bias and activation, then stored.
template <class T>
__device__ inline void store_output(T* to, float sum, int channel, const float* bias, Activate activate) {
  if (bias) sum += bias[channel];
  if (activate == Activate::relu) sum = relu(sum);
  *to = to_stored<T>(sum);
}

/// The end of a backward product.
template <class T>
__device__ inline void store_gradient(const InputGradient<T>& dx, Pixel p, int channel, float sum) {
  const int first = static_cast<int>(dx.parts[0].shape.c);
  const bool second = channel >= first;
  T* const to = second ? dx.parts[1].at(p.n, p.y, p.x) + (channel - first) : dx.parts[0].at(p.n, p.y, p.x) + channel;
  *to = to_stored<T>(dx.accumulate ? to_float(*to) + sum : sum);
}

}  // namespace unet::cuda
