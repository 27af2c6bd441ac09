// Operations that training needs besides inference's: gradients, and the statistics of batch normalisation.
#pragma once
#include "unet/backends/contract/memory.hpp"

namespace unet {

// clang-format off
template <class B>
concept BackwardOperations = requires(
    typename B::Context& context, Index n, const typename B::Scalar* in, typename B::Scalar* out, InputOf<B> x,
    SourceOf<B> source, MapView<B> y, ConstMapView<B> dz, InputGradient<typename B::Storage> dx,
    Moments<typename B::Scalar> moments, double* sums, const double* all_sums, Activate activate) {

  // ---- convolutions ---------------------------------------------------------------------------------------------------
  // dz: gradient with respect to the sums (before bias and activation). dw and dbias are overwritten; dbias may be null.
  // dx = dz convolved with the weights rotated by 180 degrees, "same" padding. dz: N x H x W x Out; dx: N x H x W x In.
  { B::conv3x3_backward_data(context, dz, in, dx) };
  // dw[k,l,c,o] = sum of x[n,i+k-1,j+l-1,c] dz[n,i,j,o]; dbias[o] = sum of dz.
  { B::conv3x3_backward_weights(context, x, dz, out, out) };
  { B::up_conv_backward_data(context, dz, in, dx) };         // dz: N x 2H x 2W x Out; dx: N x H x W x In
  { B::up_conv_backward_weights(context, x, dz, out, out) }; // dw: 2 x 2 x In x Out, dbias: Out
  { B::conv1x1_backward_data(context, dz, in, dx) };         // dz: N x H x W x Out; dx: N x H x W x In
  { B::conv1x1_backward_weights(context, x, dz, out, out) }; // dw: In x Out, dbias: Out

  // ---- max pooling ----------------------------------------------------------------------------------------------------
  // The gradient goes to the first (row-major) of the largest values; with accumulate (the last argument) it is added to
  // dx, otherwise dx is overwritten (zeros elsewhere). dy: N x H x W x C; dx: N x 2H x 2W x C.
  { B::max_pool_backward(context, source, dz, y, bool{}) };

  // ---- batch normalisation --------------------------------------------------------------------------------------------
  // running = (1 - momentum) running + momentum statistic; the variance unbiased, count / (count - 1), unless count is 1.
  // arguments: moments, channels, count (values per channel), momentum, running_mean, running_var
  { B::norm_update_running(context, moments, n, n, double{}, out, out) };
  // Mean and variance over the batches of several ranks, by way of `all`: ranks x (1 + 2 C) doubles. First each rank puts
  // {count, means, variances} into its own place, and zeros into the others'.
  // arguments: moments, channels, count (values per channel), rank, ranks, all
  { B::norm_gather_moments(context, moments, n, n, int{}, int{}, sums) };
  // Then, once `all` has been summed over ranks, moments = those of all values together (overwritten).
  // arguments: all, ranks, channels, moments
  { B::norm_merge_moments(context, all_sums, int{}, n, moments) };
  // Backward in two halves, so that several machines can add up their sums in between. y: what was normalised, with its
  // normalisation (and, where one follows, activation) pending; g: gradient with respect to the value of y.
  // First: sums[c] = sum of h, sums[C + c] = sum of h (x - mean), where h is g, or 0 where an activation that follows cut
  // the value off.
  { B::norm_backward_sums(context, source, dz, moments, sums) };
  // Then, in place: g = gradient with respect to x; `before` is relu where x is a ReLU's output: g is then the gradient with
  // respect to that ReLU's input. dgamma, dbeta are overwritten.
  // arguments: y, g, moments of x, gamma, epsilon, count (values per channel that the sums are over), sums, before, dgamma,
  // dbeta
  { B::norm_backward_apply(context, source, y, moments, in, double{}, n, all_sums, activate, out, out) };

  // ---- elementwise ----------------------------------------------------------------------------------------------------
  { B::relu_backward(context, dz, y) };                  // arguments: r, g; g = r > 0 ? g : 0
  { B::add(context, dz, y) };                            // y += dz
};
// clang-format on

}  // namespace unet
