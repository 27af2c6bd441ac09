// Batch normalisation (Ioffe & Szegedy 2015, algorithm 1 and section 3) of a ReLU output.
#pragma once
#include "unet/backends/eigen/maps.hpp"

namespace unet::eigen {

template <class T>
struct Norm {
  static void norm_scale_shift(const T* mean, const T* variance, const T* gamma, const T* beta, Index channels,
                               double epsilon, T* scale, T* shift) {
    using Const = ConstVector<T>;
    Vector<T>(scale, channels) =
        Const(gamma, channels).array() * (Const(variance, channels).array() + static_cast<T>(epsilon)).sqrt().inverse();
    Vector<T>(shift, channels) =
        Const(beta, channels).array() - Const(mean, channels).array() * Vector<T>(scale, channels).array();
  }

  static void norm_update_running(Moments<T> moments, Index channels, Index count, double momentum, T* running_mean,
                                  T* running_var) {
    const T m = static_cast<T>(momentum);
    const T unbiased = count > 1 ? static_cast<T>(count) / static_cast<T>(count - 1) : T(1);
    Vector<T> mean(running_mean, channels), variance(running_var, channels);
    mean = (T(1) - m) * mean + m * Vector<T>(moments.mean, channels);
    variance = (T(1) - m) * variance + m * unbiased * Vector<T>(moments.variance, channels);
  }

  static void norm_relu_backward(View<const T> r, View<T> g, Moments<T> moments, const T* gamma, double epsilon,
                                 T* dgamma, T* dbeta) {
    const Shape s = r.shape;
    const T count = static_cast<T>(s.pixels());
    const ConstVector<T> mean(moments.mean, s.c);
    const Row<T> inverse_std =
        (ConstVector<T>(moments.variance, s.c).array() + static_cast<T>(epsilon)).sqrt().inverse();
    const auto normalised = [&](Index n, Index i) -> Matrix<T> {
      return (row(r, n, i).rowwise() - mean).array().rowwise() * inverse_std.array();
    };
    Vector<T> sum_gx(dgamma, s.c), sum_g(dbeta, s.c);
    sum_gx.setZero();
    sum_g.setZero();
    for (Index n = 0; n < s.n; ++n)
      for (Index i = 0; i < s.h; ++i) {
        sum_gx += row(g, n, i).cwiseProduct(normalised(n, i)).colwise().sum();
        sum_g += row(g, n, i).colwise().sum();
      }
    const Row<T> factor = ConstVector<T>(gamma, s.c).cwiseProduct(inverse_std);
    const Row<T> mean_g = sum_g / count, mean_gx = sum_gx / count;
    for (Index n = 0; n < s.n; ++n)
      for (Index i = 0; i < s.h; ++i) {
        const Matrix<T> centred =
            (row(g, n, i).rowwise() - mean_g).array() - normalised(n, i).array().rowwise() * mean_gx.array();
        row(g, n, i) = (row(r, n, i).array() > T(0)).select(centred.array().rowwise() * factor.array(), T(0));
      }
  }
};

}  // namespace unet::eigen
