// Losses: mean over all pixels of the batch.
#pragma once
#include "unet/backends/contract/memory.hpp"

namespace unet {

// clang-format off
template <class B>
concept LossOperations = requires(
    typename B::Context& context, ConstMapView<B> logits, View<const typename B::Scalar> target,
    typename B::Scalar pos_weight, MapView<B> dlogits, double* results) {

  // Binary cross entropy with logits, Classes = 1: -(p t log s(z) + (1 - t) log(1 - s(z))), p = pos_weight, in the stable
  // form. logits, target (0 or 1): N x H x W x 1. dlogits: same shape or null; gradient of the batch's mean loss.
  // results: N x results_per_image(1), an image's from that image alone; a pixel is predicted when its logit is > 0.
  { B::binary_cross_entropy(context, logits, target, pos_weight, dlogits, results) };
  // Softmax cross entropy. logits: N x H x W x Classes; target: N x H x W x 1, class numbers 0 .. Classes - 1.
  // results: N x results_per_image(Classes); the predicted class is the first with the largest logit.
  { B::softmax_cross_entropy(context, logits, target, dlogits, results) };
};
// clang-format on

}  // namespace unet
