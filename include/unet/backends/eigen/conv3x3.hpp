// 3x3 convolution. Forward: each pixel's neighbourhood, a row of 9 * in values, times the weights. Backward: nine products,
// one for each position of the kernel.
#pragma once
#include <algorithm>

#include "unet/backends/eigen/maps.hpp"
#include "unet/backends/eigen/moments.hpp"
#include "unet/backends/eigen/panels.hpp"

namespace unet::eigen {

/// The part of a row that one kernel column reaches: output columns first .. first + count - 1, input column `source` on.
struct Overlap {
  Index first, count, source;
};

/// `shift` is the distance from an output column to the input column that it reads.
inline Overlap overlap(Index input_width, Index output_width, Index shift) {
  const Index first = std::max<Index>(0, -shift), last = std::min(output_width, input_width - shift);
  return {first, std::max<Index>(0, last - first), first + shift};
}

template <class T, class S>
struct Conv3x3 {
  static void conv3x3_forward(HostContext&, const Input<T, S>& x, Weights<S> w, View<T> y, Padding padding,
                              const Epilogue<S>& epilogue) {
    const Shape in = x.shape();
    const auto gather = [&](Index n, Index i, Index j, S* values) {
      const Index left = std::max<Index>(0, padding.left - j), right = std::min<Index>(3, in.w + padding.left - j);
      for (int k = 0; k < 3; ++k) {
        const Index source = i + k - padding.top;
        if (source >= 0 && source < in.h && right > left)
          copy_pixels(x, n, source, j + left - padding.left, right - left, values + (3 * k + left) * in.c);
      }
    };
    multiply_pixels(y.shape, 9 * in.c, w.values, 1, y.shape.c, gather,
                    [&](Index, Index n, Index i, Index j, const auto& sum) {
                      store_pixel(y.at(n, i, j), finished(epilogue, sum));
                    });
    if (epilogue.moments) channel_moments<T>(y, epilogue.moments);
  }

  static void conv3x3_backward_data(HostContext&, View<const T> dz, const S* w, const InputGradient<T>& dx) {
    const Shape in = dx.shape(), out = dz.shape;
    parallel_for(in.n * in.h, [&](Index task) {
      const Index n = task / in.h, i = task % in.h;
      Matrix<S> g = Matrix<S>::Zero(in.w, in.c);
      for (int k = 0; k < 3; ++k) {
        const Index source = i - (k - 1);
        if (source < 0 || source >= out.h) continue;
        const auto gradient = row<S>(dz, n, source);
        for (int l = 0; l < 3; ++l) {
          const Overlap o = overlap(out.w, in.w, -(l - 1));
          g.middleRows(o.first, o.count).noalias() +=
              gradient.middleRows(o.source, o.count) * tap(w, k, l, in.c, out.c).transpose();
        }
      }
      put(dx, n, i, g);
    });
  }

  static void conv3x3_backward_weights(HostContext&, const Input<T, S>& x, View<const T> dz, S* dw, S* dbias) {
    const Shape in = x.shape(), out = dz.shape;
    if (dbias) sum_pixels(dz, dbias);
    Vector<S>(dw, 9 * in.c * out.c).setZero();
    parallel_for(3, [&](Index task) {
      const int k = static_cast<int>(task);
      for (Index n = 0; n < out.n; ++n)
        for (Index i = std::max<Index>(0, 1 - k); i < std::min(out.h, in.h + 1 - k); ++i) {
          const Matrix<S> values = eigen::values(x, n, i + k - 1);
          const auto gradient = row<S>(dz, n, i);
          for (int l = 0; l < 3; ++l) {
            const Overlap o = overlap(in.w, out.w, l - 1);
            tap(dw, k, l, in.c, out.c).noalias() +=
                values.middleRows(o.source, o.count).transpose() * gradient.middleRows(o.first, o.count);
          }
        }
    });
  }

 private:
  static Eigen::Map<const Matrix<S>> tap(const S* w, int k, int l, Index in, Index out) {
    return {w + (3 * k + l) * in * out, in, out};
  }
  static Eigen::Map<Matrix<S>> tap(S* w, int k, int l, Index in, Index out) {
    return {w + (3 * k + l) * in * out, in, out};
  }
};

}  // namespace unet::eigen
