// Operations that touch each value once: ReLU's gradient, pending normalisation made real, and Adam.
#pragma once
#include <cmath>

#include "unet/backends/eigen/maps.hpp"

namespace unet::eigen {

template <class T, class S>
struct Elementwise {
  static void relu_backward(HostContext&, View<const T> r, View<T> g) {
    for (Index n = 0; n < r.shape.n; ++n)
      for (Index i = 0; i < r.shape.h; ++i)
        for (Index j = 0; j < r.shape.w; ++j)
          for (Index c = 0; c < r.shape.c; ++c)
            if (!(static_cast<S>(r.at(n, i, j)[c]) > S(0))) g.at(n, i, j)[c] = T(0);
  }

  /// Value: Storage or Scalar.
  template <class Value>
  static void normalise(HostContext&, const Source<T, S>& x, View<Value> y) {
    for (Index n = 0; n < y.shape.n; ++n)
      for (Index i = 0; i < y.shape.h; ++i)
        each_value(x, n, i, [&](Index j, const Row<S>& value) { store_pixel(y.at(n, i, j), value); });
  }

  static void add(HostContext&, View<const T> x, View<T> y) {
    for (Index n = 0; n < y.shape.n; ++n)
      for (Index i = 0; i < y.shape.h; ++i) store_row(y, n, i, row<S>(y, n, i) + row<S>(x, n, i));
  }

  /// p = (1 - lr decay) p - lr / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + epsilon)
  static void adam_step(HostContext&, Index elements, const S* gradients, S* parameters, S* first, S* second,
                        const AdamStep* in_memory) {
    const AdamStep step = *in_memory;
    const auto t = static_cast<double>(step.step);
    const S rate = static_cast<S>(step.learning_rate / (1 - std::pow(step.beta1, t)));
    const S correction = static_cast<S>(1 / std::sqrt(1 - std::pow(step.beta2, t)));
    const S beta2 = static_cast<S>(step.beta2);
    const S rest1 = static_cast<S>(1 - step.beta1), rest2 = static_cast<S>(1 - step.beta2);
    const ConstVector<S> g(gradients, elements);
    Vector<S> p(parameters, elements), m(first, elements), v(second, elements);
    m += rest1 * (g - m);
    v = beta2 * v + rest2 * g.cwiseAbs2();
    p = static_cast<S>(1 - step.learning_rate * step.weight_decay) * p;
    p.array() -= rate * m.array() / (v.array().sqrt() * correction + static_cast<S>(step.epsilon));
  }
};

}  // namespace unet::eigen
