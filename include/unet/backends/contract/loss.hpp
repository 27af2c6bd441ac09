// Losses: functions of sums over each image's pixels.
#pragma once
#include "unet/backends/contract/memory.hpp"
#include "unet/backends/loss_operands.hpp"

namespace unet {

namespace detail {
/// Stands for losses in the concept.
struct AnyLoss {
  constexpr LossTerms terms() const { return {}; }
  constexpr void add_derivatives(const LossSums&, double, const LossDerivatives&) const {}
};
}  // namespace detail

// clang-format off
template <class B>
concept LossOperations = requires(
    typename B::Context& context, ConstMapView<B> logits, View<const typename B::Scalar> target, const LossTerms& terms,
    double* reports, const double* given, double* derivatives, MapView<B> dlogits, Index n) {

  // target: N x H x W x 1. One logit a pixel: target 0 to 1, probability p = sigmoid(z). Several: class numbers 0 .. Classes - 1,
  // probabilities p = softmax(z).
  // Cross entropy of a pixel: -(w t log p + (1 - t) log(1 - p)), w = pos_weight, or -log p of the true class, in the stable
  // form. A pixel is predicted when its logit is > 0, or to be of the first class with the largest logit.
  // reports: N x loss_report_size, an image's from that image alone.
  { B::loss_sums(context, logits, target, terms, reports) };
  // A loss's derivatives with respect to each image's report, by its member add_derivatives: for any loss, see train/loss.hpp.
  // derivatives: N x loss_derivatives_size. arguments: loss, reports, images N, classes, derivatives
  { B::loss_derivatives(context, detail::AnyLoss{}, given, n, n, derivatives) };
  // dlogits = gradient of the mean over `images` images, of which these may be a part, of the loss that has these derivatives.
  // arguments: logits, target, terms, images, derivatives, dlogits
  { B::loss_gradient(context, logits, target, terms, double{}, given, dlogits) };
};
// clang-format on

}  // namespace unet
