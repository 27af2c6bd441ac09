// 1x1 convolution: one product, (pixels x in) * (in x out).
#pragma once
#include "unet/backends/eigen/maps.hpp"
#include "unet/core/parallel.hpp"

namespace unet::eigen {

template <class T>
struct Conv1x1 {
  static void conv1x1_forward(const Input<T>& x, const T* w, const T* bias, View<T> y) {
    const Index in = x.shape().c, out = y.shape.c;
    parallel_for(y.shape.n * y.shape.h, [&](Index task) {
      const Index n = task / y.shape.h, i = task % y.shape.h;
      row(y, n, i) = (values(x, n, i) * Eigen::Map<const Matrix<T>>(w, in, out)).rowwise() + ConstVector<T>(bias, out);
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
