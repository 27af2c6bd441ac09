// Operations that touch each value once.
#pragma once
#include "unet/backends/cpu/isa/lanes.hpp"
#include "unet/backends/cpu/threads/tasks.hpp"
#include "unet/backends/operands.hpp"

namespace unet::cpu {

/// One row of g = r > 0 ? g : 0.
struct ReluBackwardRow {
  template <class I, class T>
  UNET_INLINE static void run(const View<const T>& r, const View<T>& g, Index n, Index y) {
    for (Index x = 0; x < r.shape.w; ++x)
      for (Index c = 0; c < r.shape.c; c += I::width) {
        const Index count = r.shape.c - c;
        Lanes<I> vr, vg;
        load(vr, r.at(n, y, x) + c, count);
        load(vg, g.at(n, y, x) + c, count);
        keep_where_positive(vg, vr);
        store(g.at(n, y, x) + c, vg, count);
      }
  }
};

/// `count` elements of Adam; see the reference for the formula.
struct AdamRange {
  float rate, correction, rest1, beta2, rest2, epsilon;  ///< rest = 1 - beta, which a float beta is too coarse for
  float keep;                                            ///< 1 without weight decay

  template <class I>
  UNET_INLINE static void run(const AdamRange& a, Index count, const float* g, float* p, float* m, float* v) {
    for (Index i = 0; i < count; i += I::width) {
      Lanes<I> gradient, parameter, first, second, root;
      load(gradient, g + i, count - i);
      load(parameter, p + i, count - i);
      load(first, m + i, count - i);
      load(second, v + i, count - i);
      first += a.rest1 * (gradient - first);
      second = a.beta2 * second + a.rest2 * gradient * gradient;
      square_root(root, second);
      parameter = a.keep * parameter - a.rate * first / (root * a.correction + a.epsilon);
      store(p + i, parameter, count - i);
      store(m + i, first, count - i);
      store(v + i, second, count - i);
    }
  }
};

}  // namespace unet::cpu
