// 2x2 max pooling, stride 2. Nothing is remembered: the backward pass finds the maximum again.
#pragma once
#include "unet/backends/cuda/device/rows.hpp"
#include "unet/backends/cuda/device/source.hpp"
#include "unet/core/finite.hpp"

namespace unet::cuda {

template <class T, int V>
struct MaxPoolForward {
  Source<T, float> x;
  View<T> y;

  __device__ void operator()(int n, int i, int j, int c) const {
    float largest[V];
    load<V>(x, n, 2 * i, 2 * j, c, largest);
#pragma unroll
    for (int q = 1; q < 4; ++q) {
      float values[V];
      load<V>(x, n, 2 * i + q / 2, 2 * j + q % 2, c, values);
#pragma unroll
      for (int e = 0; e < V; ++e)  // not a number wins
        if (values[e] > largest[e] || is_nan(values[e])) largest[e] = values[e];
    }
    store<V>(y.at(n, i, j) + c, largest);
  }
};

template <class T, int V>
struct MaxPoolBackward {
  Source<T, float> x;
  View<const T> dy;
  View<T> dx;
  bool accumulate;

  __device__ void operator()(int n, int i, int j, int c) const {
    float largest[V], gradient[V];
    int winner[V] = {};
    load<V>(x, n, 2 * i, 2 * j, c, largest);
    load<V>(dy.at(n, i, j) + c, gradient);
#pragma unroll
    for (int q = 1; q < 4; ++q) {
      float values[V];
      load<V>(x, n, 2 * i + q / 2, 2 * j + q % 2, c, values);
#pragma unroll
      for (int e = 0; e < V; ++e)
        if (values[e] > largest[e]) {
          largest[e] = values[e];
          winner[e] = q;
        }
    }
#pragma unroll
    for (int q = 0; q < 4; ++q) {
      T* const to = dx.at(n, 2 * i + q / 2, 2 * j + q % 2) + c;
      float values[V] = {};
      if (accumulate) load<V>(to, values);
#pragma unroll
      for (int e = 0; e < V; ++e)
        if (winner[e] == q) values[e] += gradient[e];
      store<V>(to, values);
    }
  }
};

template <class T>
void max_pool_forward(Context& context, const Source<T, float>& x, View<T> y) {
  with_vectors(
      [&](auto v) {
        for_rows<v()>(context, "max_pool_forward", y.shape, MaxPoolForward<T, v()>{x, y});
      },
      x.x, y);
}
template <class T>
void max_pool_backward(Context& context, const Source<T, float>& x, View<const T> dy, View<T> dx, bool accumulate) {
  with_vectors(
      [&](auto v) {
        for_rows<v()>(context, "max_pool_backward", dy.shape, MaxPoolBackward<T, v()>{x, dy, dx, accumulate});
      },
      x.x, dy, dx);
}

}  // namespace unet::cuda
