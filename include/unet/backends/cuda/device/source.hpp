// The values of a map whose normalisation and activation are pending.
#pragma once
#include "unet/backends/cuda/device/number.hpp"
#include "unet/backends/operands.hpp"

namespace unet::cuda {

/// Not a number stays so.
__device__ inline float relu(float value) { return value < 0 ? 0.0f : value; }

/// V values from channel c of a pixel on.
template <int V, class T>
__device__ inline void load(const Source<T, float>& source, Index n, Index y, Index x, int c, float (&values)[V]) {
  load<V>(source.x.at(n, y, x) + c, values);
#pragma unroll
  for (int e = 0; e < V; ++e) {
    if (source.scale) values[e] = fmaf(source.scale[c + e], values[e], source.shift[c + e]);
    if (source.activate == Activate::relu) values[e] = relu(values[e]);
  }
}

/// One value of an input of one or two parts.
template <class T>
__device__ inline float value(const Input<T, float>& input, Index n, Index y, Index x, int c) {
  const int first = static_cast<int>(input.parts[0].x.shape.c);
  float v[1];
  if (input.count == 1 || c < first)
    load<1>(input.parts[0], n, y, x, c, v);
  else
    load<1>(input.parts[1], n, y, x, c - first, v);
  return v[0];
}

}  // namespace unet::cuda
