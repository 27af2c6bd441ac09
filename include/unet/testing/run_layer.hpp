// Runs one layer, or a whole net, which is a layer too, forward and backward on given numbers.
#pragma once
#include <vector>

#include "unet/backends/upload.hpp"
#include "unet/core/buffer.hpp"
#include "unet/core/host_tensor.hpp"
#include "unet/layers/layers.hpp"
#include "unet/models/model.hpp"

namespace unet::testing {

/// Bytes for the activations of a pass of these functions: their maps are small. Beyond it they throw std::bad_alloc.
inline constexpr Index layer_memory = Index{1} << 20;

/// One map that a layer reads, its normalisation pending when scale and shift are not empty.
template <class T>
struct LayerInput {
  explicit LayerInput(HostTensor<T> map, std::vector<T> scale = {}, std::vector<T> shift = {})
      : map(std::move(map)), scale(std::move(scale)), shift(std::move(shift)) {}
  HostTensor<T> map;
  std::vector<T> scale, shift;
};

template <class T>
struct LayerResult {
  HostTensor<T> output, recomputed;            ///< normalised
  std::vector<HostTensor<T>> input_gradients;  ///< one for each part of the input
  std::vector<T> gradients;                    ///< of the parameters
  std::vector<T> state;                        ///< running statistics afterwards
};

/// What to do about the gradient with respect to the input; `added` adds it to ones.
enum class InputGradients { nothing, fresh, added };

/// The layer's input in backend memory. One or two maps.
template <class B>
struct DeviceInput {
  using T = typename B::Scalar;
  DeviceInput(Pass<B>& pass, const std::vector<LayerInput<T>>& inputs) {
    normalisation.reserve(2 * inputs.size());
    for (std::size_t p = 0; p < inputs.size(); ++p) {
      const Tensor<B> tensor(pass.arena, inputs[p].map.shape);
      upload<B>(pass.context, inputs[p].map.view(), tensor.view);
      Map<B>& part = activation.parts[p];
      part = Activation<B>(tensor).parts[0];
      if (inputs[p].scale.empty()) continue;
      part.source.scale = normalisation.emplace_back(pass.context, inputs[p].scale).data();
      part.source.shift = normalisation.emplace_back(pass.context, inputs[p].shift).data();
    }
    activation.count = static_cast<int>(inputs.size());
  }
  Activation<B> activation;
  std::vector<Buffer<B>> normalisation;
};

/// Evaluation mode: the output alone.
template <class L, class B, class T = typename B::Scalar>
HostTensor<T> infer_layer(const std::vector<LayerInput<T>>& inputs, const unet::Values<T>& values) {
  Arena<B> arena;
  arena.reserve(layer_memory);
  typename B::Context context;
  Pass<B> pass{arena, context};
  const Buffer<B> parameters(context, values.parameters);
  Buffer<B> state(context, values.state);
  const DeviceInput<B> x(pass, inputs);
  return unet::detail::download(
      pass, L::template forward<B>(pass, {parameters.data(), state.data(), nullptr}, x.activation, nullptr));
}

/// Training mode, forward alone: normalised with the batch's own statistics.
template <class L, class B, class T = typename B::Scalar>
HostTensor<T> train_output(const std::vector<LayerInput<T>>& inputs, const unet::Values<T>& values) {
  Arena<B> arena;
  arena.reserve(layer_memory);
  typename B::Context context;
  Pass<B> pass{arena, context};
  const Buffer<B> parameters(context, values.parameters);
  Buffer<B> state(context, values.state);
  const DeviceInput<B> x(pass, inputs);
  typename L::template Saved<B> saved;
  return unet::detail::download(
      pass, L::template forward<B>(pass, {parameters.data(), state.data(), nullptr}, x.activation, &saved));
}

/// Training mode. `output_gradient(output)` gives the gradient with respect to the output. Parameter gradients start as
/// NaN, so that one that is not written shows.
template <class L, class B, class T = typename B::Scalar, class OutputGradient>
LayerResult<T> train_layer(const std::vector<LayerInput<T>>& inputs, const unet::Values<T>& values,
                           const OutputGradient& output_gradient, InputGradients request = InputGradients::fresh) {
  Arena<B> arena;
  arena.reserve(layer_memory);
  typename B::Context context;
  Pass<B> pass{arena, context};
  const Buffer<B> parameters(context, values.parameters);
  Buffer<B> state(context, values.state), gradients(context, std::vector<T>(values.parameters.size(), T(NAN)));
  const DeviceInput<B> x(pass, inputs);
  const Slot<B> slot{parameters.data(), state.data(), gradients.data()};

  LayerResult<T> result;
  typename L::template Saved<B> saved;
  result.output = unet::detail::download(pass, L::template forward<B>(pass, slot, x.activation, &saved));
  result.recomputed = unet::detail::download(pass, L::template recompute<B>(pass, x.activation, saved));

  const HostTensor<T> dy = output_gradient(result.output);
  const Tensor<B> tensor(arena, dy.shape);
  upload<B>(context, dy.view(), tensor.view);
  using Request = GradientRequest<B>;
  Request wanted = request == InputGradients::nothing ? Request::nothing() : Request::fresh();
  if (request == InputGradients::added) {
    const Gradient<B> ones = wanted.target(arena, x.activation);
    for (int p = 0; p < ones.count; ++p)
      B::fill(context, ones.parts[p].view.data, ones.parts[p].view.shape.size(), T(1));
    wanted = Request::added(ones);
  }
  const Gradient<B> dx = L::template backward<B>(pass, slot, x.activation, saved, Gradient<B>(tensor), wanted);
  for (int p = 0; p < dx.count; ++p)
    result.input_gradients.push_back(unet::detail::download(pass, Activation<B>(dx.parts[p])));
  result.gradients = gradients.to_host(context);
  result.state = state.to_host(context);
  return result;
}

}  // namespace unet::testing
