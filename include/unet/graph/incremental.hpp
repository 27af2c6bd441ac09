// Incremental passes of a Model: its base image, its memory, and images from the host.
#pragma once
#include "unet/graph/incremental_pass.hpp"
#include "unet/models/model.hpp"

namespace unet {

/// A network's output for variants of one image. Holds all maps of the image in backend memory, and refers to the model,
/// whose values must stay as they are. Use OcclusionMethod::full for backends whose `alignment` is 0: they do not promise
/// the same bits in a rectangle.
template <class Net, Backend B>
class Incremental {
 public:
  using T = typename B::Scalar;
  static_assert(Net::output_parts == 1 && Net::log2_scale == 0,
                "Incremental<Net>: the net must give one map, of the height and width that it takes");

  /// image: 1 x H x W x In in host memory, of a size that the net takes. ShapeError otherwise.
  Incremental(Model<Net, B>& model, View<const float> image)
      : pass_(steps_of<Net, B>(), model.slot(), B::alignment),
        plan_(steps_of<Net, Planner<T>>(), Slot<Planner<T>>{any(), any(), nullptr}, B::alignment) {
    check_input<Net>(image.shape);
    if (image.shape.n != 1)
      throw ShapeError("incremental passes start from one image, not from " + to_string(image.shape));
    plan_maps_.reserve(Planner<T>::unlimited);
    Pass<Planner<T>> planned{plan_maps_};
    plan_.set_base(planned, Tensor<Planner<T>>(plan_maps_, image.shape));
    maps_.reserve(plan_maps_.peak());
    Pass<B> pass{maps_};
    const Tensor<B> x(maps_, image.shape);
    upload<B>(image, x.view);
    pass_.set_base(pass, x);
  }
  Incremental(const Incremental&) = delete;
  Incremental& operator=(const Incremental&) = delete;

  /// Logits of the image, 1 x H x W x Classes in backend memory.
  View<const T> logits() const { return pass_.output(); }
  /// The part of the image that update() must be given when `changed` has changed.
  Rectangle window(const Rectangle& changed) const { return pass_.window(changed); }
  /// See IncrementalPass::profile.
  std::vector<Index> profile(PixelRange changed, Index size) const { return pass_.profile(changed, size); }

  /// Bytes of activations that update() needs for these changes.
  Index update_bytes(const std::vector<Rectangle>& changed) const {
    Arena<Planner<T>> arena;
    arena.reserve(Planner<T>::unlimited);
    Pass<Planner<T>> pass{arena};
    plan_.update(pass, change<Planner<T>>(arena, changed));
    return arena.peak();
  }

  /// Logits for versions of the image: where they change, and how. changed: rectangles of equal profiles along both axes;
  /// windows: N x h x w x In in host memory, their windows with the new values. The result takes memory that must be given
  /// back, by destroying it, before the next call.
  Change<B> update(const std::vector<Rectangle>& changed, View<const float> windows) {
    arena_.reserve(update_bytes(changed));
    Pass<B> pass{arena_};
    Change<B> x = change<B>(arena_, changed);
    const View<const T> memory = x.values.parts[0].source.x;
    if (memory.shape != windows.shape)
      throw ShapeError("an incremental pass was given windows of " + to_string(windows.shape) + " but needs " +
                       to_string(memory.shape));
    upload<B>(windows, View<T>(static_cast<T*>(x.values.parts[0].memory.get()), memory.shape));
    return pass_.update(pass, std::move(x));
  }

 private:
  static T* any() { return static_cast<T*>(Planner<T>::allocate(0)); }

  /// Versions of the image, their values yet to be written.
  template <class Back>
  Change<Back> change(Arena<Back>& arena, const std::vector<Rectangle>& changed) const {
    Change<Back> x;
    x.changed = changed;
    for (const Rectangle& r : changed) x.window.push_back(window(r));
    const Rectangle& first = x.window.at(0);
    x.values = Activation<Back>(
        Tensor<Back>(arena, {static_cast<Index>(changed.size()), first.y.size(), first.x.size(), Net::input_channels}));
    return x;
  }

  Arena<Planner<T>> plan_maps_;
  Arena<B> maps_, arena_;  // of the image, kept; of one update
  IncrementalPass<B> pass_;
  IncrementalPass<Planner<T>> plan_;
};

}  // namespace unet
