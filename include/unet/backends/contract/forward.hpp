// Operations that inference needs.
#pragma once
#include "unet/backends/contract/memory.hpp"

namespace unet {

// clang-format off
template <class B>
concept ForwardOperations = requires(
    typename B::Context& context, Index n, const typename B::Scalar* in, typename B::Scalar* out, InputOf<B> x,
    SourceOf<B> source, MapView<B> y, View<typename B::Scalar> values, Padding padding,
    Epilogue<typename B::Scalar> epilogue, Weights<typename B::Scalar> w, WeightShape shape, void* memory) {

  // ---- rectangles ---------------------------------------------------------------------------------------------------
  // Every output pixel has the same bits whatever the rectangle that it is computed in and whatever the number of threads,
  // as long as each end of the rectangle, along both axes, is a multiple of so many output pixels or the end of the whole
  // map. 1: any rectangle; 0: no promise, the whole map only. Which kernel computes may depend on channels and instruction
  // set, never on height and width, or a rectangle would get another kernel than its map.
  { B::pixel_alignment(Operation::conv3x3) } -> std::convertible_to<Index>;

  // ---- weights ------------------------------------------------------------------------------------------------------
  // Bytes of the backend's own form of a convolution's weights, 0 when it has none, and bringing them into that form. Where it has
  // one, a forward convolution may be given nothing else. (B::discard(context, memory, bytes), optional: what lies there is not
  // needed any more, and its memory may be used for something else until it is written to again.)
  { B::pack_bytes(shape) } -> std::convertible_to<Index>;
  { B::pack(context, shape, in, memory) };

  // ---- 3x3 convolution, stride 1 ----------------------------------------------------------------------------------------
  // y[n,i,j,o] = activate(bias[o] + sum over k,l,c of w[k,l,c,o] x[n, i+k-top, j+l-left, c]), x = 0 outside its view.
  // A NaN stays a NaN, also through the ReLU: trouble must reach the loss, where it is noticed.
  // x: N x H x W x In; y: N x (H + top + bottom - 2) x (W + left + right - 2) x Out.
  { B::conv3x3_forward(context, x, w, y, padding, epilogue) };
  // ---- 2x2 transposed convolution, stride 2: no moments ---------------------------------------------------------------
  // y[n,2i+k,2j+l,o] = activate(bias[o] + sum over c of w[k,l,c,o] x[n,i,j,c]). x: N x H x W x In; y: N x 2H x 2W x Out.
  { B::up_conv_forward(context, x, w, y, epilogue) };
  // ---- 1x1 convolution ------------------------------------------------------------------------------------------------
  // y[n,i,j,o] = activate(bias[o] + sum over c of w[c,o] x[n,i,j,c]).
  { B::conv1x1_forward(context, x, w, y, epilogue) };

  // ---- 2x2 max pooling, stride 2: y = maximum of the four values. x: N x 2H x 2W x C; y: N x H x W x C ---------------------
  { B::max_pool_forward(context, source, y) };

  // ---- batch normalisation (Ioffe & Szegedy 2015) -----------------------------------------------------------------------
  // scale[c] = gamma[c] / sqrt(variance[c] + epsilon), shift[c] = beta[c] - mean[c] scale[c].
  // arguments: mean, variance, gamma, beta, channels, epsilon, scale, shift
  { B::norm_scale_shift(context, in, in, in, in, n, double{}, out, out) };

  // ---- the value of a source, to a map and to where others than maps are kept -----------------------------------------------
  { B::normalise(context, source, y) };
  { B::normalise(context, source, values) };
};
// clang-format on

}  // namespace unet
