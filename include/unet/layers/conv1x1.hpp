// 1x1 convolution with bias: the head of a segmentation network.
#pragma once
#include "unet/layers/layer.hpp"

namespace unet {

/// y = bias + x * weight. x: N x H x W x In; y: N x H x W x Out (logits).
template <int In, int Out>
struct Conv1x1 {
  static_assert(In >= 1 && Out >= 1, "Conv1x1<In, Out>: both channel counts must be at least 1");
  static constexpr int input_channels = In;
  static constexpr int output_channels(int) { return Out; }
  static constexpr int input_parts = 2, output_parts = 1;
  static constexpr bool recompute_needs_input = false;
  static constexpr int log2_scale = 0, log2_divisor = 0;
  static constexpr Index halo = 0;
  static constexpr Operation operation = Operation::conv1x1;
  static constexpr Index weight = 0, bias = Index{In} * Out;
  static constexpr Extent extent{bias + Out, 0};
  static constexpr TensorSpec tensors[] = {
      {"conv", "weight", TensorKind::convolution, 1, In, Out, false, weight, 0},
      {"conv", "bias", TensorKind::vector, 1, In, Out, false, bias, 0},
  };

  template <class B>
  struct Saved {
    Tensor<B> output;
  };

  template <class B>
  static Activation<B> forward(Pass<B>& pass, const Slot<B>& slot, const Activation<B>& x, Saved<B>* saved) {
    const Shape in = x.shape();
    Tensor<B> y(pass.arena, {in.n, in.h, in.w, Out});
    forward_window<B>(pass, slot, x.input(), y.view, {});
    if (saved) saved->output = y;
    return Activation<B>(y);
  }

  template <class B>
  static void forward_window(Pass<B>& pass, const Slot<B>& slot, const InputOf<B>& x, MapView<B> y, Padding) {
    B::conv1x1_forward(pass.context, x, pass.weights(slot.parameters + weight), y, {slot.parameters + bias});
  }

  template <class B>
  static Activation<B> recompute(Pass<B>&, const Activation<B>&, const Saved<B>& saved) {
    return Activation<B>(saved.output);
  }

  template <class B>
  static Gradient<B> backward(Pass<B>& pass, const Slot<B>& slot, const Activation<B>& x, Saved<B>& saved,
                              Gradient<B> dy, const GradientRequest<B>& request) {
    saved = {};
    const auto dz = dy.parts[0].view;
    B::conv1x1_backward_weights(pass.context, x.input(), dz, slot.gradients + weight, slot.gradients + bias);
    Gradient<B> dx = request.target(pass.arena, x);
    if (dx) B::conv1x1_backward_data(pass.context, dz, slot.parameters + weight, request.operand(dx));
    return dx;
  }
};

}  // namespace unet
