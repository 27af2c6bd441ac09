// What one pixel gives to the sums of a loss, and the loss's gradient at it.
#pragma once
#include "unet/backends/cuda/device/number.hpp"
#include "unet/backends/loss_operands.hpp"

namespace unet::cuda {

/// Derivative of the overlap's part of a loss with respect to a pixel's probability p, g being how much it is of the class.
/// by: derivatives with respect to sum p g and sum p^2.
__device__ inline float by_probability(const double* by, float p, float g) {
  return static_cast<float>(by[0]) * g + static_cast<float>(2 * by[1]) * p;
}
/// Entry i, 0 to 2, of an overlap's sums.
__device__ inline double overlap_term(int i, float probability, float truth) {
  const auto p = static_cast<double>(probability), g = static_cast<double>(truth);
  return i == 0 ? p * g : i == 1 ? p * p : g * g;
}

/// One logit z: probability sigmoid(z), in a form that neither overflows nor cancels.
template <class T>
struct BinaryPixel {
  float z, t, weight, p, one_minus_p, decay;
  bool overlap;

  __device__ BinaryPixel(const T* logit, int, float target, const LossTerms& terms)
      : z(to_float(*logit)), t(target), overlap(terms.overlap) {
    weight = 1 + (static_cast<float>(terms.pos_weight) - 1) * t;
    decay = expf(-fabsf(z));
    one_minus_p = (z > 0 ? decay : 1.0f) / (1 + decay);
    p = (z > 0 ? 1.0f : decay) / (1 + decay);
  }

  /// Entry i of an image's report.
  __device__ double report(int i) const {
    const bool predicted = z > 0, truth = t > 0.5f;
    // -(p t log s(z) + (1 - t) log(1 - s(z))) = (1 - t) z + weight * log(1 + exp(-z)), without overflow
    if (i == 0) return static_cast<double>((1 - t) * z + weight * (log1pf(decay) + (z < 0 ? -z : 0.0f)));
    if (i == 1) return predicted && truth;
    if (i == 2) return predicted;
    if (i == 3) return truth;
    return overlap_term(i - 4, p, t);
  }

  __device__ void gradient(float pixel, float image, const double* by, T* to) const {
    float d = pixel * ((1 - t) - weight * one_minus_p);
    if (overlap) d += image * by_probability(by, p, t) * p * one_minus_p;
    *to = to_stored<T>(d);
  }
};

/// A logit for each class: probabilities softmax(z).
template <class T>
struct SoftmaxPixel {
  const T* logits;
  int classes, truth, predicted = 0;
  float largest, sum = 0;
  bool overlap;

  __device__ SoftmaxPixel(const T* z, int count, float target, const LossTerms& terms)
      : logits(z), classes(count), truth(static_cast<int>(target)), largest(to_float(z[0])), overlap(terms.overlap) {
    for (int k = 1; k < classes; ++k)
      if (to_float(z[k]) > largest) largest = to_float(z[predicted = k]);
    for (int k = 0; k < classes; ++k) sum += exponential(k);
  }
  __device__ float exponential(int k) const { return expf(to_float(logits[k]) - largest); }
  __device__ float probability(int k) const { return exponential(k) / sum; }

  __device__ double report(int i) const {
    if (i == 0) return static_cast<double>(logf(sum) + (largest - to_float(logits[truth])));
    const int k = (i - 1) / 3 % classes, entry = (i - 1) % 3;
    if (i > 3 * classes) return overlap_term(entry, probability(k), k == truth ? 1.0f : 0.0f);
    return entry == 0 ? k == truth && k == predicted : entry == 1 ? k == predicted : k == truth;
  }

  __device__ void gradient(float pixel, float image, const double* by, T* to) const {
    float mean = 0;  // dp_k / dz_j = p_k ((j = k) - p_j)
    if (overlap)
      for (int k = 0; k < classes; ++k) mean += probability(k) * by_overlap(by, k);
    for (int k = 0; k < classes; ++k) {
      float d = pixel * (probability(k) - (k == truth ? 1.0f : 0.0f));
      if (overlap) d += image * probability(k) * (by_overlap(by, k) - mean);
      to[k] = to_stored<T>(d);
    }
  }

 private:
  __device__ float by_overlap(const double* by, int k) const {
    return by_probability(by + 2 * k, probability(k), k == truth ? 1.0f : 0.0f);
  }
};

}  // namespace unet::cuda
