// Outputs of many layers from one pass: asking Model::output for each would compute the layers before it again each time.
#pragma once
#include <type_traits>
#include <vector>

#include "unet/models/model.hpp"

namespace unet {

/// Where the layer of that name (unet::encoder<2>, unet::bottleneck, ... or a Position) stands in the order of computation,
/// counting from 0. Only layers count, compositions of them have no index.
template <class Net, class Name>
std::size_t layer_index() {
  using Wanted = typename detail::PositionOf<Name, Net>::type;
  std::size_t index = 0, count = 0;
  bool found = false;
  Net::for_each_layer(Position<>{}, Extent{}, [&]<class Tag, class Where>(Tag, Where, Extent) {
    if (std::is_same_v<Where, Wanted>) index = count, found = true;
    ++count;
  });
  if (!found) throw OptionError("this name is no single layer of the net; name a place inside of it");
  return index;
}

/// What Model::output gives for each of `layers` (see layer_index), bit for bit, in their order. images: N x H x W x In in
/// [0, 1], in host memory. Throws ShapeError as Model::output does, OptionError for an index that no layer has.
template <class Net, InferenceBackend B>
std::vector<HostTensor<typename B::Scalar>> layer_outputs(Model<Net, B>& model, const std::vector<std::size_t>& layers,
                                                          View<const typename B::Scalar> images) {
  using S = typename B::Scalar;
  using Plan = PlannerOf<B>;
  check_input<Net>(images.shape);
  const OneUser::Use in_use = model.use();
  const std::vector<Step<B>>& steps = steps_of<Net, B>();
  std::vector<std::size_t> layer_of(steps.size());  // number of the layer that a step is
  std::size_t count = 0;
  for (std::size_t i = 0; i < steps.size(); ++i)
    layer_of[i] = steps[i].kind == StepKind::layer ? count++ : steps.size();
  for (const std::size_t layer : layers)
    if (layer >= count)
      throw OptionError("layer " + std::to_string(layer) + " of a net of " + std::to_string(count) + " layers");

  model.arena().reserve(detail::planned_peak<Plan>([&](Pass<Plan>& pass, const Slot<Plan>& slot) {
    const std::vector<Step<Plan>>& planned = steps_of<Net, Plan>();
    walk(pass, planned, planned.size(), slot, Activation<Plan>(Tensor<Plan>(pass.arena, images.shape)),
         [&](std::size_t, const Activation<Plan>& y) { detail::values_of(pass, y); });
  }));
  std::vector<HostTensor<S>> outputs(layers.size());
  Pass<B> pass = model.pass();
  Tensor<B> x(pass.arena, images.shape);
  upload<B>(pass.context, images, x.view);
  walk(pass, steps, steps.size(), model.slot(), Activation<B>(std::move(x)),
       [&](std::size_t step, const Activation<B>& y) {
         for (std::size_t i = 0; i < layers.size(); ++i)
           if (layers[i] == layer_of[step]) outputs[i] = detail::download(pass, y);
       });
  return outputs;
}

}  // namespace unet
