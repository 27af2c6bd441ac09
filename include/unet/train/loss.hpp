// Losses as types. What a backend reports for each image are sums over its pixels; a loss says how its value follows from
// them, and its derivatives with respect to them. Sums add over rows and images, so a loss need not be a mean over pixels.
#pragma once
#include <concepts>
#include <type_traits>

#include "unet/backends/loss_operands.hpp"
#include "unet/backends/operands.hpp"
#include "unet/train/losses/cross_entropy.hpp"
#include "unet/train/losses/dice.hpp"
#include "unet/train/losses/sum.hpp"

namespace unet {

/// The loss of an image. A batch's is the mean over its images. Copied as bytes and called on a device: no pointers, and the
/// functions of sums are constexpr.
template <class L>
concept LossPolicy = std::is_trivially_copyable_v<L> &&
    requires(const L& loss, const LossSums& sums, double weight, const LossDerivatives& to) {
  {L::name};                                            // in checkpoints
  { L::fits(Index{}) } -> std::same_as<bool>;           // whether it is for this number of logits a pixel
  {loss.check()};                                       // throws OptionError
  { loss.terms() } -> std::same_as<LossTerms>;          // which sums it needs
  { loss.value(sums) } -> std::convertible_to<double>;  // of an image
  {loss.add_derivatives(sums, weight, to)};             // adds weight times each derivative
};

template <class Net>
inline constexpr int classes_of = Net::output_channels(Net::input_channels);

/// Binary cross entropy for one logit a pixel, softmax cross entropy for several.
template <class Net>
using DefaultLoss = std::conditional_t<classes_of<Net> == 1, BinaryCrossEntropy, SoftmaxCrossEntropy>;

/// That loss with this weight of true pixels, where it has one.
template <class Net>
DefaultLoss<Net> default_loss(double pos_weight) {
  TrainOptions options;
  options.pos_weight = pos_weight;
  return policy_from<DefaultLoss<Net>>(options);
}

/// Reports of all images of a batch, and the gradient of the loss's mean over `images` images of which these may be a part.
/// reports and derivatives: memory of the backend, loss_report_size and loss_derivatives_size doubles an image.
template <class B, LossPolicy L>
void compute_loss(typename B::Context& context, const L& loss, ConstMapView<B> logits,
                  View<const typename B::Scalar> target, double images, double* reports, double* derivatives,
                  MapView<B> dlogits) {
  B::loss_sums(context, logits, target, loss.terms(), reports);
  B::loss_derivatives(context, loss, reports, logits.shape.n, logits.shape.c, derivatives);
  B::loss_gradient(context, logits, target, loss.terms(), images, derivatives, dlogits);
}

}  // namespace unet
