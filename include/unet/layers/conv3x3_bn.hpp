// 3x3 convolution -> ReLU -> batch normalisation, the block that the U-Net of the study is made of.
#pragma once
#include "unet/layers/batch_norm.hpp"

namespace unet {

namespace detail {

/// Where the values of a 3x3 convolution with batch normalisation lie among its parameters and its state, and what stands
/// before and after the normalisation.
struct Conv3x3BNLayout {
  Activate before, after;
  bool has_bias;
  Index out, weight, bias, gamma, beta, running_mean, running_var;

  constexpr Conv3x3BNLayout(Index from, Index to, Activate before_norm, Activate after_norm, bool biased)
      : before(before_norm),
        after(after_norm),
        has_bias(biased),
        out(to),
        weight(0),
        bias(9 * from * to),
        gamma(bias + (biased ? to : 0)),
        beta(gamma + to),
        running_mean(0),
        running_var(to) {}
  constexpr Extent extent() const { return {beta + out, 2 * out}; }
};

/// What training keeps: the map before the normalisation, with that and what follows it pending, and the batch's statistics.
template <class B>
struct Conv3x3BNSaved {
  Activation<B> output;
  Moments<typename B::Scalar> moments;
};

inline constexpr double norm_epsilon = 1e-5, norm_momentum = 0.1;

// The passes take channel counts as numbers, so that a net compiles them once and not for each of its layers.

/// The map before the normalisation.
template <class B>
void conv3x3_bn_map(Conv3x3BNLayout at, Pass<B>& pass, const Slot<B>& slot, const InputOf<B>& x, MapView<B> y,
                    Padding padding, Moments<typename B::Scalar> moments) {
  B::conv3x3_forward(pass.context, x, pass.weights(slot.parameters + at.weight), y, padding,
                     {at.has_bias ? slot.parameters + at.bias : nullptr, at.before, moments});
}

template <class B>
[[gnu::noinline]] Activation<B> conv3x3_bn_forward(Conv3x3BNLayout at, Pass<B>& pass, const Slot<B>& slot,
                                                   const Activation<B>& x, Conv3x3BNSaved<B>* saved) {
  using S = typename B::Scalar;
  const Shape in = x.shape();
  Tensor<B> map(pass.arena, {in.n, in.h, in.w, at.out});
  const auto small = pass.arena.allocate(4 * at.out * static_cast<Index>(sizeof(S)));  // scale, shift, mean, variance
  S* const scale = static_cast<S*>(small.get());
  S* const shift = scale + at.out;
  const S* const p = slot.parameters;

  Moments<S> moments;
  if (saved) moments = {shift + at.out, shift + 2 * at.out};
  conv3x3_bn_map<B>(at, pass, slot, x.input(), map.view, Padding{}, moments);
  if (saved) merge_moments(pass, map.view.shape, moments);
  S *const running_mean = slot.state + at.running_mean, *const running_var = slot.state + at.running_var;
  const S* const mean = saved ? moments.mean : running_mean;
  B::norm_scale_shift(pass.context, mean, saved ? moments.variance : running_var, p + at.gamma, p + at.beta, at.out,
                      norm_epsilon, scale, shift);
  if (saved) update_running(pass, moments, map.view.shape, norm_momentum, running_mean, running_var);

  Activation<B> y(map);
  y.parts[0].source.scale = scale;
  y.parts[0].source.shift = shift;
  y.parts[0].source.mean = mean;
  y.parts[0].source.activate = at.after;
  y.parts[0].normalisation = small;
  if (saved) *saved = {y, moments};
  return y;
}

template <class B>
[[gnu::noinline]] Gradient<B> conv3x3_bn_backward(Conv3x3BNLayout at, Pass<B>& pass, const Slot<B>& slot,
                                                  const Activation<B>& x, Conv3x3BNSaved<B>& saved, Gradient<B> dy,
                                                  const GradientRequest<B>& request) {
  const auto dz = dy.parts[0].view;
  norm_backward(pass, saved.output.parts[0].source, dz, saved.moments, slot.parameters + at.gamma, norm_epsilon,
                at.before, slot.gradients + at.gamma, slot.gradients + at.beta);
  saved = {};
  B::conv3x3_backward_weights(pass.context, x.input(), dz, slot.gradients + at.weight,
                              at.has_bias ? slot.gradients + at.bias : nullptr);
  Gradient<B> dx = request.target(pass.arena, x);
  if (dx) B::conv3x3_backward_data(pass.context, dz, slot.parameters + at.weight, request.operand(dx));
  return dx;
}

}  // namespace detail

/// 3x3 convolution -> ReLU -> batch normalisation: y = norm(max(0, conv3x3(x) + bias)), "same" zero padding.
/// x: N x H x W x In; y: N x H x W x Out. With the ReLU after the normalisation: Conv3x3BNReLU.
///
/// Inference normalises with the running statistics, training with the batch's (biased variance), updating the running
/// ones (unbiased variance, momentum 0.1), epsilon 1e-5, as PyTorch's BatchNorm2d; Ioffe & Szegedy 2015. With a single
/// value per channel (batch 1 on a 1x1 map) the variance is 0 and the running variance takes it as it is.
/// Training keeps the ReLU's output alone; the normalisation stays pending and is applied by the layer that reads it.
template <int In, int Out>
struct Conv3x3BN {
  static_assert(In >= 1 && Out >= 1, "Conv3x3BN<In, Out>: both channel counts must be at least 1");
  static constexpr const char* name = "Conv3x3BN";
  static constexpr int input_channels = In;
  static constexpr int output_channels(int) { return Out; }
  static constexpr int input_parts = 2, output_parts = 1;
  static constexpr bool recompute_needs_input = false;
  static constexpr int log2_scale = 0, log2_divisor = 0;
  static constexpr Index halo = 1;
  static constexpr Operation operation = Operation::conv3x3;

  static constexpr detail::Conv3x3BNLayout at{In, Out, Activate::relu, Activate::none, true};
  static constexpr Extent extent = at.extent();
  static constexpr TensorSpec tensors[] = {
      {"conv", "weight", TensorKind::convolution, 3, In, Out, false, at.weight, 0},
      {"conv", "bias", TensorKind::vector, 3, In, Out, false, at.bias, 0},
      {"norm", "weight", TensorKind::vector, 0, In, Out, false, at.gamma, 1},
      {"norm", "bias", TensorKind::vector, 0, In, Out, false, at.beta, 0},
      {"norm", "running_mean", TensorKind::vector, 0, In, Out, true, at.running_mean, 0},
      {"norm", "running_var", TensorKind::vector, 0, In, Out, true, at.running_var, 1},
  };

  template <class B>
  using Saved = detail::Conv3x3BNSaved<B>;

  template <class B>
  static Activation<B> forward(Pass<B>& pass, const Slot<B>& slot, const Activation<B>& x, Saved<B>* saved) {
    return detail::conv3x3_bn_forward<B>(at, pass, slot, x, saved);
  }
  template <class B>
  static void forward_window(Pass<B>& pass, const Slot<B>& slot, const InputOf<B>& x, MapView<B> y, Padding padding) {
    detail::conv3x3_bn_map<B>(at, pass, slot, x, y, padding, {});
  }
  template <class B>
  static Activation<B> recompute(Pass<B>&, const Activation<B>&, const Saved<B>& saved) {
    return saved.output;
  }
  template <class B>
  static Gradient<B> backward(Pass<B>& pass, const Slot<B>& slot, const Activation<B>& x, Saved<B>& saved,
                              Gradient<B> dy, const GradientRequest<B>& request) {
    return detail::conv3x3_bn_backward<B>(at, pass, slot, x, saved, std::move(dy), request);
  }
};

}  // namespace unet
