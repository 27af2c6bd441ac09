// Outputs of many layers from one pass: asking Model::output for each would compute the layers before it again each time.
#pragma once
#include <type_traits>
#include <vector>

#include "unet/graph/steps.hpp"
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

namespace detail {

/// Walks through the steps of a net and calls take(layer, activation) after each layer.
template <class B, class Take>
void walk(Pass<B>& pass, const std::vector<Step<B>>& steps, const Slot<B>& slot, Activation<B> x, const Take& take) {
  std::vector<Activation<B>> skips;
  std::size_t layer = 0;
  for (const Step<B>& step : steps) {
    if (step.kind == StepKind::layer) {
      x = step.forward(pass, slot + step.offset, x);
      take(layer++, x);
    } else if (step.kind == StepKind::split) {
      skips.push_back(x);
    } else {
      x = Activation<B>(skips.back().parts[0], x.parts[0]);
      skips.pop_back();
    }
  }
}

/// Normalised values of an activation in memory of their own.
template <class B>
Tensor<B> normalised(Arena<B>& arena, const Activation<B>& y) {
  Tensor<B> result(arena, y.shape());
  B::normalise(y.parts[0].source, result.view);
  return result;
}

}  // namespace detail

/// What Model::output gives for each of `layers` (see layer_index), bit for bit, in their order. images: N x H x W x In in
/// [0, 1], in host memory. Throws ShapeError as Model::output does, OptionError for an index that no layer has.
template <class Net, Backend B>
std::vector<HostTensor<typename B::Scalar>> layer_outputs(Model<Net, B>& model, const std::vector<std::size_t>& layers,
                                                          View<const typename B::Scalar> images) {
  using T = typename B::Scalar;
  using Plan = Planner<T>;
  const Shape s = images.shape;
  check_input<Net>(s);
  const std::vector<Step<B>> steps = steps_of<Net, B>();
  std::size_t count = 0;
  for (const Step<B>& step : steps) count += step.kind == StepKind::layer;
  for (const std::size_t layer : layers)
    if (layer >= count)
      throw OptionError("layer " + std::to_string(layer) + " of a net of " + std::to_string(count) + " layers");

  Arena<Plan> plan;
  plan.reserve(Plan::unlimited);
  T* const any = static_cast<T*>(Plan::allocate(0));
  Pass<Plan> planned{plan};
  detail::walk<Plan>(planned, steps_of<Net, Plan>(), {any, any, nullptr}, Activation<Plan>(Tensor<Plan>(plan, s)),
                     [&](std::size_t, const Activation<Plan>& y) { detail::normalised(plan, y); });
  model.arena().reserve(plan.peak());

  std::vector<HostTensor<T>> outputs(layers.size());
  Pass<B> pass{model.arena()};
  Tensor<B> x(pass.arena, s);
  upload<B>(images, x.view);
  detail::walk<B>(
      pass, steps, model.slot(), Activation<B>(std::move(x)), [&](std::size_t layer, const Activation<B>& y) {
        for (std::size_t i = 0; i < layers.size(); ++i) {
          if (layers[i] != layer) continue;
          const Tensor<B> result = detail::normalised(pass.arena, y);
          outputs[i] = HostTensor<T>(y.shape());
          B::copy_to_host(result.view.data, outputs[i].values.data(), y.shape().size() * static_cast<Index>(sizeof(T)));
        }
      });
  return outputs;
}

}  // namespace unet
