// Losses, their gradients, and the pixel counts from which IoU and Dice follow.
#pragma once
#include <algorithm>
#include <cmath>

#include "unet/backends/eigen/maps.hpp"

namespace unet::eigen {

template <class T>
struct Loss {
  static void binary_cross_entropy(View<const T> logits, View<const T> target, T pos_weight, View<T> dlogits,
                                   double* results) {
    const Shape s = logits.shape;
    const T per_pixel = T(1) / static_cast<T>(s.pixels());
    std::fill_n(results, s.n * results_per_image(1), 0.0);
    for (Index n = 0; n < s.n; ++n) {
      double* result = results + n * results_per_image(1);
      for (Index i = 0; i < s.h; ++i)
        for (Index j = 0; j < s.w; ++j) {
          const T z = *logits.at(n, i, j), t = *target.at(n, i, j);
          const T weight = T(1) + (pos_weight - T(1)) * t;
          // -(p t log s(z) + (1 - t) log(1 - s(z))) = (1 - t) z + weight * log(1 + exp(-z)), without overflow
          const T softplus = std::log1p(std::exp(-std::abs(z))) + std::max(-z, T(0));
          result[0] += static_cast<double>((T(1) - t) * z + weight * softplus);
          const bool predicted = z > T(0), truth = t > T(0.5);
          result[1] += predicted && truth;
          result[2] += predicted;
          result[3] += truth;
          if (dlogits) {
            const T decay = std::exp(-std::abs(z));
            const T one_minus_sigmoid = (z > T(0) ? decay : T(1)) / (T(1) + decay);
            *dlogits.at(n, i, j) = per_pixel * ((T(1) - t) - weight * one_minus_sigmoid);
          }
        }
      result[0] /= static_cast<double>(s.h * s.w);
    }
  }

  static void softmax_cross_entropy(View<const T> logits, View<const T> target, View<T> dlogits, double* results) {
    const Shape s = logits.shape;
    const T per_pixel = T(1) / static_cast<T>(s.pixels());
    std::fill_n(results, s.n * results_per_image(s.c), 0.0);
    for (Index n = 0; n < s.n; ++n) {
      double* result = results + n * results_per_image(s.c);
      for (Index i = 0; i < s.h; ++i)
        for (Index j = 0; j < s.w; ++j) {
          const ConstVector<T> z(logits.at(n, i, j), s.c);
          const auto truth = static_cast<Index>(*target.at(n, i, j));
          Index predicted;
          const T largest = z.maxCoeff(&predicted);
          const Row<T> exponentials = (z.array() - largest).exp();
          const T sum = exponentials.sum();
          result[0] += static_cast<double>(std::log(sum) + (largest - z[truth]));
          result[1 + 3 * truth] += predicted == truth;
          result[2 + 3 * predicted] += 1;
          result[3 + 3 * truth] += 1;
          if (dlogits) {
            Vector<T> d(dlogits.at(n, i, j), s.c);
            d = exponentials * (per_pixel / sum);
            d[truth] -= per_pixel;
          }
        }
      result[0] /= static_cast<double>(s.h * s.w);
    }
  }
};

}  // namespace unet::eigen
