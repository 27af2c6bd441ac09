// Sums that losses are made of, their gradients, and the pixel counts from which IoU and Dice follow.
#pragma once
#include <algorithm>
#include <cmath>

#include "unet/backends/eigen/maps.hpp"
#include "unet/backends/loss_operands.hpp"

namespace unet::eigen {

/// The sigmoid of a logit, and the numbers that it is made of without overflow.
template <class S>
struct Sigmoid {
  S p, one_minus_p;
  explicit Sigmoid(S z) {
    const S decay = std::exp(-std::abs(z));
    one_minus_p = (z > S(0) ? decay : S(1)) / (S(1) + decay);
    p = (z > S(0) ? S(1) : decay) / (S(1) + decay);
  }
};

/// How a pixel's gradient is scaled: that of cross entropy by both factors, one after the other; that of the overlap by
/// `image`.
template <class S>
struct LossScale {
  S pixel, row, image;
};

template <class T, class S>
struct Loss {
  static void loss_sums(HostContext&, View<const T> logits, View<const S> target, const LossTerms& terms,
                        double* reports) {
    const Index size = loss_report_size(logits.shape.c, terms);
    std::fill_n(reports, logits.shape.n * size, 0.0);
    for (Index n = 0; n < logits.shape.n; ++n, reports += size) {
      if (logits.shape.c == 1)
        binary_sums(logits.images(n, 1), target.images(n, 1), terms, reports);
      else
        softmax_sums(logits.images(n, 1), target.images(n, 1), terms, reports);
      reports[0] /= static_cast<double>(logits.shape.h * logits.shape.w);
    }
  }

  template <class Policy>
  static void loss_derivatives(HostContext&, const Policy& loss, const double* reports, Index images, Index classes,
                               double* to) {
    loss_derivatives_on_host(loss, reports, images, classes, to);
  }

  static void loss_gradient(HostContext&, View<const T> logits, View<const S> target, const LossTerms& terms,
                            double images, const double* derivatives, View<T> dlogits) {
    const Shape s = logits.shape;
    const Index size = loss_derivatives_size(s.c, terms);
    for (Index n = 0; n < s.n; ++n, derivatives += size) {
      const auto pixels = images * static_cast<double>(s.h * s.w);
      gradient_of_image(logits.images(n, 1), target.images(n, 1), terms, derivatives,
                        {static_cast<S>(derivatives[0] / pixels), S(1), static_cast<S>(1 / images)},
                        dlogits.images(n, 1));
    }
  }

 protected:
  /// One image, or a part of one.
  static void gradient_of_image(View<const T> logits, View<const S> target, const LossTerms& terms,
                                const double* derivatives, LossScale<S> scale, View<T> dlogits) {
    if (logits.shape.c == 1)
      binary_gradient(logits, target, terms, derivatives, scale, dlogits);
    else
      softmax_gradient(logits, target, terms, derivatives, scale, dlogits);
  }

 private:
  static void binary_sums(View<const T> logits, View<const S> target, const LossTerms& terms, double* report) {
    const auto pos_weight = static_cast<S>(terms.pos_weight);
    for (Index i = 0; i < logits.shape.h; ++i)
      for (Index j = 0; j < logits.shape.w; ++j) {
        const S z = static_cast<S>(*logits.at(0, i, j)), t = *target.at(0, i, j);
        const S weight = S(1) + (pos_weight - S(1)) * t;
        // -(p t log s(z) + (1 - t) log(1 - s(z))) = (1 - t) z + weight * log(1 + exp(-z)), without overflow
        const S softplus = std::log1p(std::exp(-std::abs(z))) + std::max(-z, S(0));
        report[0] += static_cast<double>((S(1) - t) * z + weight * softplus);
        const bool predicted = z > S(0), truth = t > S(0.5);
        report[1] += predicted && truth;
        report[2] += predicted;
        report[3] += truth;
        if (terms.overlap) add_overlap(Sigmoid<S>(z).p, t, report + 4);
      }
  }

  static void softmax_sums(View<const T> logits, View<const S> target, const LossTerms& terms, double* report) {
    const Index classes = logits.shape.c;
    for (Index i = 0; i < logits.shape.h; ++i)
      for (Index j = 0; j < logits.shape.w; ++j) {
        const Row<S> z = pixels_at<S, T>(logits.at(0, i, j), 1, classes, classes);
        const auto truth = static_cast<Index>(*target.at(0, i, j));
        Index predicted;
        const S largest = z.maxCoeff(&predicted);
        const Row<S> exponentials = (z.array() - largest).exp();
        const S sum = exponentials.sum();
        report[0] += static_cast<double>(std::log(sum) + (largest - z[truth]));
        report[1 + 3 * truth] += predicted == truth;
        report[2 + 3 * predicted] += 1;
        report[3 + 3 * truth] += 1;
        if (terms.overlap)
          for (Index k = 0; k < classes; ++k)
            add_overlap(exponentials[k] / sum, S(k == truth), report + 1 + 3 * classes + 3 * k);
      }
  }

  static void add_overlap(S probability, S truth, double* sums) {
    const auto p = static_cast<double>(probability), g = static_cast<double>(truth);
    sums[0] += p * g;
    sums[1] += p * p;
    sums[2] += g * g;
  }

  static void binary_gradient(View<const T> logits, View<const S> target, const LossTerms& terms,
                              const double* derivatives, LossScale<S> scale, View<T> dlogits) {
    const auto pos_weight = static_cast<S>(terms.pos_weight);
    for (Index i = 0; i < logits.shape.h; ++i)
      for (Index j = 0; j < logits.shape.w; ++j) {
        const Sigmoid<S> sigmoid(static_cast<S>(*logits.at(0, i, j)));
        const S t = *target.at(0, i, j), weight = S(1) + (pos_weight - S(1)) * t;
        S d = scale.pixel * ((S(1) - t) - weight * sigmoid.one_minus_p) * scale.row;
        if (terms.overlap)
          d += scale.image * by_probability(derivatives + 1, sigmoid.p, t) * sigmoid.p * sigmoid.one_minus_p;
        *dlogits.at(0, i, j) = static_cast<T>(d);
      }
  }

  static void softmax_gradient(View<const T> logits, View<const S> target, const LossTerms& terms,
                               const double* derivatives, LossScale<S> scale, View<T> dlogits) {
    const Index classes = logits.shape.c;
    for (Index i = 0; i < logits.shape.h; ++i)
      for (Index j = 0; j < logits.shape.w; ++j) {
        const Row<S> z = pixels_at<S, T>(logits.at(0, i, j), 1, classes, classes);
        const auto truth = static_cast<Index>(*target.at(0, i, j));
        const Row<S> exponentials = (z.array() - z.maxCoeff()).exp();
        const S sum = exponentials.sum();
        Row<S> d = exponentials * (scale.pixel / sum);
        d[truth] -= scale.pixel;
        d *= scale.row;
        if (!terms.overlap) {
          store_pixel(dlogits.at(0, i, j), d);
          continue;
        }
        // dp_k / dz_j = p_k ((j = k) - p_j)
        const Row<S> p = exponentials / sum;
        Row<S> v(classes);
        for (Index k = 0; k < classes; ++k) v[k] = by_probability(derivatives + 1 + 2 * k, p[k], S(k == truth));
        const S mean = p.dot(v);
        d.array() += scale.image * p.array() * (v.array() - mean);
        store_pixel(dlogits.at(0, i, j), d);
      }
  }

  /// Derivative with respect to a pixel's probability.
  static S by_probability(const double* derivatives, S p, S g) {
    return static_cast<S>(derivatives[0]) * g + static_cast<S>(2 * derivatives[1]) * p;
  }
};

}  // namespace unet::eigen
