// Operations that touch each value of a map once.
#pragma once
#include "unet/backends/cuda/device/rows.hpp"
#include "unet/backends/cuda/device/source.hpp"

namespace unet::cuda {

template <class T, int V>
struct ReluBackward {
  View<const T> r;
  View<T> g;

  __device__ void operator()(int n, int y, int x, int c) const {
    float values[V], gradient[V];
    load<V>(r.at(n, y, x) + c, values);
    load<V>(g.at(n, y, x) + c, gradient);
#pragma unroll
    for (int e = 0; e < V; ++e)
      if (!(values[e] > 0)) gradient[e] = 0;
    store<V>(g.at(n, y, x) + c, gradient);
  }
};

/// Value: what a map stores, or float.
template <class T, class Value, int V>
struct Normalise {
  Source<T, float> source;
  View<Value> to;

  __device__ void operator()(int n, int y, int x, int c) const {
    float values[V];
    load<V>(source, n, y, x, c, values);
    store<V>(to.at(n, y, x) + c, values);
  }
};

template <class T, int V>
struct Add {
  View<const T> from;
  View<T> to;

  __device__ void operator()(int n, int y, int x, int c) const {
    float values[V], more[V];
    load<V>(to.at(n, y, x) + c, values);
    load<V>(from.at(n, y, x) + c, more);
#pragma unroll
    for (int e = 0; e < V; ++e) values[e] += more[e];
    store<V>(to.at(n, y, x) + c, values);
  }
};

template <class T>
void relu_backward(Context& context, View<const T> r, View<T> g) {
  with_vectors([&](auto v) { for_rows<v()>(context, "relu_backward", g.shape, ReluBackward<T, v()>{r, g}); }, r, g);
}
template <class T, class Value>
void normalise(Context& context, const Source<T, float>& x, View<Value> y) {
  with_vectors([&](auto v) { for_rows<v()>(context, "normalise", y.shape, Normalise<T, Value, v()>{x, y}); }, x.x, y);
}
template <class T>
void add(Context& context, View<const T> x, View<T> y) {
  with_vectors([&](auto v) { for_rows<v()>(context, "add", y.shape, Add<T, v()>{x, y}); }, x, y);
}

template <class Value>
struct Fill {
  Value* to;
  Value value;
  __device__ void operator()(Index i) const { to[i] = value; }
};

}  // namespace unet::cuda
