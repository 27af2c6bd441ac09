// 2x2 transposed convolution with stride 2: each input pixel becomes a 2x2 square, so each of the four kernel positions is
// one product.
#pragma once
#include "unet/backends/eigen/panels.hpp"

namespace unet::eigen {

template <class T>
struct UpConv {
  static void up_conv_relu_forward(const Input<T>& x, const T* w, const T* bias, View<T> y) {
    const Shape in = x.shape();
    const Index channels = y.shape.c;
    const auto gather = [&](Index n, Index i, Index j, T* values) { copy_pixels(x, n, i, j, 1, values); };
    multiply_pixels(in, in.c, w, 4, channels, gather, [&](Index q, Index n, Index i, Index j, const auto& sum) {
      Vector<T>(y.at(n, 2 * i + q / 2, 2 * j + q % 2), channels) = relu(sum + ConstVector<T>(bias, channels));
    });
  }

  static void up_conv_backward_data(View<const T> dz, const T* w, const InputGradient<T>& dx) {
    const Shape in = dx.shape();
    parallel_for(in.n * in.h, [&](Index task) {
      const Index n = task / in.h, i = task % in.h;
      Matrix<T> g = Matrix<T>::Zero(in.w, in.c);
      for (int k = 0; k < 2; ++k)
        for (int l = 0; l < 2; ++l)
          g.noalias() += every_second(dz, n, 2 * i + k, l) * tap(w, k, l, in.c, dz.shape.c).transpose();
      put(dx, n, i, g);
    });
  }

  static void up_conv_backward_weights(const Input<T>& x, View<const T> dz, T* dw, T* dbias) {
    const Shape in = x.shape();
    const Index out = dz.shape.c;
    Vector<T> bias(dbias, out);
    bias.setZero();
    for (Index n = 0; n < dz.shape.n; ++n)
      for (Index i = 0; i < dz.shape.h; ++i) bias += row(dz, n, i).colwise().sum();

    Vector<T>(dw, 4 * in.c * out).setZero();
    parallel_for(4, [&](Index tap) {
      Eigen::Map<Matrix<T>> weights(dw + tap * in.c * out, in.c, out);
      for (Index n = 0; n < in.n; ++n)
        for (Index i = 0; i < in.h; ++i)
          weights.noalias() += values(x, n, i).transpose() * every_second(dz, n, 2 * i + tap / 2, tap % 2);
    });
  }

 private:
  static Eigen::Map<const Matrix<T>> tap(const T* w, int k, int l, Index in, Index out) {
    return {w + (2 * k + l) * in * out, in, out};
  }
};

}  // namespace unet::eigen
