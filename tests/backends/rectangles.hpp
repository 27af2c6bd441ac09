// An output pixel has the same bits whatever the rectangle it is computed in; and a NaN is never lost.
#pragma once
#include <numeric>

#include "convolution.hpp"
#include "normalisation.hpp"

namespace conformance {

struct Rectangle {
  Index y, x, h, w;
};

template <class T, class S>
unet::Source<T, S> window(unet::Source<T, S> source, const Rectangle& r) {
  source.x = source.x.window(r.y, r.x, r.h, r.w);
  return source;
}
template <class T, class S>
unet::Input<T, S> window(unet::Input<T, S> x, const Rectangle& r) {
  for (int p = 0; p < x.count; ++p) x.parts[p] = window(x.parts[p], r);
  return x;
}

/// A rectangle of an h x w map whose ends are multiples of `alignment` or the map's.
inline Rectangle draw_rectangle(Random& random, Index h, Index w, Index alignment) {
  const auto interval = [&](Index size) {
    const auto places = static_cast<std::uint32_t>((size + alignment - 1) / alignment), first = random.below(places);
    const Index begin = first, end = begin + 1 + random.below(places - first);
    return std::pair(begin * alignment, std::min(end * alignment, size));
  };
  const auto [top, bottom] = interval(h);
  const auto [left, right] = interval(w);
  return {top, left, bottom - top, right - left};
}

/// Alignment, in pixels of the input, for an operation that makes `growth` pixels of one along each axis.
template <class B>
Index input_alignment(unet::Operation operation, Index growth) {
  return std::lcm(B::pixel_alignment(operation), growth) / growth;
}

/// Compares what was computed as a rectangle with the same pixels of the whole.
template <class B>
void check_part(const Values& part, Map whole, const Rectangle& r, const std::string& description) {
  Map expected({whole.shape.n, r.h, r.w, whole.shape.c});
  copy_view(whole.view().window(r.y, r.x, r.h, r.w), expected.view());
  const bool same = same_bits(part, expected.values);
  CHECK_MESSAGE(same, std::string(B::name) << ": " << description << ": other bits in the " << r.h << "x" << r.w
                                           << " rectangle at (" << r.y << ", " << r.x << ") of the output");
}

template <class B, class Kernel>
void check_rectangles() {
  if (B::pixel_alignment(Kernel::operation) == 0) return;
  for (int i = 0; i < 30; ++i) {
    Random random(5, unet::Purpose::test, 0, static_cast<std::uint32_t>(i));
    Forward<Kernel> c(random);
    c.padding = {};
    c.moments = false;
    const Shape in = c.sizes.extent;
    Map whole(c.output());
    whole.values = c.template run<B>(layout(i))[0].values;
    const Index growth = whole.shape.h / in.h, halo = Kernel::padded ? 1 : 0;
    for (int k = 1; k <= 3; ++k) {
      const Rectangle r = draw_rectangle(random, in.h, in.w, input_alignment<B>(Kernel::operation, growth));
      const Index top = r.y > 0 ? halo : 0, bottom = r.y + r.h < in.h ? halo : 0;
      const Index left = r.x > 0 ? halo : 0, right = r.x + r.w < in.w ? halo : 0;
      const Rectangle read{r.y - top, r.x - left, r.h + top + bottom, r.w + left + right};
      const unet::Padding padding{static_cast<int>(1 - top), static_cast<int>(1 - bottom), static_cast<int>(1 - left),
                                  static_cast<int>(1 - right)};
      Stage<B> stage(layout(100 * k + i));
      const auto y = stage.output("y", {in.n, growth * r.h, growth * r.w, c.sizes.out});
      Kernel::template forward<B>(stage, window(stage.input(c.x), read), stage.weights(c.w), y, padding,
                                  {c.with_bias ? stage.input(c.bias) : nullptr, c.activate, {}});
      check_part<B>(stage.finish()[0].values, whole, {growth * r.y, growth * r.x, growth * r.h, growth * r.w},
                    c.describe());
    }
  }
}

template <class B>
void check_rectangles_of_maps() {
  const Index alignment = B::pixel_alignment(unet::Operation::max_pool);
  if (alignment == 0) return;
  for (int i = 0; i < 30; ++i) {
    Random random(6, unet::Purpose::test, 0, static_cast<std::uint32_t>(i));
    const Shape s = draw_shape(random);
    Part x = draw_part(random, {s.n, 2 * s.h, 2 * s.w, s.c});
    Map pooled(s), normalised(x.map.shape);
    {
      Stage<B> stage(layout(i));
      const auto y = stage.output("pooled", s), z = stage.output("normalised", x.map.shape);
      B::max_pool_forward(stage.context, stage.input(x), y);
      B::normalise(stage.context, stage.input(x), z);
      const Outputs outputs = stage.finish();
      pooled.values = outputs[0].values;
      normalised.values = outputs[1].values;
    }
    const Rectangle r = draw_rectangle(random, s.h, s.w, alignment), read{2 * r.y, 2 * r.x, 2 * r.h, 2 * r.w};
    Stage<B> stage(layout(100 + i));
    const auto y = stage.output("pooled", {s.n, r.h, r.w, s.c});
    const auto z = stage.output("normalised", {s.n, read.h, read.w, s.c});
    B::max_pool_forward(stage.context, window(stage.input(x), read), y);
    B::normalise(stage.context, window(stage.input(x), read), z);
    const Outputs outputs = stage.finish();
    check_part<B>(outputs[0].values, pooled, r, "max pooling to " + to_string(s));
    check_part<B>(outputs[1].values, normalised, read, "normalise " + to_string(x.map.shape));
  }
}

/// Every output that a NaN of the input reaches is NaN, through ReLU as well.
template <class B, class Kernel>
void check_nan_is_kept() {
  for (int i = 0; i < 10; ++i) {
    Random random(8, unet::Purpose::test, 0, static_cast<std::uint32_t>(i));
    Forward<Kernel> c(random);
    c.padding = {};
    c.moments = false;
    Values& values = c.x.back().map.values;
    values[random.below(static_cast<std::uint32_t>(values.size()))] = std::numeric_limits<double>::quiet_NaN();
    const Values actual = c.template run<B>(layout(i))[0].values;
    const Values expected = c.template run<Reference>(layout(0))[0].values;
    std::size_t reached = 0, lost = 0;
    for (std::size_t k = 0; k < expected.size(); ++k) {
      reached += std::isnan(expected[k]);
      lost += std::isnan(expected[k]) && !std::isnan(actual[k]);
    }
    INFO(std::string(B::name) << ": " << c.describe());
    CHECK(reached >= static_cast<std::size_t>(c.sizes.out));
    CHECK(lost == 0);
  }
}

}  // namespace conformance
