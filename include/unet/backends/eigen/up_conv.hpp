// 2x2 transposed convolution with stride 2: each input pixel becomes a 2x2 square, so each of the four kernel positions is
// one product.
#pragma once
#include "unet/backends/eigen/panels.hpp"

namespace unet::eigen {

template <class T, class S>
struct UpConv {
  static void up_conv_forward(HostContext&, const Input<T, S>& x, Weights<S> w, View<T> y,
                              const Epilogue<S>& epilogue) {
    const Shape in = x.shape();
    const auto gather = [&](Index n, Index i, Index j, S* values) { copy_pixels(x, n, i, j, 1, values); };
    multiply_pixels(in, in.c, w.values, 4, y.shape.c, gather, [&](Index q, Index n, Index i, Index j, const auto& sum) {
      store_pixel(y.at(n, 2 * i + q / 2, 2 * j + q % 2), finished(epilogue, sum));
    });
  }

  static void up_conv_backward_data(HostContext&, View<const T> dz, const S* w, const InputGradient<T>& dx) {
    const Shape in = dx.shape();
    parallel_for(in.n * in.h, [&](Index task) {
      const Index n = task / in.h, i = task % in.h;
      Matrix<S> g = Matrix<S>::Zero(in.w, in.c);
      for (int k = 0; k < 2; ++k)
        for (int l = 0; l < 2; ++l)
          g.noalias() += every_second<S>(dz, n, 2 * i + k, l) * tap(w, k, l, in.c, dz.shape.c).transpose();
      put(dx, n, i, g);
    });
  }

  static void up_conv_backward_weights(HostContext&, const Input<T, S>& x, View<const T> dz, S* dw, S* dbias) {
    const Shape in = x.shape();
    const Index out = dz.shape.c;
    if (dbias) sum_pixels(dz, dbias);
    Vector<S>(dw, 4 * in.c * out).setZero();
    parallel_for(4, [&](Index tap) {
      Eigen::Map<Matrix<S>> weights(dw + tap * in.c * out, in.c, out);
      for (Index n = 0; n < in.n; ++n)
        for (Index i = 0; i < in.h; ++i)
          weights.noalias() += values(x, n, i).transpose() * every_second<S>(dz, n, 2 * i + tap / 2, tap % 2);
    });
  }

 private:
  static Eigen::Map<const Matrix<S>> tap(const S* w, int k, int l, Index in, Index out) {
    return {w + (2 * k + l) * in * out, in, out};
  }
};

}  // namespace unet::eigen
