// What operations of a backend take and give besides plain views.
//
// Two scalars: T, what feature maps and their gradients are stored in, and S, what everything else is kept and computed in
// (parameters, statistics, moments of the optimiser). A backend names them Storage and Scalar; for most they are the same.
#pragma once
#include "unet/core/view.hpp"

namespace unet {

/// What is done to a value once it is computed.
enum class Activate { none, relu };

/// A feature map with a pending normalisation and activation: its value is activate(scale[c] * x + shift[c]), applied by
/// whoever loads it. Null scale and shift mean activate(x). Zero padding lies outside: padded pixels are 0, not shift.
template <class T, class S = T>
struct Source {
  View<const T> x;
  const S* scale = nullptr;  ///< C values or null
  const S* shift = nullptr;  ///< C values or null, null together with scale
  /// C values or null: the mean that the shift was made from, for backends that fold the normalisation into weights of less
  /// precision. Nobody has to look at it.
  const S* mean = nullptr;
  Activate activate = Activate::none;

  /// Whether the value is something else than x.
  constexpr bool pending() const { return scale != nullptr || activate != Activate::none; }
};

/// The input of a convolution: one map, or two of equal N, H, W whose channels are concatenated without being copied.
template <class T, class S = T>
struct Input {
  Source<T, S> parts[2];
  int count = 1;

  constexpr Shape shape() const {
    Shape s = parts[0].x.shape;
    if (count == 2) s.c += parts[1].x.shape.c;
    return s;
  }
};

/// Where the gradient with respect to an Input goes, part by part.
template <class T>
struct InputGradient {
  View<T> parts[2];
  int count = 1;
  bool accumulate = false;  ///< add to what is there instead of overwriting it

  constexpr Shape shape() const {
    Shape s = parts[0].shape;
    if (count == 2) s.c += parts[1].shape.c;
    return s;
  }
};

/// Zero padding of a 3x3 convolution, in pixels (0 or 1) a side. All ones is "same" padding. A rectangle of a larger map
/// is recomputed by passing the rectangle with its one-pixel halo and 0 on each side where the halo is real.
struct Padding {
  int top = 1, bottom = 1, left = 1, right = 1;
};

/// Mean and biased variance of each channel over batch, height and width.
template <class S>
struct Moments {
  S* mean = nullptr;
  S* variance = nullptr;
  constexpr explicit operator bool() const { return mean != nullptr; }
};

/// What is done to a convolution's sums before they are stored: y = activate(sum + bias).
template <class S>
struct Epilogue {
  const S* bias = nullptr;  ///< a value for each output channel, or null
  Activate activate = Activate::none;
  Moments<S> moments{};  ///< if not null, also mean and biased variance of y for each channel
};

/// Operations whose output is a map that can be computed in rectangles.
enum class Operation { conv3x3, conv1x1, up_conv, max_pool };

/// Weights of a convolution: [kernel height][kernel width][in][out].
struct WeightShape {
  Operation operation = Operation::conv3x3;
  Index in = 0, out = 0;

  constexpr Index taps() const { return operation == Operation::conv3x3 ? 9 : operation == Operation::up_conv ? 4 : 1; }
};

/// Weights for a forward convolution: their values, and the same in the backend's own form (from pack), or null where
/// nobody keeps that. The values are null where only that form is left. Both in backend memory.
template <class S>
struct Weights {
  const S* values = nullptr;
  const void* packed = nullptr;
};

/// One step of Adam (Kingma & Ba 2015, algorithm 1), or of AdamW (Loshchilov & Hutter 2019, algorithm 2), whose weight decay
/// first multiplies each parameter by 1 - learning_rate weight_decay. `step` counts from 1.
struct AdamStep {
  double learning_rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  long step = 1;
  double weight_decay = 0;
};

// The operands of backend B.
template <class B>
using SourceOf = Source<typename B::Storage, typename B::Scalar>;
template <class B>
using InputOf = Input<typename B::Storage, typename B::Scalar>;
/// A map, or the gradient with respect to one, to be written and to be read.
template <class B>
using MapView = View<typename B::Storage>;
template <class B>
using ConstMapView = View<const typename B::Storage>;

}  // namespace unet
