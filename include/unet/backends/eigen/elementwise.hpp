// Operations that touch each value once: ReLU's gradient, pending normalisation made real, and Adam.
#pragma once
#include <cmath>

#include "unet/backends/eigen/maps.hpp"

namespace unet::eigen {

template <class T>
struct Elementwise {
  static void relu_backward(View<const T> r, View<T> g) {
    for (Index n = 0; n < r.shape.n; ++n)
      for (Index i = 0; i < r.shape.h; ++i) row(g, n, i) = (row(r, n, i).array() > T(0)).select(row(g, n, i), T(0));
  }

  static void normalise(const Source<T>& x, View<T> y) {
    for (Index n = 0; n < y.shape.n; ++n)
      for (Index i = 0; i < y.shape.h; ++i) {
        if (x.scale)
          row(y, n, i) = values(x, n, i);
        else
          row(y, n, i) = row(x.x, n, i);
      }
  }

  static void add(View<const T> x, View<T> y) {
    for (Index n = 0; n < y.shape.n; ++n)
      for (Index i = 0; i < y.shape.h; ++i) row(y, n, i) += row(x, n, i);
  }

  /// p -= lr / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + epsilon)
  static void adam_step(Index elements, const T* gradients, T* parameters, T* first, T* second, const AdamStep& step) {
    const auto t = static_cast<double>(step.step);
    const T rate = static_cast<T>(step.learning_rate / (1 - std::pow(step.beta1, t)));
    const T correction = static_cast<T>(1 / std::sqrt(1 - std::pow(step.beta2, t)));
    const T beta2 = static_cast<T>(step.beta2);
    const T rest1 = static_cast<T>(1 - step.beta1), rest2 = static_cast<T>(1 - step.beta2);
    const ConstVector<T> g(gradients, elements);
    Vector<T> p(parameters, elements), m(first, elements), v(second, elements);
    m += rest1 * (g - m);
    v = beta2 * v + rest2 * g.cwiseAbs2();
    p.array() -= rate * m.array() / (v.array().sqrt() * correction + static_cast<T>(step.epsilon));
  }
};

}  // namespace unet::eigen
