// 3x3 convolution -> ReLU -> batch normalisation, the block that the U-Net of the study is made of.
#pragma once
#include "unet/layers/layer.hpp"

namespace unet {

/// y = norm(max(0, conv3x3(x) + bias)), "same" zero padding. x: N x H x W x In; y: N x H x W x Out.
///
/// Inference normalises with the running statistics, training with the batch's (biased variance), updating the running
/// ones (unbiased variance, momentum 0.1), epsilon 1e-5, as PyTorch's BatchNorm2d; Ioffe & Szegedy 2015. With a single
/// value per channel (batch 1 on a 1x1 map) the variance is 0 and the running variance takes it as it is.
/// Training keeps the ReLU's output alone; the normalisation stays pending and is applied by the layer that reads it.
template <int In, int Out>
struct Conv3x3BN {
  static_assert(In >= 1 && Out >= 1, "Conv3x3BN<In, Out>: both channel counts must be at least 1");
  static constexpr int input_channels = In;
  static constexpr int output_channels(int) { return Out; }
  static constexpr int input_parts = 2, output_parts = 1;
  static constexpr bool recall_needs_input = false;
  static constexpr int log2_scale = 0, log2_divisor = 0;
  static constexpr double epsilon = 1e-5, momentum = 0.1;

  static constexpr Index weight = 0, bias = Index{9} * In * Out, gamma = bias + Out, beta = gamma + Out;
  static constexpr Index running_mean = 0, running_var = Out;
  static constexpr Extent extent{beta + Out, 2 * Out};
  static constexpr TensorSpec tensors[] = {
      {"conv", "weight", TensorKind::convolution, 3, In, Out, false, weight, 0},
      {"conv", "bias", TensorKind::vector, 3, In, Out, false, bias, 0},
      {"norm", "weight", TensorKind::vector, 0, In, Out, false, gamma, 1},
      {"norm", "bias", TensorKind::vector, 0, In, Out, false, beta, 0},
      {"norm", "running_mean", TensorKind::vector, 0, In, Out, true, running_mean, 0},
      {"norm", "running_var", TensorKind::vector, 0, In, Out, true, running_var, 1},
  };

  template <class B>
  struct Saved {
    Activation<B> output;
    Moments<typename B::Scalar> moments;
  };

  template <class B>
  static Activation<B> forward(Pass<B>& pass, Slot<B> slot, const Activation<B>& x, Saved<B>* saved) {
    using T = typename B::Scalar;
    const Shape in = x.shape();
    Tensor<B> r(pass.arena, {in.n, in.h, in.w, Out});
    const auto small = pass.arena.allocate(4 * Out * static_cast<Index>(sizeof(T)));  // scale, shift, mean, variance
    T* const scale = static_cast<T*>(small.get());
    T* const shift = scale + Out;
    const T* const p = slot.parameters;

    Moments<T> moments;
    if (saved) moments = {scale + 2 * Out, scale + 3 * Out};
    B::conv3x3_relu_forward(x.input(), p + weight, p + bias, r.view, Padding{}, moments);
    T* const mean = saved ? moments.mean : slot.state + running_mean;
    T* const variance = saved ? moments.variance : slot.state + running_var;
    B::norm_scale_shift(mean, variance, p + gamma, p + beta, Out, epsilon, scale, shift);
    if (saved)
      B::norm_update_running(moments, Out, in.pixels(), momentum, slot.state + running_mean, slot.state + running_var);

    Activation<B> y(r);
    y.parts[0].source.scale = scale;
    y.parts[0].source.shift = shift;
    y.parts[0].normalisation = small;
    if (saved) *saved = {y, moments};
    return y;
  }

  template <class B>
  static Activation<B> recall(Pass<B>&, const Activation<B>&, const Saved<B>& saved) {
    return saved.output;
  }

  template <class B>
  static Gradient<B> backward(Pass<B>& pass, Slot<B> slot, const Activation<B>& x, Saved<B>& saved, Gradient<B> dy,
                              const GradientRequest<B>& request) {
    const auto dz = dy.parts[0].view;
    B::norm_relu_backward(saved.output.parts[0].source.x, dz, saved.moments, slot.parameters + gamma, epsilon,
                          slot.gradients + gamma, slot.gradients + beta);
    saved = {};
    B::conv3x3_backward_weights(x.input(), dz, slot.gradients + weight, slot.gradients + bias);
    Gradient<B> dx = request.target(pass.arena, x);
    if (dx) B::conv3x3_backward_data(dz, slot.parameters + weight, request.operand(dx));
    return dx;
  }
};

}  // namespace unet
