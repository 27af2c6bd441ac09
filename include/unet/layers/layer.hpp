// What every layer is: a type without data, whose parameters lie in the network's one buffer at an offset known at compile
// time.
//
// A layer L has
//   L::input_channels                 channels it takes, or any_channels
//   L::output_channels(in)            channels it gives for `in` channels
//   L::input_parts, L::output_parts   how many concatenated maps it can take; how many it gives
//   L::recall_needs_input             whether recall looks at x
//   L::log2_scale, L::log2_divisor    how it scales height and width; what power of two they must be a multiple of
//   L::extent                         numbers of its parameters and of its state values (running statistics)
//   L::tensors                        its named tensors (absent when it has none)
//   L::Saved<B>                       what training keeps from forward to backward
//   L::forward(pass, slot, x, saved)  saved is null for inference
//   L::recall(pass, x, saved)         the output again, from what was saved
//   L::backward(pass, slot, x, saved, dy, request)   frees what was saved; returns the gradient with respect to x
// for any backend B: see conv1x1.hpp for the shortest complete example. A composition of layers (Sequential, Concat) also has
//   L::forward_to(position, pass, slot, x)           the output at a place inside of it, for inference
//   L::for_each_layer(position, offset, f)           calls f for each layer in it
#pragma once
#include "unet/layers/activation.hpp"

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
  using T = typename B::Scalar;
  const T* parameters = nullptr;
  T* state = nullptr;
  T* gradients = nullptr;

  Slot operator+(Extent offset) const {
    return {parameters + offset.parameters, state + offset.state, gradients ? gradients + offset.parameters : nullptr};
  }
};

/// One forward (and backward) pass through a network.
template <class B>
struct Pass {
  Arena<B>& arena;
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
  Index kernel, in, out;
  bool is_state;   ///< lies among the state values instead of the parameters
  Index offset;    ///< within its layer's parameters or state
  double initial;  ///< initial value of a vector that is not drawn at random, see models/initialise.hpp

  constexpr Index size() const { return kind == TensorKind::vector ? out : kernel * kernel * in * out; }
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
