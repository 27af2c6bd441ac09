// How layers are computed on a part of their output.
#pragma once
#include "unet/graph/reach.hpp"
#include "unet/layers/layers.hpp"

namespace unet {

/// Says for layer L what an output pixel depends on, and how to compute a rectangle of the output:
///   static constexpr Index halo;                           see Reach; the scale is L's own
///   template <class B> static void compute(slot, x, y, padding)
/// where x (Input<T>) is what the rectangle reads and y (View<T>) the rectangle, before a pending normalisation. Sides of x
/// that lie inside the map have padding 0. The pixels must get the bits that L::forward gives them at inference.
/// To be specialised for a layer of one's own.
template <class L>
struct LocalLayer {
  template <class>
  static constexpr bool known = false;
  static_assert(known<L>,
                "incremental passes: unet::LocalLayer<L> is not specialised for this layer, so it is not known which "
                "output pixels a change reaches; specialise it, see graph/local_layer.hpp");
  static constexpr Index halo = 0;  // so that a mistake gives one error, the one above
  template <class B>
  static void compute(const Slot<B>&, const Input<typename B::Scalar>&, View<typename B::Scalar>, Padding) {}
};

template <int In, int Out>
struct LocalLayer<Conv3x3BN<In, Out>> {
  static constexpr Index halo = 1;
  template <class B>
  static void compute(const Slot<B>& slot, const Input<typename B::Scalar>& x, View<typename B::Scalar> y,
                      Padding padding) {
    constexpr auto at = Conv3x3BN<In, Out>::at;
    B::conv3x3_relu_forward(x, slot.parameters + at.weight, slot.parameters + at.bias, y, padding, {});
  }
};

template <int In, int Out>
struct LocalLayer<UpConv<In, Out>> {
  static constexpr Index halo = 0;
  template <class B>
  static void compute(const Slot<B>& slot, const Input<typename B::Scalar>& x, View<typename B::Scalar> y, Padding) {
    using L = UpConv<In, Out>;
    B::up_conv_relu_forward(x, slot.parameters + L::weight, slot.parameters + L::bias, y);
  }
};

template <int In, int Out>
struct LocalLayer<Conv1x1<In, Out>> {
  static constexpr Index halo = 0;
  template <class B>
  static void compute(const Slot<B>& slot, const Input<typename B::Scalar>& x, View<typename B::Scalar> y, Padding) {
    using L = Conv1x1<In, Out>;
    B::conv1x1_forward(x, slot.parameters + L::weight, slot.parameters + L::bias, y);
  }
};

template <>
struct LocalLayer<Pool> {
  static constexpr Index halo = 0;
  template <class B>
  static void compute(const Slot<B>&, const Input<typename B::Scalar>& x, View<typename B::Scalar> y, Padding) {
    B::max_pool_forward(x.parts[0], y);
  }
};

}  // namespace unet
