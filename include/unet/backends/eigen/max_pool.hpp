// 2x2 max pooling, stride 2, of normalised values. Nothing is remembered: the backward pass finds the maximum again.
#pragma once
#include "unet/backends/eigen/maps.hpp"
#include "unet/core/finite.hpp"

namespace unet::eigen {

template <class T, class S>
struct MaxPool {
  static void max_pool_forward(HostContext&, const Source<T, S>& x, View<T> y) {
    // Not a number if one of the two is none.
    const auto larger = [](S a, S b) { return b > a || is_nan(static_cast<double>(b)) ? b : a; };
    for (Index n = 0; n < y.shape.n; ++n)
      for (Index i = 0; i < y.shape.h; ++i) {
        const Matrix<S> upper = values(x, n, 2 * i), lower = values(x, n, 2 * i + 1);
        const Matrix<S> tallest = upper.binaryExpr(lower, larger);
        for (Index j = 0; j < y.shape.w; ++j)
          store_pixel(y.at(n, i, j), tallest.row(2 * j).binaryExpr(tallest.row(2 * j + 1), larger));
      }
  }

  static void max_pool_backward(HostContext&, const Source<T, S>& x, View<const T> dy, View<T> dx, bool accumulate) {
    for (Index n = 0; n < dy.shape.n; ++n)
      for (Index i = 0; i < dy.shape.h; ++i) {
        if (!accumulate)
          for (int k = 0; k < 2; ++k)
            for (Index j = 0; j < dx.shape.w; ++j) std::fill_n(dx.at(n, 2 * i + k, j), dx.shape.c, T(0));
        const Matrix<S> rows[2] = {values(x, n, 2 * i), values(x, n, 2 * i + 1)};
        for (Index j = 0; j < dy.shape.w; ++j)
          for (Index c = 0; c < dy.shape.c; ++c) {
            int winner = 0;
            for (int q = 1; q < 4; ++q)
              if (rows[q / 2](2 * j + q % 2, c) > rows[winner / 2](2 * j + winner % 2, c)) winner = q;
            T& to = dx.at(n, 2 * i + winner / 2, 2 * j + winner % 2)[c];
            to = static_cast<T>(static_cast<S>(to) + static_cast<S>(dy.at(n, i, j)[c]));
          }
      }
  }
};

}  // namespace unet::eigen
