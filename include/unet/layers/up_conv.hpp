// 2x2 transposed convolution with stride 2 -> ReLU: the way up.
#pragma once
#include "unet/layers/layer.hpp"

namespace unet {

namespace detail {

// Channel counts as numbers: compiled once for all layers of a net.

template <class B>
[[gnu::noinline]] void up_conv_forward(Index bias, Pass<B>& pass, const Slot<B>& slot, const InputOf<B>& x,
                                       MapView<B> y) {
  B::up_conv_forward(pass.context, x, pass.weights(slot.parameters), y, {slot.parameters + bias, Activate::relu});
}

template <class B>
[[gnu::noinline]] Gradient<B> up_conv_backward(Index bias, Pass<B>& pass, const Slot<B>& slot, const Activation<B>& x,
                                               Tensor<B>& output, Gradient<B> dy, const GradientRequest<B>& request) {
  const auto dz = dy.parts[0].view;
  B::relu_backward(pass.context, output.view, dz);
  output = {};
  B::up_conv_backward_weights(pass.context, x.input(), dz, slot.gradients, slot.gradients + bias);
  Gradient<B> dx = request.target(pass.arena, x);
  if (dx) B::up_conv_backward_data(pass.context, dz, slot.parameters, request.operand(dx));
  return dx;
}

}  // namespace detail

/// y = max(0, up_conv(x) + bias). x: N x H x W x In; y: N x 2H x 2W x Out.
template <int In, int Out>
struct UpConv {
  static_assert(In >= 1 && Out >= 1, "UpConv<In, Out>: both channel counts must be at least 1");
  static constexpr int input_channels = In;
  static constexpr int output_channels(int) { return Out; }
  static constexpr int input_parts = 2, output_parts = 1;
  static constexpr bool recompute_needs_input = false;
  static constexpr int log2_scale = 1, log2_divisor = 0;
  static constexpr Index halo = 0;
  static constexpr Operation operation = Operation::up_conv;
  static constexpr Index weight = 0, bias = Index{4} * In * Out;
  static constexpr Extent extent{bias + Out, 0};
  static constexpr TensorSpec tensors[] = {
      {"up", "weight", TensorKind::transposed_convolution, 2, In, Out, false, weight, 0},
      {"up", "bias", TensorKind::vector, 2, Out, Out, false, bias, 0},
  };

  template <class B>
  struct Saved {
    Tensor<B> output;
  };

  template <class B>
  static Activation<B> forward(Pass<B>& pass, const Slot<B>& slot, const Activation<B>& x, Saved<B>* saved) {
    const Shape in = x.shape();
    Tensor<B> y(pass.arena, {in.n, 2 * in.h, 2 * in.w, Out});
    detail::up_conv_forward<B>(bias, pass, slot, x.input(), y.view);
    if (saved) saved->output = y;
    return Activation<B>(y);
  }
  template <class B>
  static void forward_window(Pass<B>& pass, const Slot<B>& slot, const InputOf<B>& x, MapView<B> y, Padding) {
    detail::up_conv_forward<B>(bias, pass, slot, x, y);
  }
  template <class B>
  static Activation<B> recompute(Pass<B>&, const Activation<B>&, const Saved<B>& saved) {
    return Activation<B>(saved.output);
  }
  template <class B>
  static Gradient<B> backward(Pass<B>& pass, const Slot<B>& slot, const Activation<B>& x, Saved<B>& saved,
                              Gradient<B> dy, const GradientRequest<B>& request) {
    return detail::up_conv_backward<B>(bias, pass, slot, x, saved.output, std::move(dy), request);
  }
};

}  // namespace unet
