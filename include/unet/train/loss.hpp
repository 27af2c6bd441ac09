// The loss that fits a network: binary cross entropy for one logit a pixel, softmax cross entropy for several.
#pragma once
#include "unet/backends/operands.hpp"

namespace unet {

template <class Net>
inline constexpr int classes_of = Net::output_channels(Net::input_channels);

/// Number of doubles that loss() reports for each image.
template <class Net>
inline constexpr Index report_size = results_per_image(classes_of<Net>);

/// Mean loss over all pixels of the batch: gradient into dlogits (null: not wanted), one report an image into results.
/// pos_weight multiplies the loss of true pixels in the binary case and is not used otherwise.
template <class Net, class B>
void loss(typename B::Context& context, ConstMapView<B> logits, View<const typename B::Scalar> target,
          double pos_weight, MapView<B> dlogits, double* results) {
  if constexpr (classes_of<Net> == 1)
    B::binary_cross_entropy(context, logits, target, static_cast<typename B::Scalar>(pos_weight), dlogits, results);
  else
    B::softmax_cross_entropy(context, logits, target, dlogits, results);
}

}  // namespace unet
