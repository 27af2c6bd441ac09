// Incremental passes of a network: its base image, its memory, and images from the host.
#pragma once
#include "unet/backends/contract.hpp"
#include "unet/backends/planner.hpp"
#include "unet/backends/upload.hpp"
#include "unet/graph/incremental_pass.hpp"
#include "unet/layers/check_input.hpp"

namespace unet {

/// Stands in error messages for a layer that can not be computed in parts.
template <class L>
struct ComputesWindows {
  static_assert(
      HasWindows<L>,
      "incremental passes: this layer does not say which output pixels a change reaches; give it halo, operation "
      "and forward_window, see layers/layer.hpp (ComputesWindows<L>)");
};

/// A network's output for variants of one image. Holds all maps of the image in backend memory, and refers to the net's
/// values, which must stay as they are. For backends that promise the same bits in a rectangle of each operation's output
/// (pixel_alignment is nowhere 0).
template <class Net, InferenceBackend B>
class Incremental {
 public:
  static_assert(Net::output_parts == 1 && Net::log2_scale == 0,
                "Incremental<Net>: the net must give one map, of the height and width that it takes");

  /// slot: the net's values; context: what operations are issued to; packed: may be null; both must outlive this.
  /// image: 1 x H x W x In in host memory, of a size that the net takes. ShapeError otherwise. bits: see IncrementalPass.
  Incremental(const Slot<B>& slot, typename B::Context& context, const PackedWeights<B>* packed,
              View<const float> image, bool bits)
      : context_(&context),
        packed_(packed),
        pass_(steps_of<Net, B>(), slot, &alignment, bits),
        plan_(steps_of<Net, Plan>(), Slot<Plan>{any(), any(), nullptr}, &alignment, bits) {
    Net::for_each_layer(Position<>{}, Extent{}, []<class L, class Where>(LayerTag<L>, Where, Extent) {
      static_assert(sizeof(ComputesWindows<L>) > 0);
    });
    check_input<Net>(image.shape);
    if (image.shape.n != 1)
      throw ShapeError("incremental passes start from one image, not from " + to_string(image.shape));
    plan_maps_.reserve(Plan::unlimited);
    HostContext none;
    Pass<Plan> planned{plan_maps_, none};
    plan_.set_base(planned, Tensor<Plan>(plan_maps_, image.shape));
    maps_.reserve(plan_maps_.peak());
    Pass<B> pass{maps_, context, packed};
    const Tensor<B> x(maps_, image.shape);
    upload<B>(context, image, x.view);
    pass_.set_base(pass, x);
  }
  Incremental(const Incremental&) = delete;
  Incremental& operator=(const Incremental&) = delete;

  /// Logits of the image, 1 x H x W x Classes in backend memory.
  ConstMapView<B> logits() const { return pass_.output(); }
  /// The part of the image that update() must be given when `changed` has changed.
  Rectangle window(const Rectangle& changed) const { return pass_.window(changed); }
  /// See IncrementalPass::profile.
  std::vector<Index> profile(PixelRange changed, Index size) const { return pass_.profile(changed, size); }

  /// Bytes of activations that update() needs for these changes.
  Index update_bytes(const std::vector<Rectangle>& changed) const {
    Arena<Plan> arena;
    arena.reserve(Plan::unlimited);
    HostContext none;
    Pass<Plan> pass{arena, none};
    plan_.update(pass, change<Plan>(arena, changed));
    return arena.peak();
  }

  /// Logits for versions of the image: where they change, and how. changed: rectangles of equal profiles along both axes;
  /// windows: N x h x w x In in host memory, their windows with the new values. The result takes memory that must be given
  /// back, by destroying it, before the next call.
  Change<B> update(const std::vector<Rectangle>& changed, View<const float> windows) {
    arena_.reserve(update_bytes(changed));
    Pass<B> pass{arena_, *context_, packed_};
    Change<B> x = change<B>(arena_, changed);
    const ConstMapView<B> memory = x.values.parts[0].source.x;
    if (memory.shape != windows.shape)
      throw ShapeError("an incremental pass was given windows of " + to_string(windows.shape) + " but needs " +
                       to_string(memory.shape));
    using T = typename B::Storage;
    upload<B>(*context_, windows, View<T>(static_cast<T*>(x.values.parts[0].memory.get()), memory.shape));
    return pass_.update(pass, std::move(x));
  }

 private:
  using Plan = PlannerOf<B>;
  static typename B::Scalar* any() { return static_cast<typename B::Scalar*>(Plan::allocate(0)); }
  static Index alignment(Operation operation) { return B::pixel_alignment(operation); }

  /// Versions of the image, their values yet to be written.
  template <class Back>
  Change<Back> change(Arena<Back>& arena, const std::vector<Rectangle>& changed) const {
    Change<Back> x;
    x.changed = x.computed = changed;
    for (const Rectangle& r : changed) x.window.push_back(window(r));
    const Rectangle& first = x.window.at(0);
    x.values = Activation<Back>(
        Tensor<Back>(arena, {static_cast<Index>(changed.size()), first.y.size(), first.x.size(), Net::input_channels}));
    return x;
  }

  typename B::Context* context_;
  const PackedWeights<B>* packed_;
  Arena<Plan> plan_maps_;
  Arena<B> maps_, arena_;  // of the image, kept; of one update
  IncrementalPass<B> pass_;
  IncrementalPass<Plan> plan_;
};

}  // namespace unet
