// 2x2 max pooling with stride 2: the way down.
#pragma once
#include "unet/layers/layer.hpp"

namespace unet {

/// y = maximum over 2x2 squares. x: N x 2H x 2W x C; y: N x H x W x C. Training keeps nothing: the pooled map is computed
/// again when the backward pass needs it, and the position of the maximum is found again.
struct Pool {
  static constexpr int input_channels = any_channels;
  static constexpr int output_channels(int in) { return in; }
  static constexpr int input_parts = 1, output_parts = 1;
  static constexpr bool recompute_needs_input = true;
  static constexpr int log2_scale = -1, log2_divisor = 1;
  static constexpr Index halo = 0;
  static constexpr Operation operation = Operation::max_pool;
  static constexpr Extent extent{};

  template <class B>
  struct Saved {};

  template <class B>
  [[gnu::noinline]] static Activation<B> forward(Pass<B>& pass, const Slot<B>&, const Activation<B>& x, Saved<B>*) {
    const Shape in = x.shape();
    Tensor<B> y(pass.arena, {in.n, in.h / 2, in.w / 2, in.c});
    B::max_pool_forward(pass.context, x.parts[0].source, y.view);
    return Activation<B>(y);
  }

  template <class B>
  static void forward_window(Pass<B>& pass, const Slot<B>&, const InputOf<B>& x, MapView<B> y, Padding) {
    B::max_pool_forward(pass.context, x.parts[0], y);
  }

  template <class B>
  static Activation<B> recompute(Pass<B>& pass, const Activation<B>& x, const Saved<B>&) {
    return forward<B>(pass, {}, x, nullptr);
  }

  template <class B>
  [[gnu::noinline]] static Gradient<B> backward(Pass<B>& pass, const Slot<B>&, const Activation<B>& x, Saved<B>&,
                                                Gradient<B> dy, const GradientRequest<B>& request) {
    Gradient<B> dx = request.target(pass.arena, x);
    if (dx)
      B::max_pool_backward(pass.context, x.parts[0].source, dy.parts[0].view, dx.parts[0].view,
                           request.operand(dx).accumulate);
    return dx;
  }
};

}  // namespace unet
