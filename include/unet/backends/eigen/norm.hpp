// Batch normalisation (Ioffe & Szegedy 2015, algorithm 1 and section 3) of each channel.
#pragma once
#include <algorithm>

#include "unet/backends/eigen/maps.hpp"
#include "unet/backends/merged_moments.hpp"

namespace unet::eigen {

template <class T, class S>
struct Norm {
  static void norm_scale_shift(HostContext&, const S* mean, const S* variance, const S* gamma, const S* beta,
                               Index channels, double epsilon, S* scale, S* shift) {
    using Const = ConstVector<S>;
    Vector<S>(scale, channels) =
        Const(gamma, channels).array() * (Const(variance, channels).array() + static_cast<S>(epsilon)).sqrt().inverse();
    Vector<S>(shift, channels) =
        Const(beta, channels).array() - Const(mean, channels).array() * Vector<S>(scale, channels).array();
  }

  static void norm_update_running(HostContext&, Moments<S> moments, Index channels, Index count, double momentum,
                                  S* running_mean, S* running_var) {
    const S m = static_cast<S>(momentum);
    const S unbiased = count > 1 ? static_cast<S>(count) / static_cast<S>(count - 1) : S(1);
    Vector<S> mean(running_mean, channels), variance(running_var, channels);
    mean = (S(1) - m) * mean + m * Vector<S>(moments.mean, channels);
    variance = (S(1) - m) * variance + m * unbiased * Vector<S>(moments.variance, channels);
  }

  static void norm_gather_moments(HostContext&, Moments<S> moments, Index channels, Index count, int rank, int ranks,
                                  double* all) {
    const Index each = 1 + 2 * channels;
    std::fill_n(all, ranks * each, 0.0);
    double* const own = all + rank * each;
    own[0] = static_cast<double>(count);
    for (Index c = 0; c < channels; ++c) {
      own[1 + c] = static_cast<double>(moments.mean[c]);
      own[1 + channels + c] = static_cast<double>(moments.variance[c]);
    }
  }

  static void norm_merge_moments(HostContext&, const double* all, int ranks, Index channels, Moments<S> moments) {
    for (Index c = 0; c < channels; ++c) {
      const MergedMoments merged = merged_moments(all, ranks, channels, c);
      moments.mean[c] = static_cast<S>(merged.mean);
      moments.variance[c] = static_cast<S>(merged.variance);
    }
  }

  static void norm_backward_sums(HostContext&, const Source<T, S>& y, View<const T> g, Moments<S> moments,
                                 double* sums) {
    const Shape s = y.x.shape;
    const ConstVector<S> mean(moments.mean, s.c);
    Vector<double> sum(sums, s.c), product(sums + s.c, s.c);
    sum.setZero();
    product.setZero();
    for (Index n = 0; n < s.n; ++n)
      for (Index i = 0; i < s.h; ++i) {
        const Matrix<S> h = wanted(y, g, n, i);
        sum += h.colwise().sum().template cast<double>();
        product += (row<S>(y.x, n, i).rowwise() - mean).cwiseProduct(h).colwise().sum().template cast<double>();
      }
  }

  static void norm_backward_apply(HostContext&, const Source<T, S>& y, View<T> g, Moments<S> moments, const S* gamma,
                                  double epsilon, Index count, const double* sums, Activate before, S* dgamma,
                                  S* dbeta) {
    const Shape s = y.x.shape;
    const ConstVector<S> mean(moments.mean, s.c);
    const Row<S> inverse_std =
        (ConstVector<S>(moments.variance, s.c).array() + static_cast<S>(epsilon)).sqrt().inverse();
    const Row<S> sum_g = ConstVector<double>(sums, s.c).cast<S>();
    const Row<S> sum_gx = ConstVector<double>(sums + s.c, s.c).cast<S>().cwiseProduct(inverse_std);
    Vector<S>(dgamma, s.c) = sum_gx;
    Vector<S>(dbeta, s.c) = sum_g;
    const Row<S> factor = ConstVector<S>(gamma, s.c).cwiseProduct(inverse_std);
    const Row<S> mean_g = sum_g / static_cast<S>(count), mean_gx = sum_gx / static_cast<S>(count);
    for (Index n = 0; n < s.n; ++n)
      for (Index i = 0; i < s.h; ++i) {
        const Matrix<S> x = row<S>(y.x, n, i);
        const Matrix<S> normalised = (x.rowwise() - mean).array().rowwise() * inverse_std.array();
        const Matrix<S> centred = (wanted(y, View<const T>(g), n, i).rowwise() - mean_g).array() -
                                  normalised.array().rowwise() * mean_gx.array();
        Matrix<S> dx = centred.array().rowwise() * factor.array();
        if (before == Activate::relu) dx = (x.array() > S(0)).select(dx, S(0));
        store_row(g, n, i, dx);
      }
  }

 private:
  /// Row i of g, 0 where an activation after the normalisation cut the value off.
  static Matrix<S> wanted(const Source<T, S>& y, View<const T> g, Index n, Index i) {
    const Matrix<S> all = row<S>(g, n, i);
    if (y.activate != Activate::relu) return all;
    return (values(y, n, i).array() > S(0)).select(all, S(0));
  }
};

}  // namespace unet::eigen
