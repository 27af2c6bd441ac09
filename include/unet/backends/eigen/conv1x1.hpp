// 1x1 convolution: one product, (pixels x in) * (in x out).
#pragma once
#include "unet/backends/eigen/panels.hpp"

namespace unet::eigen {

template <class T>
struct Conv1x1 {
  static void conv1x1_forward(const Input<T>& x, const T* w, const T* bias, View<T> y) {
    const Index in = x.shape().c, out = y.shape.c;
    const auto gather = [&](Index n, Index i, Index j, T* values) { copy_pixels(x, n, i, j, 1, values); };
    multiply_pixels(y.shape, in, w, 1, out, gather, [&](Index, Index n, Index i, Index j, const auto& sum) {
      Vector<T>(y.at(n, i, j), out) = sum + ConstVector<T>(bias, out);
    });
  }

  static void conv1x1_backward_data(View<const T> dz, const T* w, const InputGradient<T>& dx) {
    const Eigen::Map<const Matrix<T>> weights(w, dx.shape().c, dz.shape.c);
    parallel_for(dz.shape.n * dz.shape.h, [&](Index task) {
      const Index n = task / dz.shape.h, i = task % dz.shape.h;
      put(dx, n, i, Matrix<T>(row(dz, n, i) * weights.transpose()));
    });
  }

  static void conv1x1_backward_weights(const Input<T>& x, View<const T> dz, T* dw, T* dbias) {
    Eigen::Map<Matrix<T>> weights(dw, x.shape().c, dz.shape.c);
    Vector<T> bias(dbias, dz.shape.c);
    weights.setZero();
    bias.setZero();
    parallel_for(1, [&](Index) {
      for (Index n = 0; n < dz.shape.n; ++n)
        for (Index i = 0; i < dz.shape.h; ++i) {
          weights.noalias() += values(x, n, i).transpose() * row(dz, n, i);
          bias += row(dz, n, i).colwise().sum();
        }
    });
  }
};

}  // namespace unet::eigen
