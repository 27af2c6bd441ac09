// Losses of one logit a pixel, whose exponentials take time: registers of pixels. See the reference for the formulas.
#pragma once
#include "unet/backends/cpu/isa/exponential.hpp"
#include "unet/backends/loss_operands.hpp"
#include "unet/backends/operands.hpp"

namespace unet::cpu {

/// 1 where d > 0, else 0, also where it is not a number.
template <class V>
UNET_INLINE void one_where_positive(V& one, const V& d) {
  using Bits = typename LanesOf<sizeof(V) / sizeof(float)>::bits;
  const Bits none = (0x7F80'0000 - ((Bits)d & 0x7FFF'FFFF)) >> 31;
  V positive = d;
  keep_positive(positive);
  positive = (V)((Bits)positive & ~none);
  broadcast(one, 1.0f);
  keep_where_positive(one, positive);
}

/// p = sigmoid(z) and q = 1 - p, from decay = exp(-|z|).
template <class V>
UNET_INLINE void probabilities(const V& z, const V& decay, V& p, V& q) {
  using Bits = typename LanesOf<sizeof(V) / sizeof(float)>::bits;
  const Bits negative = (Bits)z >> 31;
  V one;
  broadcast(one, 1.0f);
  const V sum = 1 / (1 + decay);
  p = (V)(((Bits)decay & negative) | ((Bits)one & ~negative)) * sum;
  q = (V)(((Bits)decay & ~negative) | ((Bits)one & negative)) * sum;
}

/// A row's report as if it were an image, see loss_report_size, but the first number is a sum. `width` pixels side by side.
struct BinaryLossSums {
  template <class I, class T>
  UNET_INLINE static void run(const T* logits, const float* target, Index width, const LossTerms& terms,
                              double* report) {
    constexpr int most = 7;
    const int count = terms.overlap ? 7 : 4;
    Lanes<I> sums[most] = {};
    const auto more = static_cast<float>(terms.pos_weight - 1);
    for (Index j = 0; j < width; j += I::width) {
      const Index inside = width - j;
      Lanes<I> z, t, decay, softplus, opposite, predicted, truth;
      load(z, logits + j, inside);
      load(t, target + j, inside);
      exponential_of_negative(decay, z);
      logarithm_of_one_plus(softplus, decay);
      opposite = -z;
      keep_positive(opposite);
      softplus += opposite;
      Lanes<I> loss = (1 - t) * z + (1 + more * t) * softplus;
      one_where_positive(predicted, z);
      const Lanes<I> above_half = t - 0.5f;
      one_where_positive(truth, above_half);
      if (inside < I::width) only_first<I>(loss, inside);
      sums[0] += loss;
      sums[1] += predicted * truth;
      sums[2] += predicted;
      sums[3] += truth;
      if (terms.overlap) {
        Lanes<I> p, q;
        probabilities(z, decay, p, q);
        if (inside < I::width) only_first<I>(p, inside);
        sums[4] += p * t;
        sums[5] += p * p;
        sums[6] += t * t;
      }
    }
    for (int k = 0; k < count; ++k) {
      float lanes[I::width];
      store(lanes, sums[k]);
      report[k] = 0;
      for (const float lane : lanes) report[k] += static_cast<double>(lane);
    }
  }

 private:
  /// Others than the first `count` lanes are 0.
  template <class I>
  UNET_INLINE static void only_first(Lanes<I>& v, Index count) {
    float lanes[I::width];
    store(lanes, v);
    load(v, lanes, count);
  }
};

/// The gradient of a row of `width` pixels side by side: that of cross entropy times `pixel`, times `row`; that of the overlap times
/// `image`.
template <class T>
struct BinaryLossGradient {
  using isas = StoringIsas<T>;

  float pixel, row, image;
  const LossTerms& terms;
  const double* derivatives;  ///< see loss_derivatives_size

  template <class I>
  UNET_INLINE static void run(const BinaryLossGradient& g, const T* logits, const float* target, Index width,
                              T* gradient) {
    const auto more = static_cast<float>(g.terms.pos_weight - 1);
    const float intersection = g.terms.overlap ? static_cast<float>(g.derivatives[1]) : 0,
                predicted = g.terms.overlap ? static_cast<float>(2 * g.derivatives[2]) : 0;
    for (Index j = 0; j < width; j += I::width) {
      const Index inside = width - j;
      Lanes<I> z, t, decay, p, q;
      load(z, logits + j, inside);
      load(t, target + j, inside);
      exponential_of_negative(decay, z);
      probabilities(z, decay, p, q);
      Lanes<I> d = g.pixel * ((1 - t) - (1 + more * t) * q) * g.row;
      if (g.terms.overlap) d += g.image * (intersection * t + predicted * p) * p * q;
      store_as<I>(gradient + j, d, inside);
    }
  }
};

}  // namespace unet::cpu
