// Names for outputs inside a U-Net: model.output<unet::latent>(image). A name that a net does not have is a compile error.
#pragma once
#include "unet/layers/layer.hpp"

namespace unet {

// Depth is the number of poolings; the widths are UNetOf's, `Down` and `Up`: Base 2^(K-1) at level K of a UNet.

/// After the last pooling: N x H/2^Depth x W/2^Depth x the width of encoder<Depth>.
struct latent {
  template <class Net>
  using position = typename Net::latent;
};
/// The lowest level, after both of its convolutions: N x H/2^Depth x W/2^Depth x the last of Down.
struct bottleneck {
  template <class Net>
  using position = typename Net::bottleneck;
};
struct bottleneck_conv1 {
  template <class Net>
  using position = typename Net::bottleneck_conv1;
};
struct bottleneck_conv2 {
  template <class Net>
  using position = typename Net::bottleneck_conv2;
};
/// The block on the way down at level K, 1 at full resolution: N x H/2^(K-1) x W/2^(K-1) x width K of Down.
template <int K>
struct encoder {
  template <class Net>
  using position = typename Net::template encoder<K>;
};
/// The block on the way up at level K, of the same height and width as encoder<K>; width K of Up.
template <int K>
struct decoder {
  template <class Net>
  using position = typename Net::template decoder<K>;
};
/// The network's output.
struct logits {
  template <class Net>
  using position = typename Net::logits;
};

namespace detail {

template <class Name, class Net>
concept NamesPlaceIn = requires {
  typename Name::template position<Net>;
};

template <class Name, class Net>
struct PositionOf {
  static_assert(
      NamesPlaceIn<Name, Net>,
      "output<Name>: this net has no output of that name; encoder<K> and decoder<K> exist for K = 1 .. Depth");
  template <class N>
  static auto find() {
    if constexpr (NamesPlaceIn<N, Net>)
      return typename N::template position<Net>{};
    else
      return Position<>{};
  }
  using type = decltype(find<Name>());
};
template <int... I, class Net>
struct PositionOf<Position<I...>, Net> {
  using type = Position<I...>;
};

}  // namespace detail
}  // namespace unet
