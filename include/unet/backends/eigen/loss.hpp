// Losses, their gradients, and the pixel counts from which IoU and Dice follow.
#pragma once
#include <algorithm>
#include <cmath>

#include "unet/backends/eigen/maps.hpp"

namespace unet::eigen {

template <class T, class S>
struct Loss {
  static void binary_cross_entropy(HostContext&, View<const T> logits, View<const S> target, S pos_weight,
                                   View<T> dlogits, double* results) {
    const Shape s = logits.shape;
    const S per_pixel = S(1) / static_cast<S>(s.pixels());
    std::fill_n(results, s.n * results_per_image(1), 0.0);
    for (Index n = 0; n < s.n; ++n) {
      double* result = results + n * results_per_image(1);
      for (Index i = 0; i < s.h; ++i)
        for (Index j = 0; j < s.w; ++j) {
          const S z = static_cast<S>(*logits.at(n, i, j)), t = *target.at(n, i, j);
          const S weight = S(1) + (pos_weight - S(1)) * t;
          // -(p t log s(z) + (1 - t) log(1 - s(z))) = (1 - t) z + weight * log(1 + exp(-z)), without overflow
          const S softplus = std::log1p(std::exp(-std::abs(z))) + std::max(-z, S(0));
          result[0] += static_cast<double>((S(1) - t) * z + weight * softplus);
          const bool predicted = z > S(0), truth = t > S(0.5);
          result[1] += predicted && truth;
          result[2] += predicted;
          result[3] += truth;
          if (dlogits) {
            const S decay = std::exp(-std::abs(z));
            const S one_minus_sigmoid = (z > S(0) ? decay : S(1)) / (S(1) + decay);
            *dlogits.at(n, i, j) = static_cast<T>(per_pixel * ((S(1) - t) - weight * one_minus_sigmoid));
          }
        }
      result[0] /= static_cast<double>(s.h * s.w);
    }
  }

  static void softmax_cross_entropy(HostContext&, View<const T> logits, View<const S> target, View<T> dlogits,
                                    double* results) {
    const Shape s = logits.shape;
    const S per_pixel = S(1) / static_cast<S>(s.pixels());
    std::fill_n(results, s.n * results_per_image(s.c), 0.0);
    for (Index n = 0; n < s.n; ++n) {
      double* result = results + n * results_per_image(s.c);
      for (Index i = 0; i < s.h; ++i)
        for (Index j = 0; j < s.w; ++j) {
          const Row<S> z = pixels_at<S, T>(logits.at(n, i, j), 1, s.c, s.c);
          const auto truth = static_cast<Index>(*target.at(n, i, j));
          Index predicted;
          const S largest = z.maxCoeff(&predicted);
          const Row<S> exponentials = (z.array() - largest).exp();
          const S sum = exponentials.sum();
          result[0] += static_cast<double>(std::log(sum) + (largest - z[truth]));
          result[1 + 3 * truth] += predicted == truth;
          result[2 + 3 * predicted] += 1;
          result[3 + 3 * truth] += 1;
          if (dlogits) {
            Row<S> d = exponentials * (per_pixel / sum);
            d[truth] -= per_pixel;
            store_pixel(dlogits.at(n, i, j), d);
          }
        }
      result[0] /= static_cast<double>(s.h * s.w);
    }
  }
};

}  // namespace unet::eigen
