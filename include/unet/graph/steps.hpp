// A network's type as a list of steps at run time, so that code which walks through it is compiled once and not for each
// layer.
#pragma once
#include <vector>

#include "unet/graph/local_layer.hpp"

namespace unet {

enum class StepKind {
  layer,
  split,  ///< before a Concat's path: the map will be needed again
  join    ///< after it: [what split remembered, the path's output]
};

template <class B>
struct Step {
  using T = typename B::Scalar;
  StepKind kind = StepKind::layer;
  Reach reach;
  Extent offset;  ///< of the layer's values among the network's
  /// On whole maps, for inference.
  Activation<B> (*forward)(Pass<B>& pass, const Slot<B>& slot, const Activation<B>& x) = nullptr;
  /// On a rectangle, see LocalLayer.
  void (*compute)(const Slot<B>& slot, const Input<T>& x, View<T> y, Padding padding) = nullptr;
};

namespace detail {

template <class... L>
std::tuple<L...> layers_of(const Sequential<L...>*);
template <class Path>
Path path_of(const Concat<Path>*);

template <class B>
class StepList {
 public:
  std::vector<Step<B>> steps;

  template <class L>
  void add() {
    if constexpr (requires(const L* l) { layers_of(l); })
      add_each(static_cast<decltype(layers_of(static_cast<const L*>(nullptr)))*>(nullptr));
    else if constexpr (requires(const L* l) { path_of(l); }) {
      append(StepKind::split);
      add<decltype(path_of(static_cast<const L*>(nullptr)))>();
      append(StepKind::join);
    } else
      add_layer<L>();
  }

 private:
  template <class... L>
  void add_each(std::tuple<L...>*) {
    (add<L>(), ...);
  }
  template <class L>
  void add_layer() {
    const auto forward = [](Pass<B>& pass, const Slot<B>& slot, const Activation<B>& x) -> Activation<B> {
      return L::template forward<B>(pass, slot, x, nullptr);
    };
    append(StepKind::layer, {LocalLayer<L>::halo, L::log2_scale}, L::extent, forward,
           &LocalLayer<L>::template compute<B>);
  }

  [[gnu::noinline]] void append(StepKind kind, Reach reach = {}, Extent extent = {},
                                decltype(Step<B>::forward) forward = nullptr,
                                decltype(Step<B>::compute) compute = nullptr) {
    steps.push_back({kind, reach, offset_, forward, compute});
    offset_ = offset_ + extent;
  }

  Extent offset_;
};

}  // namespace detail

/// The steps of a network in the order of its forward pass.
template <class Net, class B>
std::vector<Step<B>> steps_of() {
  detail::StepList<B> list;
  list.template add<Net>();
  return std::move(list.steps);
}

}  // namespace unet
