// 2x2 max pooling of normalised values, and its backward pass, which finds the maximum again.
#pragma once
#include "unet/backends/cpu/isa/lanes.hpp"
#include "unet/backends/cpu/threads/tasks.hpp"
#include "unet/backends/operands.hpp"

namespace unet::cpu {

/// The four values of a square of one register of channels, normalised, in row-major order. `first`: of them, channel 0.
template <class I, class T>
UNET_INLINE void load_square(const Source<T, float>& s, const T* first, Index c, Lanes<I> (&v)[4]) {
  const Index count = s.x.shape.c - c;
#pragma GCC unroll 4
  for (int q = 0; q < 4; ++q) load(v[q], first + q / 2 * s.x.strides.h + q % 2 * s.x.strides.w + c, count);
  if (s.scale) {
    Lanes<I> a, b;
    load(a, s.scale + c, count);
    load(b, s.shift + c, count);
#pragma GCC unroll 4
    for (int q = 0; q < 4; ++q) v[q] = v[q] * a + b;
  }
  if (s.activate == Activate::relu)
#pragma GCC unroll 4
    for (int q = 0; q < 4; ++q) keep_positive(v[q]);
}

/// One row of the output.
template <class T>
struct PoolRow {
  using isas = StoringIsas<T>;

  template <class I>
  UNET_INLINE static void run(const Source<T, float>& s, const View<T>& y, Index n, Index i) {
    const T* from = s.x.at(n, 2 * i, 0);
    T* to = y.at(n, i, 0);
    for (Index j = 0; j < y.shape.w; ++j, from += 2 * s.x.strides.w, to += y.strides.w)
      for (Index c = 0; c < y.shape.c; c += I::width) {
        Lanes<I> v[4];
        load_square<I>(s, from, c, v);
        maximum(v[0], v[1]);
        maximum(v[2], v[3]);
        maximum(v[0], v[2]);
        store_as<I>(to + c, v[0], y.shape.c - c);
      }
  }
};

/// The gradient of one row of the output, to two rows of dx.
template <class T>
struct PoolRowBackward {
  using isas = StoringIsas<T>;

  template <class I>
  UNET_INLINE static void run(const Source<T, float>& s, const View<const T>& dy, const View<T>& dx, Index n, Index i,
                              bool accumulate) {
    const T *from = s.x.at(n, 2 * i, 0), *gradients = dy.at(n, i, 0);
    T* first = dx.at(n, 2 * i, 0);
    for (Index j = 0; j < dy.shape.w; ++j) {
      for (Index c = 0; c < dy.shape.c; c += I::width) {
        const Index count = dy.shape.c - c;
        Lanes<I> v[4], largest, gradient;
        load_square<I>(s, from, c, v);
        largest = v[0];
#pragma GCC unroll 4
        for (int q = 1; q < 4; ++q) maximum(largest, v[q]);
        load(gradient, gradients + c, count);
#pragma GCC unroll 4
        for (int q = 0; q < 4; ++q) {
          // The first of the largest takes the gradient, the others then find nothing left.
          Lanes<I> smaller = largest - v[q], kept = gradient;
          keep_where_positive(kept, smaller);
          Lanes<I> taken = gradient - kept;
          gradient = kept;
          T* const to = first + q / 2 * dx.strides.h + q % 2 * dx.strides.w + c;
          if (accumulate) {
            Lanes<I> before;
            load(before, to, count);
            taken += before;
          }
          store_as<I>(to, taken, count);
        }
      }
      from += 2 * s.x.strides.w;
      gradients += dy.strides.w;
      first += 2 * dx.strides.w;
    }
  }
};

}  // namespace unet::cpu
