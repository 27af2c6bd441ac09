// A network's type as a list of steps at run time, so that code which walks through it is compiled once and not for each
// layer.
#pragma once
#include <vector>

#include "unet/graph/reach.hpp"
#include "unet/layers/layers.hpp"

namespace unet {

enum class StepKind {
  layer,
  split,  ///< before a Concat's path: the map will be needed again
  join    ///< after it: [what split remembered, the path's output]
};

template <class B>
struct Step {
  StepKind kind = StepKind::layer;
  Reach reach;
  Operation operation = Operation::conv3x3;  ///< whose pixel alignment rectangles of the output must have
  Extent offset;                             ///< of the layer's values among the network's
  /// On whole maps, for inference.
  Activation<B> (*forward)(Pass<B>& pass, const Slot<B>& slot, const Activation<B>& x) = nullptr;
  /// On a rectangle, see layers/layer.hpp; null for a layer that can not be computed in parts.
  void (*forward_window)(Pass<B>& pass, const Slot<B>& slot, const InputOf<B>& x, MapView<B> y,
                         Padding padding) = nullptr;
};

namespace detail {

template <class... L>
std::tuple<L...> layers_of(const Sequential<L...>*);
template <class Path>
Path path_of(const Concat<Path>*);

template <class L>
concept IsSequential = requires(const L* l) {
  layers_of(l);
};
template <class L>
concept IsConcat = requires(const L* l) {
  path_of(l);
};
template <class L>
using LayersOf = decltype(layers_of(static_cast<const L*>(nullptr)));
template <class L>
using PathOf = decltype(path_of(static_cast<const L*>(nullptr)));

template <class B>
class StepList {
 public:
  std::vector<Step<B>> steps;

  template <class L>
  void add() {
    if constexpr (IsSequential<L>)
      add_each(static_cast<LayersOf<L>*>(nullptr));
    else if constexpr (IsConcat<L>) {
      append(StepKind::split);
      add<PathOf<L>>();
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
    if constexpr (HasWindows<L>)
      append(StepKind::layer, {L::halo, L::log2_scale}, L::extent, forward, L::operation,
             &L::template forward_window<B>);
    else
      append(StepKind::layer, {0, L::log2_scale}, L::extent, forward);
  }

  [[gnu::noinline]] void append(StepKind kind, Reach reach = {}, Extent extent = {},
                                decltype(Step<B>::forward) forward = nullptr, Operation operation = Operation::conv3x3,
                                decltype(Step<B>::forward_window) forward_window = nullptr) {
    steps.push_back({kind, reach, operation, offset_, forward, forward_window});
    offset_ = offset_ + extent;
  }

  Extent offset_;
};

/// Number of steps of a layer or composition.
template <class L>
constexpr std::size_t step_count() {
  if constexpr (IsSequential<L>)
    return []<class... Inner>(std::tuple<Inner...>*) {
      return (step_count<Inner>() + ...);
    }(static_cast<LayersOf<L>*>(nullptr));
  else if constexpr (IsConcat<L>)
    return step_count<PathOf<L>>() + 2;
  else
    return 1;
}

template <class L, int First, int... Rest>
constexpr std::size_t steps_up_to(Position<First, Rest...>) {
  if constexpr (IsConcat<L>) {
    return 1 + steps_up_to<PathOf<L>>(Position<First, Rest...>{});
  } else {
    static_assert(IsSequential<L>, "Position: this layer has no layers inside of it");
    using Layers = LayersOf<L>;
    static_assert(First >= 0 && First < static_cast<int>(std::tuple_size_v<Layers>),
                  "Position: this Sequential has no layer of that index");
    using Last = std::tuple_element_t<First, Layers>;
    const std::size_t before = []<std::size_t... I>(std::index_sequence<I...>) {
      return (step_count<std::tuple_element_t<I, Layers>>() + ... + 0);
    }
    (std::make_index_sequence<First>{});
    if constexpr (sizeof...(Rest) == 0)
      return before + step_count<Last>();
    else
      return before + steps_up_to<Last>(Position<Rest...>{});
  }
}
template <class L>
constexpr std::size_t steps_up_to(Position<>) {
  return step_count<L>();
}

}  // namespace detail

/// The steps of a network in the order of its forward pass; made at the first call.
template <class Net, class B>
const std::vector<Step<B>>& steps_of() {
  static const std::vector<Step<B>> steps = [] {
    detail::StepList<B> list;
    list.template add<Net>();
    return std::move(list.steps);
  }();
  return steps;
}

/// How many steps from the start give the output of the layer or composition at a position.
template <class Net, class Where>
inline constexpr std::size_t steps_to = detail::steps_up_to<Net>(Where{});

}  // namespace unet
