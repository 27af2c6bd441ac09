// What flows between layers: feature maps whose memory returns to the arena when nobody holds them any more.
#pragma once
#include <array>

#include "unet/backends/operands.hpp"
#include "unet/core/arena.hpp"

namespace unet {

// Copying, moving and destroying are noinline: inlined into each layer of a net, they were a fifth of its code and a seventh of its
// compile time.

/// A feature map that a layer writes; T: what its values are stored in.
template <class B, class T = typename B::Storage>
struct Tensor {
  View<T> view;
  ArenaPiece memory;

  Tensor() = default;
  [[gnu::noinline]] Tensor(const Tensor&) = default;
  [[gnu::noinline]] Tensor(Tensor&&) noexcept = default;
  [[gnu::noinline]] Tensor& operator=(const Tensor&) = default;
  [[gnu::noinline]] Tensor& operator=(Tensor&&) noexcept = default;
  [[gnu::noinline]] ~Tensor() = default;
  Tensor(Arena<B>& arena, Shape shape) : memory(arena.allocate(shape.size() * static_cast<Index>(sizeof(T)))) {
    view = View<T>(static_cast<T*>(memory.get()), shape);
  }
};

/// A feature map that layers read, possibly with a pending normalisation.
template <class B>
struct Map {
  SourceOf<B> source;
  ArenaPiece memory, normalisation;
};

/// The value between two layers: one map, or two that are concatenated along channels without having been copied.
template <class B>
struct Activation {
  std::array<Map<B>, 2> parts;
  int count = 1;

  Activation() = default;
  [[gnu::noinline]] Activation(const Activation&) = default;
  [[gnu::noinline]] Activation(Activation&&) noexcept = default;
  [[gnu::noinline]] Activation& operator=(const Activation&) = default;
  [[gnu::noinline]] Activation& operator=(Activation&&) noexcept = default;
  [[gnu::noinline]] ~Activation() = default;
  explicit Activation(ConstMapView<B> view) { parts[0].source.x = view; }
  explicit Activation(const Tensor<B>& tensor) : Activation(ConstMapView<B>(tensor.view)) {
    parts[0].memory = tensor.memory;
  }
  /// [first, second] along channels.
  Activation(Map<B> first, Map<B> second) : parts{std::move(first), std::move(second)}, count(2) {}

  InputOf<B> input() const { return {{parts[0].source, parts[1].source}, count}; }
  Shape shape() const { return input().shape(); }
};

/// The gradient with respect to an Activation, part by part; empty when nobody wants it.
template <class B>
struct Gradient {
  std::array<Tensor<B>, 2> parts;
  int count = 0;

  Gradient() = default;
  [[gnu::noinline]] Gradient(const Gradient&) = default;
  [[gnu::noinline]] Gradient(Gradient&&) noexcept = default;
  [[gnu::noinline]] Gradient& operator=(const Gradient&) = default;
  [[gnu::noinline]] Gradient& operator=(Gradient&&) noexcept = default;
  [[gnu::noinline]] ~Gradient() = default;
  explicit Gradient(Tensor<B> tensor) : parts{std::move(tensor), {}}, count(1) {}
  explicit operator bool() const { return count > 0; }
};

/// What a layer's backward pass shall do about the gradient with respect to its input.
template <class B>
struct GradientRequest {
  enum class How { nothing, fresh, added } how = How::fresh;
  Gradient<B> to;  ///< with How::added: where to add it

  static GradientRequest nothing() { return {How::nothing, {}}; }
  static GradientRequest fresh() { return {How::fresh, {}}; }
  static GradientRequest added(Gradient<B> to) { return {How::added, std::move(to)}; }

  /// Memory for the gradient with respect to `x`, or the one to add to, or none.
  [[gnu::noinline]] Gradient<B> target(Arena<B>& arena, const Activation<B>& x) const {
    if (how != How::fresh) return to;
    Gradient<B> gradient;
    gradient.count = x.count;
    for (int p = 0; p < x.count; ++p) gradient.parts[p] = Tensor<B>(arena, x.parts[p].source.x.shape);
    return gradient;
  }

  /// The same as an operand of a backend's backward-data operation.
  InputGradient<typename B::Storage> operand(const Gradient<B>& target) const {
    return {{target.parts[0].view, target.parts[1].view}, target.count, how == How::added};
  }
};

}  // namespace unet
