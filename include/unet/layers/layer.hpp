// What every layer is: a type without data, whose parameters lie in the network's one buffer at an offset known at compile
// time.
//
// A layer L has
//   L::input_channels                 channels it takes, or any_channels
//   L::output_channels(in)            channels it gives for `in` channels
//   L::input_parts, L::output_parts   how many concatenated maps it can take; how many it gives
//   L::recompute_needs_input          whether recompute looks at x
//   L::log2_scale, L::log2_divisor    how it scales height and width; what power of two they must be a multiple of
//   L::extent                         numbers of its parameters and of its state values (running statistics)
//   L::tensors                        its named tensors (absent when it has none)
//   L::name                           what files call it, where it is a UNetOf's block (may be absent)
//   L::Saved<B>                       what training keeps from forward to backward
//   L::forward(pass, slot, x, saved)  saved is null for inference
//   L::recompute(pass, x, saved)      the output again, from what was saved
//   L::backward(pass, slot, x, saved, dy, request)   frees what was saved; returns the gradient with respect to x
// and, to be computed in parts (incremental analyses, tiles),
//   L::halo                           an output pixel depends on input pixels at most so far from its own place; of a layer
//                                     that scales height and width, which maps whole squares to whole squares: 0
//   L::operation                      whose pixel alignment rectangles of its output must have
//   L::forward_window(pass, slot, x, y, padding)     a rectangle y of the output, before a pending normalisation, from what it
//                                     reads; sides of x that lie inside the map have padding 0. At inference; its pixels
//                                     have the bits that forward gives them.
// for any backend B: see conv1x1.hpp for the shortest complete example. A composition of layers (Sequential, Concat) says
// is_composition and has, in place of these three, the halo of the whole and
//   L::for_each_layer(position, offset, f)           calls f for each layer in it
#pragma once
#include <optional>

#include "unet/backends/communicator.hpp"
#include "unet/layers/activation.hpp"
#include "unet/layers/packed_weights.hpp"

namespace unet {

inline constexpr int any_channels = 0;

/// Numbers of parameters (trained) and of state values (running statistics).
struct Extent {
  Index parameters = 0, state = 0;
  friend constexpr Extent operator+(Extent a, Extent b) { return {a.parameters + b.parameters, a.state + b.state}; }
};

/// Where a layer's values lie. Gradients are null outside training.
template <class B>
struct Slot {
  using S = typename B::Scalar;
  const S* parameters = nullptr;
  S* state = nullptr;
  S* gradients = nullptr;

  Slot operator+(Extent offset) const {
    return {parameters + offset.parameters, state + offset.state, gradients ? gradients + offset.parameters : nullptr};
  }
};

/// One forward (and backward) pass through a network.
template <class B>
struct Pass {
  Arena<B>& arena;
  typename B::Context& context;              ///< that all operations are issued to
  const PackedWeights<B>* packed = nullptr;  ///< if somebody keeps them
  const SharedBatch<B>* shared = nullptr;    ///< when several ranks train on a batch together

  /// Weights whose values lie there, for a forward convolution.
  Weights<typename B::Scalar> weights(const typename B::Scalar* values) const {
    return packed ? packed->find(values) : Weights<typename B::Scalar>{values, nullptr};
  }
};

/// A place in a network: indices into nested Sequentials, outermost first. Position<> is the whole.
template <int... Indices>
struct Position {};

/// How a tensor lies in memory and how PyTorch's state_dict shapes it.
enum class TensorKind {
  convolution,             ///< [k][k][in][out] here, (out, in, k, k) in files
  transposed_convolution,  ///< [k][k][in][out] here, (in, out, k, k) in files
  vector                   ///< (out) in both
};

/// One named tensor of a layer.
struct TensorSpec {
  const char* module;  ///< "conv", "norm", "up"; where it stands in the net makes it "decoder1.conv2" or "head"
  const char* name;    ///< "weight", "bias", "running_mean", "running_var"
  TensorKind kind;
  Index kernel;  ///< 0 for a vector that is not drawn at random but starts at `initial`
  Index in;      ///< of a bias: the channels that its convolution's fan-in counts
  Index out;
  bool is_state;   ///< lies among the state values instead of the parameters
  Index offset;    ///< within its layer's parameters or state
  double initial;  ///< see kernel

  /// Numbers that an output of the convolution is a sum of, as PyTorch counts them: products with the second axis of the
  /// weight in its file, so over `out` where the convolution is transposed. 0 for what is not drawn at random.
  constexpr Index fan_in() const { return kernel * kernel * (kind == TensorKind::transposed_convolution ? out : in); }
  constexpr Index size() const { return kind == TensorKind::vector ? out : kernel * kernel * in * out; }

  /// Which operation's weights these are, if any's.
  constexpr std::optional<WeightShape> weight_shape() const {
    if (kind == TensorKind::convolution && kernel == 3) return WeightShape{Operation::conv3x3, in, out};
    if (kind == TensorKind::convolution && kernel == 1) return WeightShape{Operation::conv1x1, in, out};
    if (kind == TensorKind::transposed_convolution && kernel == 2) return WeightShape{Operation::up_conv, in, out};
    return std::nullopt;
  }
};

/// A layer made of layers: it says so by `is_composition`.
template <class L>
concept IsComposition = requires {
  requires L::is_composition;
};

/// Of a layer that does not say what its output pixels depend on: it can not be computed in parts.
inline constexpr Index unknown_halo = -1;

template <class L>
inline constexpr Index halo_of = unknown_halo;
template <class L>
requires requires { L::halo; }
inline constexpr Index halo_of<L> = L::halo;

/// A layer that can be computed in parts.
template <class L>
concept HasWindows = requires {
  L::halo;
  L::operation;
};

template <class L>
concept HasTensors = requires {
  L::tensors;
};

/// Stands for a layer's type where a function argument is needed.
template <class L>
struct LayerTag {
  using Layer = L;
};

}  // namespace unet
