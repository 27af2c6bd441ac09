// 3x3 convolution without bias -> batch normalisation -> ReLU, the block of most U-Nets written in PyTorch.
#pragma once
#include "unet/layers/conv3x3_bn.hpp"

namespace unet {

/// 3x3 convolution -> batch normalisation -> ReLU: y = max(0, norm(conv3x3(x))), "same" zero padding, no bias (the
/// normalisation would take it out again). x: N x H x W x In; y: N x H x W x Out. With the ReLU before the normalisation:
/// Conv3x3BN, which also says how statistics are made.
///
/// Training keeps the convolution's output alone; normalisation and ReLU stay pending and are applied by the layer that
/// reads it.
template <int In, int Out>
struct Conv3x3BNReLU {
  static_assert(In >= 1 && Out >= 1, "Conv3x3BNReLU<In, Out>: both channel counts must be at least 1");
  static constexpr const char* name = "Conv3x3BNReLU";
  static constexpr int input_channels = In;
  static constexpr int output_channels(int) { return Out; }
  static constexpr int input_parts = 2, output_parts = 1;
  static constexpr bool recompute_needs_input = false;
  static constexpr int log2_scale = 0, log2_divisor = 0;
  static constexpr Index halo = 1;
  static constexpr Operation operation = Operation::conv3x3;

  static constexpr detail::Conv3x3BNLayout at{In, Out, Activate::none, Activate::relu, false};
  static constexpr Extent extent = at.extent();
  static constexpr TensorSpec tensors[] = {
      {"conv", "weight", TensorKind::convolution, 3, In, Out, false, at.weight, 0},
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
