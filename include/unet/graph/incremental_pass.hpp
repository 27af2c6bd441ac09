// A network's output for images that differ from a base image in a rectangle each: only what the change reaches is computed
// again. Exact at inference: batch normalisation is then a fixed scale and shift of each channel. (With the statistics of the
// batch, as in training, each pixel would depend on all others.) Two meanings of "reaches" are offered: what it changes, and
// also what it only rounds differently, because a backend computes pixels together (pixel_alignment); that one is exact bit
// for bit.
#pragma once
#include "unet/graph/walk.hpp"

namespace unet {

/// Versions of a feature map that differ from the base map in a rectangle each. All windows have equal sizes, and what is
/// computed of them lies in the same way (see IncrementalPass::profile).
template <class B>
struct Change {
  Activation<B> values;             ///< N x h x w x C: each version's window, its normalisation pending
  std::vector<Rectangle> window;    ///< where in the map that is
  std::vector<Rectangle> computed;  ///< within it, aligned as the backend demands; around it are the base's values
  std::vector<Rectangle> changed;   ///< within that, what goes on to the next layer as a change; of an output all of it
};

/// Walks through the steps of a network. Base maps are kept, so a base image takes the memory of all maps of a pass.
template <class B>
class IncrementalPass {
 public:
  /// How rectangles of an operation's output are aligned, see the contract.
  using PixelAlignment = Index (*)(Operation);

  /// alignment: of the backend that computes; B may be the Planner. Nowhere 0. bits: whether pixels that are computed together
  /// with changed ones count as changed: their last bits may differ from the base's.
  IncrementalPass(std::vector<Step<B>> steps, const Slot<B>& slot, PixelAlignment alignment, bool bits)
      : steps_(std::move(steps)), slot_(slot), alignment_(alignment), bits_(bits) {}

  /// Computes all maps of the base image, x: 1 x H x W x C. They return to the pass's arena with the next call or clear().
  void set_base(Pass<B>& pass, const Tensor<B>& x) {
    clear();
    maps_.push_back(Activation<B>(x));
    walk(pass, steps_, steps_.size(), slot_, maps_.back(),
         [this](std::size_t, const Activation<B>& y) { maps_.push_back(y); });
  }
  void clear() { maps_.clear(); }

  /// The output for the base image, 1 x H x W x Classes.
  ConstMapView<B> output() const { return maps_.back().parts[0].source.x; }

  /// Which part of the image must be given to update() when `changed` has changed.
  Rectangle window(const Rectangle& changed) const { return window_at(0, changed, changed); }

  /// Numbers that are equal for intervals, along one axis of `size` pixels, that can be computed in one batch.
  std::vector<Index> profile(PixelRange changed, Index size) const {
    PixelRange window = window_along(0, changed, changed, size);
    std::vector<Index> numbers{window.size()};
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (steps_[i].kind != StepKind::layer) continue;
      const Reach reach = steps_[i].reach;
      const Index after = scaled(size, reach);
      const PixelRange out = computed(steps_[i], changed, after), in = read_for(reach, out, size);
      changed = reached_by(steps_[i], changed, after);
      const PixelRange next = window_along(i + 1, changed, out, after);
      numbers.insert(numbers.end(), {in.begin - window.begin, in.size(), padding(reach, out.begin, in.begin),
                                     out.size(), out.begin - next.begin, next.size()});
      window = next;
      size = after;
    }
    return numbers;
  }

  /// From versions of the base image to versions of the output; its window is what has changed.
  [[gnu::noinline]] Change<B> update(Pass<B>& pass, Change<B> x) const {
    std::vector<std::pair<Change<B>, std::size_t>> skips;  // with the number of their base map
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (steps_[i].kind == StepKind::layer)
        x = compute(pass, i, x);
      else if (steps_[i].kind == StepKind::split)
        skips.emplace_back(x, i);
      else {
        x = join(pass, skips.back().first, maps_[skips.back().second].parts[0], std::move(x));
        skips.pop_back();
      }
    }
    return x;
  }

 private:
  /// What a layer computes where `changed` reaches, in an output of `size` pixels.
  PixelRange computed(const Step<B>& step, PixelRange changed, Index size) const {
    return reached(step.reach, changed, size, alignment_(step.operation));
  }
  /// What of that is a change for the next layer.
  PixelRange reached_by(const Step<B>& step, PixelRange changed, Index size) const {
    return bits_ ? computed(step, changed, size) : reached(step.reach, changed, size, 1);
  }
  static Index scaled(Index size, Reach reach) {
    return reach.log2_scale < 0 ? size >> -reach.log2_scale : size << reach.log2_scale;
  }
  /// Pixels that a layer without scaling lacks before `in` to compute `out`.
  static Index padding(Reach reach, Index out, Index in) { return reach.log2_scale ? 0 : in - (out - reach.halo); }

  /// What of map i, `size` pixels along this axis, is to be kept: what the layer that reads it next needs when `changed` has
  /// changed, and all that is computed, which is a little more where rectangles are aligned.
  PixelRange window_along(std::size_t i, PixelRange changed, PixelRange computed_here, Index size) const {
    while (i < steps_.size() && steps_[i].kind != StepKind::layer) ++i;
    if (i == steps_.size()) return computed_here;
    const Reach reach = steps_[i].reach;
    const PixelRange read = read_for(reach, computed(steps_[i], changed, scaled(size, reach)), size);
    return {std::min(read.begin, computed_here.begin), std::max(read.end, computed_here.end)};
  }
  Rectangle window_at(std::size_t i, const Rectangle& changed, const Rectangle& computed_here) const {
    const Shape map = maps_[i].shape();
    return {window_along(i, changed.y, computed_here.y, map.h), window_along(i, changed.x, computed_here.x, map.w)};
  }

  static Tensor<B> window_tensor(Pass<B>& pass, const std::vector<Rectangle>& windows, Index channels) {
    const Rectangle& first = windows[0];
    return {pass.arena, {static_cast<Index>(windows.size()), first.y.size(), first.x.size(), channels}};
  }
  static auto part(const auto& view, const Rectangle& r) {
    return view.window(r.y.begin, r.x.begin, r.y.size(), r.x.size());
  }
  static Rectangle relative(const Rectangle& r, const Rectangle& to) {
    return {{r.y.begin - to.y.begin, r.y.end - to.y.begin}, {r.x.begin - to.x.begin, r.x.end - to.x.begin}};
  }
  static void copy(Pass<B>& pass, ConstMapView<B> from, MapView<B> to) {
    if (to.shape.size() > 0) B::normalise(pass.context, {from}, to);
  }
  /// The map `x` with what is pending in `like`.
  static SourceOf<B> pending_as(SourceOf<B> like, ConstMapView<B> x) {
    like.x = x;
    return like;
  }
  static Rectangle common(const Rectangle& a, const Rectangle& b) {
    return {{std::max(a.y.begin, b.y.begin), std::min(a.y.end, b.y.end)},
            {std::max(a.x.begin, b.x.begin), std::min(a.x.end, b.x.end)}};
  }
  /// Fills what of `window` lies outside of `inner`, a part of it, from the base map.
  static void fill_frame(Pass<B>& pass, ConstMapView<B> base, MapView<B> to, const Rectangle& window,
                         const Rectangle& inner) {
    const PixelRange rows = inner.y;
    for (const Rectangle& strip :
         {Rectangle{{window.y.begin, rows.begin}, window.x}, Rectangle{rows, {window.x.begin, inner.x.begin}},
          Rectangle{rows, {inner.x.end, window.x.end}}, Rectangle{{rows.end, window.y.end}, window.x}})
      copy(pass, part(base, strip), part(to, relative(strip, window)));
  }
  static InputOf<B> part_of_input(InputOf<B> x, const Rectangle& r) {
    for (int p = 0; p < x.count; ++p) x.parts[p].x = part(x.parts[p].x, r);
    return x;
  }

  /// Step i, a layer.
  [[gnu::noinline]] Change<B> compute(Pass<B>& pass, std::size_t i, const Change<B>& x) const {
    const Step<B>& step = steps_[i];
    const Map<B>& base = maps_[i + 1].parts[0];
    const Shape map = base.source.x.shape, before = maps_[i].shape();
    Change<B> y;
    for (const Rectangle& changed : x.changed) {
      y.computed.push_back({computed(step, changed.y, map.h), computed(step, changed.x, map.w)});
      y.changed.push_back({reached_by(step, changed.y, map.h), reached_by(step, changed.x, map.w)});
      y.window.push_back(window_at(i + 1, y.changed.back(), y.computed.back()));
    }
    const Tensor<B> values = window_tensor(pass, y.window, map.c);
    const Rectangle& out = y.computed[0];
    const Rectangle in{read_for(step.reach, out.y, before.h), read_for(step.reach, out.x, before.w)};
    const auto missing = [&](PixelRange axis, PixelRange available) {
      const Index lacking = padding(step.reach, axis.begin, available.begin);
      const Index behind = step.reach.log2_scale ? 0 : axis.size() + 2 * step.reach.halo - available.size() - lacking;
      return std::pair(static_cast<int>(lacking), static_cast<int>(behind));
    };
    const auto [top, bottom] = missing(out.y, in.y);
    const auto [left, right] = missing(out.x, in.x);
    step.forward_window(pass, slot_ + step.offset, part_of_input(x.values.input(), relative(in, x.window[0])),
                        part(values.view, relative(out, y.window[0])), {top, bottom, left, right});
    for (std::size_t n = 0; n < y.window.size(); ++n)
      fill_frame(pass, base.source.x, values.view.images(static_cast<Index>(n), 1), y.window[n], y.computed[n]);
    y.values = Activation<B>(values);
    y.values.parts[0].source = pending_as(base.source, values.view);
    if (i + 1 == steps_.size()) y.changed = y.computed;
    return y;
  }

  /// [skip, path] in the path's windows: of the skip's own there is more or less, the base's values go around them.
  [[gnu::noinline]] Change<B> join(Pass<B>& pass, const Change<B>& skip, const Map<B>& base, Change<B> path) const {
    const SourceOf<B>& from = skip.values.parts[0].source;
    const Tensor<B> values = window_tensor(pass, path.window, from.x.shape.c);
    for (std::size_t i = 0; i < path.window.size(); ++i) {
      const auto n = static_cast<Index>(i);
      const MapView<B> to = values.view.images(n, 1);
      const Rectangle inner = common(skip.computed[i], path.window[i]);
      fill_frame(pass, base.source.x, to, path.window[i], inner);
      copy(pass, part(from.x.images(n, 1), relative(inner, skip.window[i])), part(to, relative(inner, path.window[i])));
    }
    Activation<B> skipped(values);
    skipped.parts[0].source = pending_as(from, values.view);
    path.values = Activation<B>(std::move(skipped.parts[0]), std::move(path.values.parts[0]));
    return path;
  }

  std::vector<Step<B>> steps_;
  Slot<B> slot_;
  PixelAlignment alignment_;
  bool bits_;
  std::vector<Activation<B>> maps_;  // the image, and after each step what it gave
};

}  // namespace unet
