// Logits as probabilities.
#pragma once
#include <algorithm>
#include <cmath>
#include <concepts>
#include <type_traits>

#include "unet/core/host_tensor.hpp"

namespace unet {

/// 1 / (1 + exp(-logit)), for any logit without overflow.
template <std::floating_point T>
T sigmoid(T logit) {
  const T small = std::exp(-std::abs(logit));
  return (logit < 0 ? small : T(1)) / (1 + small);
}

/// The sigmoid of each value of a map in host memory, N x H x W x C: of the logits of one class, or of classes that do not exclude
/// each other.
template <class T>
HostTensor<std::remove_const_t<T>> sigmoid(View<T> logits) {
  HostTensor<std::remove_const_t<T>> result(logits.shape);
  copy_view(logits, result.view());
  for (auto& value : result.values) value = sigmoid(value);
  return result;
}

/// Probabilities of classes that exclude each other, N x H x W x Classes in host memory: exp(logit) over the sum of those of all
/// classes of the pixel, which is 1 for a single class (use sigmoid there). Without overflow.
template <class T>
HostTensor<std::remove_const_t<T>> softmax(View<T> logits) {
  HostTensor<std::remove_const_t<T>> result(logits.shape);
  copy_view(logits, result.view());
  const Index classes = logits.shape.c;
  for (Index i = 0; i < logits.shape.pixels(); ++i) {
    auto* const pixel = result.values.data() + i * classes;
    const auto highest = *std::max_element(pixel, pixel + classes);
    std::remove_const_t<T> sum = 0;
    for (Index c = 0; c < classes; ++c) sum += pixel[c] = std::exp(pixel[c] - highest);
    for (Index c = 0; c < classes; ++c) pixel[c] /= sum;
  }
  return result;
}

}  // namespace unet
