// The operations of a backend: their names, shapes and contracts, in one place.
//
// A backend is a policy type whose members are static. Pointers and views that it is given point to memory from its own
// allocate(), which the host need not be able to read; host memory passes only through copy_to_host and copy_to_backend.
// Operations on a device may be asynchronous among themselves; copy_to_host waits for all that came before it.
//
// Weights are row-major [kernel height][kernel width][in][out]. `x` is always an Input (one or two maps with pending
// normalisation), `y` what is computed, `dy`/`dz` the gradient with respect to the output / the pre-activation.
// Views are strided; an output may be a window of a larger map. Every output pixel has the same bits whatever the
// rectangle it is computed in and whatever the number of threads, as long as the rectangle's upper left corner, in the whole
// map, is a multiple of `Backend::alignment` pixels. A backend whose `alignment` is 0 promises this only for the number of
// threads.
#pragma once
#include <concepts>

#include "unet/backends/operands.hpp"

namespace unet {

// clang-format off
template <class B>
concept Backend = requires(
    Index n, Index elements, Index bytes, const typename B::Scalar* in, typename B::Scalar* out, typename B::Scalar value,
    Input<typename B::Scalar> x, Source<typename B::Scalar> source, View<typename B::Scalar> y,
    View<const typename B::Scalar> dz, InputGradient<typename B::Scalar> dx, Padding padding,
    Moments<typename B::Scalar> moments, double* results, void* memory, const void* from, AdamStep adam) {

  // ---- identity ---------------------------------------------------------------------------------------------------
  { B::name } -> std::convertible_to<const char*>;       // "eigen", "cpu", ...
  { B::alignment } -> std::convertible_to<int>;          // see above; 1 = any rectangle, 0 = the whole map only

  // ---- memory -----------------------------------------------------------------------------------------------------
  { B::allocate(bytes) } -> std::same_as<void*>;         // at least 64-byte aligned; throws std::bad_alloc
  { B::deallocate(memory) };                             // accepts null
  { B::copy_to_host(from, memory, bytes) };              // blocking
  { B::copy_to_backend(from, memory, bytes) };           // blocking
  { B::copy(from, memory, bytes) };                      // within backend memory, ranges do not overlap
  { B::fill(out, elements, value) };

  // ---- 3x3 convolution, stride 1, followed by ReLU -------------------------------------------------------------------
  // y[n,i,j,o] = max(0, bias[o] + sum over k,l,c of w[k,l,c,o] x[n, i+k-top, j+l-left, c]), x = 0 outside its view.
  // A NaN stays a NaN: trouble must reach the loss, where it is noticed.
  // x: N x H x W x In; y: N x (H + top + bottom - 2) x (W + left + right - 2) x Out; bias: Out.
  // moments: if not null, also mean and biased variance of y per channel.
  { B::conv3x3_relu_forward(x, in, in, y, padding, moments) };
  // dx = dz convolved with the weights rotated by 180 degrees, "same" padding. dz: N x H x W x Out; dx: N x H x W x In.
  { B::conv3x3_backward_data(dz, in, dx) };
  // dw[k,l,c,o] = sum of x[n,i+k-1,j+l-1,c] dz[n,i,j,o]; dbias[o] = sum of dz. Both are overwritten.
  { B::conv3x3_backward_weights(x, dz, out, out) };

  // ---- 2x2 transposed convolution, stride 2, followed by ReLU ----------------------------------------------------------
  // y[n,2i+k,2j+l,o] = max(0, bias[o] + sum over c of w[k,l,c,o] x[n,i,j,c]). x: N x H x W x In; y: N x 2H x 2W x Out.
  { B::up_conv_relu_forward(x, in, in, y) };
  { B::up_conv_backward_data(dz, in, dx) };              // dz: N x 2H x 2W x Out; dx: N x H x W x In
  { B::up_conv_backward_weights(x, dz, out, out) };      // dw: 2 x 2 x In x Out, dbias: Out; overwritten

  // ---- 1x1 convolution -------------------------------------------------------------------------------------------------
  // y[n,i,j,o] = bias[o] + sum over c of w[c,o] x[n,i,j,c].
  { B::conv1x1_forward(x, in, in, y) };
  { B::conv1x1_backward_data(dz, in, dx) };              // dz: N x H x W x Out; dx: N x H x W x In
  { B::conv1x1_backward_weights(x, dz, out, out) };      // dw: In x Out, dbias: Out; overwritten

  // ---- 2x2 max pooling, stride 2 -----------------------------------------------------------------------------------------
  // y = maximum of the four normalised values. x: N x 2H x 2W x C; y: N x H x W x C.
  { B::max_pool_forward(source, y) };
  // The gradient goes to the first (row-major) of the largest normalised values; with accumulate it is added to dx,
  // otherwise dx is overwritten (zeros elsewhere). dy: N x H x W x C; dx: N x 2H x 2W x C.
  { B::max_pool_backward(source, dz, y, bool{}) };

  // ---- batch normalisation (Ioffe & Szegedy 2015) of a ReLU output r ---------------------------------------------------------
  // scale[c] = gamma[c] / sqrt(variance[c] + epsilon), shift[c] = beta[c] - mean[c] scale[c].
  // arguments: mean, variance, gamma, beta, channels, epsilon, scale, shift
  { B::norm_scale_shift(in, in, in, in, n, double{}, out, out) };
  // running = (1 - momentum) running + momentum statistic; the variance unbiased, count / (count - 1), unless count is 1.
  // arguments: moments, channels, count (values per channel), momentum, running_mean, running_var
  { B::norm_update_running(moments, n, n, double{}, out, out) };
  // In: r, the saved ReLU output, and g = gradient with respect to the normalised r, in place. Out: g = gradient with
  // respect to the convolution's output (through normalisation and ReLU), dgamma, dbeta (overwritten).
  // arguments: r, g, moments of r, gamma, epsilon, dgamma, dbeta
  { B::norm_relu_backward(dz, y, moments, in, double{}, out, out) };

  // ---- elementwise -----------------------------------------------------------------------------------------------------------
  { B::relu_backward(dz, y) };                           // arguments: r, g; g = r > 0 ? g : 0
  { B::normalise(source, y) };                           // y = scale x + shift
  { B::add(dz, y) };                                     // y += dz

  // ---- losses: mean over all pixels of the batch ---------------------------------------------------------------------------------
  // Binary cross entropy with logits, Classes = 1: -(p t log s(z) + (1 - t) log(1 - s(z))), p = pos_weight, in the stable
  // form. logits, target (0 or 1): N x H x W x 1. dlogits: same shape or null; gradient of the batch's mean loss.
  // results: N x results_per_image(1), an image's from that image alone; a pixel is predicted when its logit is > 0. pos_weight
  // is `value`.
  { B::binary_cross_entropy(dz, dz, value, y, results) };
  // Softmax cross entropy. logits: N x H x W x Classes; target: N x H x W x 1, class numbers 0 .. Classes - 1.
  // results: N x results_per_image(Classes); the predicted class is the first with the largest logit.
  { B::softmax_cross_entropy(dz, dz, y, results) };

  // ---- optimiser ---------------------------------------------------------------------------------------------------------------------
  // arguments: elements, gradients, parameters, first moment, second moment, step
  { B::adam_step(elements, in, out, out, out, adam) };
};
// clang-format on

}  // namespace unet
