// 1x1 convolution: one product, (pixels x in) * (in x out).
#pragma once
#include "unet/backends/eigen/moments.hpp"
#include "unet/backends/eigen/panels.hpp"

namespace unet::eigen {

template <class T, class S>
struct Conv1x1 {
  static void conv1x1_forward(HostContext&, const Input<T, S>& x, Weights<S> w, View<T> y,
                              const Epilogue<S>& epilogue) {
    const Index in = x.shape().c, out = y.shape.c;
    const auto gather = [&](Index n, Index i, Index j, S* values) { copy_pixels(x, n, i, j, 1, values); };
    multiply_pixels(y.shape, in, w.values, 1, out, gather, [&](Index, Index n, Index i, Index j, const auto& sum) {
      store_pixel(y.at(n, i, j), finished(epilogue, sum));
    });
    if (epilogue.moments) channel_moments<T>(y, epilogue.moments);
  }

  static void conv1x1_backward_data(HostContext&, View<const T> dz, const S* w, const InputGradient<T>& dx) {
    const Eigen::Map<const Matrix<S>> weights(w, dx.shape().c, dz.shape.c);
    parallel_for(dz.shape.n * dz.shape.h, [&](Index task) {
      const Index n = task / dz.shape.h, i = task % dz.shape.h;
      put(dx, n, i, Matrix<S>(row<S>(dz, n, i) * weights.transpose()));
    });
  }

  static void conv1x1_backward_weights(HostContext&, const Input<T, S>& x, View<const T> dz, S* dw, S* dbias) {
    Eigen::Map<Matrix<S>> weights(dw, x.shape().c, dz.shape.c);
    weights.setZero();
    if (dbias) sum_pixels(dz, dbias);
    parallel_for(1, [&](Index) {
      for (Index n = 0; n < dz.shape.n; ++n)
        for (Index i = 0; i < dz.shape.h; ++i) weights.noalias() += values(x, n, i).transpose() * row<S>(dz, n, i);
    });
  }
};

}  // namespace unet::eigen
