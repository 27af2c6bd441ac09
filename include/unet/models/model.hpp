// A network with its values on a backend: inference and nothing else. What training needs besides lives in Trainer.
#pragma once
#include <string>

#include "unet/backends/contract.hpp"
#include "unet/backends/planner.hpp"
#include "unet/core/buffer.hpp"
#include "unet/core/error.hpp"
#include "unet/imaging/pad.hpp"
#include "unet/models/initialise.hpp"
#include "unet/models/names.hpp"
#include "unet/models/upload.hpp"

namespace unet {

/// Throws ShapeError unless a batch of this shape can be given to the network.
template <class Net>
void check_input(Shape s) {
  constexpr Index divisor = Index{1} << Net::log2_divisor;
  if (s.c != Net::input_channels)
    throw ShapeError("the net takes images of " + std::to_string(Net::input_channels) + " channel(s), but was given " +
                     to_string(s) + " (batch x height x width x channels)");
  if (s.n < 1 || s.h < 1 || s.w < 1) throw ShapeError("the net was given an empty batch: " + to_string(s));
  if (s.h % divisor != 0 || s.w % divisor != 0)
    throw ShapeError("height and width must be multiples of " + std::to_string(divisor) + " (the net halves them " +
                     std::to_string(Net::log2_divisor) + " times), but the images are " + to_string(s) +
                     "; the next sizes that fit are " + std::to_string(round_up(s.h, divisor)) + " x " +
                     std::to_string(round_up(s.w, divisor)) + "; Model::predict pads and crops by itself");
}

/// Net: a composition of layers, such as UNet<1, 1, 32, 4>. Copies of images go to the backend's memory and back, so the
/// same program runs on a device. Not thread safe: use one Model a thread.
template <class Net, Backend B>
class Model {
 public:
  using Network = Net;
  using T = typename B::Scalar;
  static constexpr Index divisor = Index{1} << Net::log2_divisor;

  /// Freshly initialised from a seed, see initial_values.
  explicit Model(std::uint64_t seed = 0) : Model(initial_values<Net, T>(seed)) {}
  /// With given values, in the order of named_tensors<Net>(). Throws ShapeError when their numbers are not the net's.
  explicit Model(const Values<T>& values) : parameters_(Net::extent.parameters), state_(Net::extent.state) {
    set_values(values);
  }

  /// Logits N x H x W x Classes of a batch N x H x W x In in [0, 1], in host memory. Height and width must be multiples of
  /// `divisor`; ShapeError otherwise.
  HostTensor<T> operator()(View<const T> images) { return output<Position<>>(images); }

  /// The same for images of any size: they are padded by reflection, and the logits cropped back.
  HostTensor<T> predict(View<const T> images) {
    const Shape s = images.shape;
    const HostTensor<T> padded = pad_reflect(images, divisor);
    const HostTensor<T> logits = (*this)(padded.view());
    HostTensor<T> cropped(Shape{s.n, s.h, s.w, logits.shape.c});
    copy_view(logits.view().window(0, 0, s.h, s.w), cropped.view());
    return cropped;
  }

  /// An output inside the network, by name (unet::latent, unet::encoder<2>, ...) or Position; no layer that it does not
  /// depend on is computed. Normalised values, N x H' x W' x C'.
  template <class Name>
  HostTensor<T> output(View<const T> images) {
    check_input<Net>(images.shape);
    using Where = typename detail::PositionOf<Name, Net>::type;
    const Shape s = images.shape;
    reserve<Where>(s);
    Pass<B> pass{arena_};
    Tensor<B> x(arena_, s);
    upload<B>(images, x.view);
    const Activation<B> y = run(Where{}, pass, slot(), Activation<B>(x));
    const Tensor<B> result(arena_, y.shape());
    Index first = 0;
    for (int p = 0; p < y.count; ++p) {
      const Index channels = y.parts[p].source.x.shape.c;
      B::normalise(y.parts[p].source, result.view.channels(first, channels));
      first += channels;
    }
    HostTensor<T> host(y.shape());
    B::copy_to_host(result.view.data, host.values.data(), host.shape.size() * static_cast<Index>(sizeof(T)));
    return host;
  }

  /// Bytes of activations that a pass of this shape needs, besides the parameters.
  template <class Name = Position<>>
  static Index activation_bytes(Shape s) {
    using P = Planner<T>;
    Arena<P> arena;
    arena.reserve(P::unlimited);
    T* const any = static_cast<T*>(P::allocate(0));
    Pass<P> pass{arena};
    const Tensor<P> x(arena, s);
    const Activation<P> y =
        run(typename detail::PositionOf<Name, Net>::type{}, pass, Slot<P>{any, any, nullptr}, Activation<P>(x));
    const Tensor<P> result(arena, y.shape());
    return arena.peak();
  }

  /// The values in host memory, and new ones; ShapeError when their numbers are not the net's, nothing is changed then.
  Values<T> values() const { return {parameters_.to_host(), state_.to_host()}; }
  void set_values(const Values<T>& values) {
    check_values<Net>(values);
    parameters_.from_host(values.parameters.data());
    state_.from_host(values.state.data());
  }

  Buffer<B>& parameters() { return parameters_; }
  Buffer<B>& state() { return state_; }
  Slot<B> slot() { return {parameters_.data(), state_.data(), nullptr}; }
  /// Where passes take their activations from.
  Arena<B>& arena() { return arena_; }

 private:
  template <class Back, int... I>
  static Activation<Back> run(Position<I...> where, Pass<Back>& pass, Slot<Back> slot, Activation<Back> x) {
    if constexpr (sizeof...(I) == 0)
      return Net::template forward<Back>(pass, slot, std::move(x), nullptr);
    else
      return Net::forward_to(where, pass, slot, std::move(x));
  }

  template <class Where>
  void reserve(Shape s) {
    arena_.reserve(activation_bytes<Where>(s));
  }

  Buffer<B> parameters_, state_;
  Arena<B> arena_;
};

}  // namespace unet
