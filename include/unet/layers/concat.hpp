// The skip connection as structure: x -> [x, path(x)].
#pragma once
#include "unet/layers/layer.hpp"

namespace unet {

/// Stands in error messages for what a Concat's path does to height and width: 2^Log2Scale.
template <class Path, int Log2Scale>
struct PathKeepsSize {
  static_assert(
      Log2Scale == 0,
      "Concat<Path>: the path must give back the height and width that it takes, or its map can not stand beside "
      "the skip; balance Pool and UpConv (PathKeepsSize<Path, n>: the path scales by 2^n)");
  static constexpr bool value = true;  // so that a mistake gives one error, the one above
};

/// Stands in error messages for a Concat's path that gives a concatenation itself.
template <class Path, int Parts>
struct PathGivesOneMap {
  static_assert(
      Parts == 1,
      "Concat<Path>: the path must end in a layer that gives one map; follow the inner Concat by a convolution "
      "(PathGivesOneMap<Path, maps>)");
  static constexpr bool value = true;
};

/// Concatenates its input with what Path makes of it, in this order, along channels; nothing is copied.
/// x: N x H x W x C; y: N x H x W x (C + Path's channels).
template <class Path>
struct Concat {
  static_assert(PathKeepsSize<Path, Path::log2_scale>::value && PathGivesOneMap<Path, Path::output_parts>::value);
  static constexpr int input_channels = Path::input_channels;
  static constexpr int output_channels(int in) { return in + Path::output_channels(in); }
  static constexpr int input_parts = 1, output_parts = 2;
  static constexpr bool recompute_needs_input = true;
  static constexpr int log2_scale = 0, log2_divisor = Path::log2_divisor;
  static constexpr bool is_composition = true;
  static constexpr Index halo = halo_of<Path>;
  static constexpr Extent extent = Path::extent;

  template <class B>
  using Saved = typename Path::template Saved<B>;

  template <class B>
  static Activation<B> forward(Pass<B>& pass, const Slot<B>& slot, const Activation<B>& x, Saved<B>* saved) {
    Activation<B> up = Path::template forward<B>(pass, slot, x, saved);
    return {x.parts[0], std::move(up.parts[0])};
  }

  template <class B>
  static Activation<B> recompute(Pass<B>& pass, const Activation<B>& x, const Saved<B>& saved) {
    return {x.parts[0], Path::template recompute<B>(pass, x, saved).parts[0]};
  }

  template <class B>
  static Gradient<B> backward(Pass<B>& pass, const Slot<B>& slot, const Activation<B>& x, Saved<B>& saved,
                              Gradient<B> dy, const GradientRequest<B>& request) {
    using Request = GradientRequest<B>;
    Gradient<B> up(std::move(dy.parts[1]));
    if (request.how == Request::How::nothing)
      return Path::template backward<B>(pass, slot, x, saved, std::move(up), request);
    if (request.how == Request::How::added) {
      B::add(pass.context, dy.parts[0].view, request.to.parts[0].view);
      return Path::template backward<B>(pass, slot, x, saved, std::move(up), request);
    }
    const Gradient<B> skip(std::move(dy.parts[0]));
    return Path::template backward<B>(pass, slot, x, saved, std::move(up), Request::added(skip));
  }

  template <int... Prefix, class F>
  static void for_each_layer(Position<Prefix...> prefix, Extent offset, F&& f) {
    Path::for_each_layer(prefix, offset, f);
  }
};

}  // namespace unet
