// A network with its values on a backend: inference and nothing else. What training needs besides lives in Trainer.
#pragma once
#include <array>
#include <string>

#include "unet/backends/contract.hpp"
#include "unet/backends/planner.hpp"
#include "unet/backends/recordings.hpp"
#include "unet/backends/upload.hpp"
#include "unet/core/buffer.hpp"
#include "unet/core/error.hpp"
#include "unet/core/one_user.hpp"
#include "unet/graph/walk.hpp"
#include "unet/imaging/pad.hpp"
#include "unet/layers/check_input.hpp"
#include "unet/models/initialise.hpp"
#include "unet/models/names.hpp"

namespace unet {

namespace detail {

/// Memory that a pass needs: the peak of an arena in which pass_on(pass, slot) ran on a Planner.
template <class Plan, class PassOn>
Index planned_peak(const PassOn& pass_on) {
  using S = typename Plan::Scalar;
  Arena<Plan> arena;
  arena.reserve(Plan::unlimited);
  S* const any = static_cast<S*>(Plan::allocate(0));
  HostContext none;
  Pass<Plan> pass{arena, none};
  pass_on(pass, Slot<Plan>{any, any, any});
  return arena.peak();
}

/// The values of an activation, parts side by side, normalised: N x H x W x C in backend memory.
template <class B>
Tensor<B, typename B::Scalar> values_of(Pass<B>& pass, const Activation<B>& y) {
  Tensor<B, typename B::Scalar> result(pass.arena, y.shape());
  Index first = 0;
  for (int p = 0; p < y.count; ++p) {
    const Index channels = y.parts[p].source.x.shape.c;
    B::normalise(pass.context, y.parts[p].source, result.view.channels(first, channels));
    first += channels;
  }
  return result;
}

template <class B>
HostTensor<typename B::Scalar> download(Pass<B>& pass, const Tensor<B, typename B::Scalar>& values) {
  using S = typename B::Scalar;
  HostTensor<S> host(values.view.shape);
  B::copy_to_host(pass.context, values.view.data, host.values.data(),
                  host.shape.size() * static_cast<Index>(sizeof(S)));
  return host;
}
/// Normalised values in host memory.
template <class B>
HostTensor<typename B::Scalar> download(Pass<B>& pass, const Activation<B>& y) {
  return download(pass, values_of(pass, y));
}

/// Bytes of activations that the first `steps` of a pass for inference need.
template <class Net, class B>
Index bytes_of_steps(std::size_t steps, Shape s) {
  using Plan = PlannerOf<B>;
  return planned_peak<Plan>([&](Pass<Plan>& pass, const Slot<Plan>& slot) {
    const Tensor<Plan> x(pass.arena, s);
    values_of(pass, walk(pass, steps_of<Net, Plan>(), steps, slot, Activation<Plan>(x)));
  });
}

/// The last pass that was planned, and the bytes that it needs; what was recorded of passes.
template <class B>
struct PlannedPass {
  std::size_t steps = 0;
  Shape shape{};
  Index bytes = 0;
  [[no_unique_address]] Recordings<B> recordings;

  template <class Net>
  void plan(std::size_t wanted_steps, Shape wanted_shape) {
    if (steps == wanted_steps && shape == wanted_shape) return;
    bytes = bytes_of_steps<Net, B>(wanted_steps, wanted_shape);
    steps = wanted_steps;
    shape = wanted_shape;
  }
};

/// What the first `steps` make of images in host memory. `planned` belongs to the arena: once a pass has run, the next one like it
/// allocates nothing but what it returns.
template <class Net, class B>
HostTensor<typename B::Scalar> forward_from_host(Arena<B>& arena, PlannedPass<B>& planned, typename B::Context& context,
                                                 const PackedWeights<B>* packed, const Slot<B>& slot, std::size_t steps,
                                                 View<const typename B::Scalar> images) {
  using S = typename B::Scalar;
  planned.template plan<Net>(steps, images.shape);
  arena.reserve(planned.bytes);
  Pass<B> pass{arena, context, packed};
  const Tensor<B> x(arena, images.shape);
  upload<B>(context, images, x.view);
  Tensor<B, S> y;
  const std::array<Index, 7> key{static_cast<Index>(steps), images.shape.n,          images.shape.h,    images.shape.w,
                                 key_of(arena.base()),      key_of(slot.parameters), key_of(slot.state)};
  planned.recordings.run(context, key,
                         [&] { y = values_of(pass, walk(pass, steps_of<Net, B>(), steps, slot, Activation<B>(x))); });
  return download(pass, y);
}

/// Logits of images of any size: padded by reflection for forward(images), and cropped back.
template <class Net, class T, class Forward>
HostTensor<T> predict_any_size(View<const T> images, const Forward& forward) {
  const Shape s = images.shape;
  check_images<Net>(s);  // so that messages name this shape and not the padded one
  constexpr Index divisor = Index{1} << Net::log2_divisor;
  if (s.h % divisor == 0 && s.w % divisor == 0) return forward(images);
  const HostTensor<T> padded = pad_reflect(images, divisor);
  const HostTensor<T> logits = forward(padded.view());
  HostTensor<T> cropped(Shape{s.n, s.h, s.w, logits.shape.c});
  copy_view(logits.view().window(0, 0, s.h, s.w), cropped.view());
  return cropped;
}

}  // namespace detail

/// Net: a composition of layers, such as UNet<1, 1, 32, 4>. Copies of images go to the backend's memory and back, so the
/// same program runs on a device. Not thread safe: two threads in one Model at a time are an Error; give each a Predictor on it. Nor
/// may a process that has computed something fork and go on in the child, see parallel_for.
template <class Net, InferenceBackend B>
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
  /// `divisor`; ShapeError otherwise. Throws Error when another thread is in this Model. From the second call of a shape on, nothing
  /// is allocated but the result, on backends in host memory.
  HostTensor<T> operator()(View<const T> images) { return output<Position<>>(images); }

  /// The same for images of any size: they are padded by reflection, and the logits cropped back. Throws ShapeError for another
  /// number of channels and for none of images, rows or columns.
  HostTensor<T> predict(View<const T> images) {
    return detail::predict_any_size<Net>(images, [this](View<const T> padded) { return (*this)(padded); });
  }

  /// An output inside the network, by name (unet::latent, unet::encoder<2>, ...) or Position; no layer that it does not
  /// depend on is computed. Normalised values, N x H' x W' x C'.
  template <class Name>
  HostTensor<T> output(View<const T> images) {
    check_input<Net>(images.shape);
    return output_after(steps_to<Net, typename detail::PositionOf<Name, Net>::type>, images);
  }

  /// Bytes of activations that a pass of this shape needs, besides the parameters.
  template <class Name = Position<>>
  static Index activation_bytes(Shape s) {
    return detail::bytes_of_steps<Net, B>(steps_to<Net, typename detail::PositionOf<Name, Net>::type>, s);
  }

  /// The values in host memory, and new ones; ShapeError when their numbers are not the net's, nothing is changed then.
  /// Error when the model is in use, or values() are wanted that discard_values() has given back.
  Values<T> values() const {
    check_whole("values() has nothing to give");
    return {parameters_.to_host(context_), state_.to_host(context_)};
  }
  void set_values(const Values<T>& values) {
    check_values<Net>(values);
    const OneUser::Use in_use = use();
    parameters_.from_host(context_, values.parameters.data());
    state_.from_host(context_, values.state.data());
    packed_is_current_ = false;
    discarded_ = false;
  }

  /// For a model that only predicts from now on: gives back the memory of those weights that the backend keeps in its own form, with
  /// Cpu nearly all (31 MB of the study's net). Until set_values() brings others, values(), parameters() and keep_packed() then
  /// throw Error, and with Cpu inference too if the instruction set is changed. Nothing happens where the backend has no form of its own or
  /// can not give memory back. Throws Error when the model is in use.
  void discard_values() {
    if constexpr (requires(Index bytes) { B::discard(context_, parameters_.data(), bytes); }) {
      const OneUser::Use in_use = use();
      if (!packed() || packed_.bytes() == 0) return;
      for (const NamedTensor& tensor : named_tensors<Net>())
        if (const auto shape = tensor.spec.weight_shape())
          packed_.discard_values(context_, parameters_.data() + tensor.offset, *shape);
      discarded_ = true;
    }
  }

  // For those who run passes of their own on the model's values.

  /// To be written to before the next pass: a packed form of the weights is made again then.
  Buffer<B>& parameters() {
    check_whole("parameters() is not whole");
    packed_is_current_ = false;
    return parameters_;
  }
  Buffer<B>& state() { return state_; }
  Slot<B> slot() { return {parameters_.data(), state_.data(), nullptr}; }
  /// Where passes take their activations from.
  Arena<B>& arena() { return arena_; }
  /// What operations are issued to.
  typename B::Context& context() const { return context_; }
  /// Whether passes for inference keep weights in the backend's own form, which takes memory again (with Cpu four times
  /// that of the parameters); otherwise they are brought into it at each call. (Trainer, whose values change all the time, does not.)
  void keep_packed(bool keep) {
    check_whole("keep_packed() can not bring weights into another form");
    keeps_packed_ = keep;
    packed_is_current_ = false;
    if (!keep) packed_ = {};
  }
  /// Those weights, brought into that form when first asked for; null where they are not kept.
  const PackedWeights<B>* packed() {
    if (!keeps_packed_) return nullptr;
    if (!packed_is_current_)
      for (const NamedTensor& tensor : named_tensors<Net>())
        if (const auto shape = tensor.spec.weight_shape())
          packed_.pack(context_, parameters_.data() + tensor.offset, *shape);
    packed_is_current_ = true;
    return &packed_;
  }
  /// To be held for as long as a pass of theirs runs. Throws Error when the model is in use.
  [[nodiscard]] OneUser::Use use() {
    return users_.begin(
        "this Model is in use already: two threads called it at a time, or a pass on it calls it again. Give "
        "each thread a Predictor of its own on this Model");
  }
  /// A pass for inference in the model's arena.
  Pass<B> pass() { return {arena_, context_, packed()}; }

 private:
  void check_whole(const char* consequence) const {
    if (discarded_) throw Error(std::string("discard_values() has given weights back, so ") + consequence);
  }
  HostTensor<T> output_after(std::size_t steps, View<const T> images) {
    const OneUser::Use in_use = use();
    return detail::forward_from_host<Net, B>(arena_, planned_, context_, packed(), slot(), steps, images);
  }

  mutable typename B::Context context_;
  Buffer<B> parameters_, state_;
  PackedWeights<B> packed_;
  bool keeps_packed_ = true, packed_is_current_ = false, discarded_ = false;
  Arena<B> arena_;
  detail::PlannedPass<B> planned_;
  OneUser users_;
};

}  // namespace unet
