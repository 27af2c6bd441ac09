// An output pixel has the same bits whatever the rectangle that it is computed in.
#pragma once
#include <numeric>

#include "unet/testing/cases/convolution.hpp"
#include "unet/testing/cases/pooling.hpp"

namespace unet::testing {

/// Pixels of a map from (y, x) on.
struct PixelWindow {
  Index y, x, h, w;
};

template <class T, class S>
Source<T, S> window(Source<T, S> source, const PixelWindow& r) {
  source.x = source.x.window(r.y, r.x, r.h, r.w);
  return source;
}
template <class T, class S>
Input<T, S> window(Input<T, S> x, const PixelWindow& r) {
  for (int p = 0; p < x.count; ++p) x.parts[p] = window(x.parts[p], r);
  return x;
}

/// A rectangle of an h x w map whose ends are multiples of `alignment` or the map's.
inline PixelWindow draw_rectangle(Draw& draw, Index h, Index w, Index alignment) {
  const auto interval = [&](Index size) {
    const auto places = static_cast<std::uint32_t>((size + alignment - 1) / alignment), first = draw.below(places);
    const Index begin = first, end = begin + 1 + draw.below(places - first);
    return std::pair(begin * alignment, std::min(end * alignment, size));
  };
  const auto [top, bottom] = interval(h);
  const auto [left, right] = interval(w);
  return {top, left, bottom - top, right - left};
}

/// Alignment, in pixels of the input, for an operation that makes `growth` pixels of one along each axis.
template <class B>
Index input_alignment(Operation operation, Index growth) {
  return std::lcm(B::pixel_alignment(operation), growth) / growth;
}

/// Compares what was computed as a rectangle with the same pixels of the whole.
inline void check_part(Checker& checker, const Outputs& outputs, std::size_t o, HostMap whole, const PixelWindow& r,
                       const std::string& description) {
  HostMap expected({whole.shape.n, r.h, r.w, whole.shape.c});
  copy_view(whole.view().window(r.y, r.x, r.h, r.w), expected.view());
  checker.about(description);
  checker.untouched(outputs);
  checker.holds(same_bits(outputs[o].values, expected.values), [&] {
    return "other bits in the " + std::to_string(r.h) + "x" + std::to_string(r.w) + " rectangle at (" +
           std::to_string(r.y) + ", " + std::to_string(r.x) + ") of the output";
  });
}

/// Three rectangles of one case's output.
template <class B, class Calls>
void check_rectangles_of(Checker& checker, const Forward<Calls>& c, int i, Draw& draw, const std::string& how) {
  const Shape in = c.sizes.extent;
  HostMap whole(c.output());
  whole.values = run<B>(c, layout(i))[0].values;
  const Index growth = whole.shape.h / in.h, halo = Calls::padded ? 1 : 0;
  for (int k = 1; k <= 3; ++k) {
    const PixelWindow r = draw_rectangle(draw, in.h, in.w, input_alignment<B>(Calls::operation, growth));
    const Index top = r.y > 0 ? halo : 0, bottom = r.y + r.h < in.h ? halo : 0;
    const Index left = r.x > 0 ? halo : 0, right = r.x + r.w < in.w ? halo : 0;
    const PixelWindow read{r.y - top, r.x - left, r.h + top + bottom, r.w + left + right};
    const Padding padding{static_cast<int>(1 - top), static_cast<int>(1 - bottom), static_cast<int>(1 - left),
                          static_cast<int>(1 - right)};
    Stage<B> stage(layout(100 * k + i));
    const auto y = stage.output("y", {in.n, growth * r.h, growth * r.w, c.sizes.out});
    Calls::template forward<B>(stage.context, window(stage.input(c.x), read), stage.weights(c.w), y, padding,
                               {c.with_bias ? stage.input(c.bias) : nullptr, c.activate, {}});
    check_part(checker, stage.finish(), 0, whole, {growth * r.y, growth * r.x, growth * r.h, growth * r.w},
               std::string(B::name) + how + ": " + c.describe());
  }
}

template <class B, class Calls>
void check_rectangles(Checker& checker) {
  if (B::pixel_alignment(Calls::operation) == 0) return;
  for (int i = 0; i < checker.share(30); ++i) {
    Draw draw = draw_for<B>(Random(5, Purpose::test, 0, static_cast<std::uint32_t>(i)));
    Forward<Calls> c(draw);
    c.padding = {};
    c.moments = false;
    checker.each_variant([&](const std::string& how) {
      Draw at = draw;  // the same rectangles for each
      check_rectangles_of<B>(checker, c, i, at, how);
    });
  }
}

template <class B>
void check_rectangles_of_maps(Checker& checker, const Part& x, int i, Draw& draw, Index alignment,
                              const std::string& about) {
  const Shape s{x.map.shape.n, x.map.shape.h / 2, x.map.shape.w / 2, x.map.shape.c};
  HostMap pooled(s), normalised(x.map.shape);
  {
    Stage<B> stage(layout(i));
    const auto y = stage.output("pooled", s), z = stage.output("normalised", x.map.shape);
    B::max_pool_forward(stage.context, stage.input(x), y);
    B::normalise(stage.context, stage.input(x), z);
    const Outputs outputs = stage.finish();
    pooled.values = outputs[0].values;
    normalised.values = outputs[1].values;
  }
  const PixelWindow r = draw_rectangle(draw, s.h, s.w, alignment), read{2 * r.y, 2 * r.x, 2 * r.h, 2 * r.w};
  Stage<B> stage(layout(100 + i));
  const auto y = stage.output("pooled", {s.n, r.h, r.w, s.c});
  const auto z = stage.output("normalised", {s.n, read.h, read.w, s.c});
  B::max_pool_forward(stage.context, window(stage.input(x), read), y);
  B::normalise(stage.context, window(stage.input(x), read), z);
  const Outputs outputs = stage.finish();
  check_part(checker, outputs, 0, pooled, r, about + ": max pooling to " + unet::to_string(s));
  check_part(checker, outputs, 1, normalised, read, about + ": normalise " + unet::to_string(x.map.shape));
}

template <class B>
void check_rectangles_of_maps(Checker& checker) {
  const Index alignment = B::pixel_alignment(Operation::max_pool);
  if (alignment == 0) return;
  for (int i = 0; i < checker.share(30); ++i) {
    Draw draw = draw_for<B>(Random(6, Purpose::test, 0, static_cast<std::uint32_t>(i)));
    const Shape s = draw_shape(draw);
    const Part x = draw_part(draw, {s.n, 2 * s.h, 2 * s.w, s.c});
    checker.each_variant([&](const std::string& how) {
      Draw at = draw;  // the same rectangles for each
      check_rectangles_of_maps<B>(checker, x, i, at, alignment, std::string(B::name) + how);
    });
  }
}

}  // namespace unet::testing
