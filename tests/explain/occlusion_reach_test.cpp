// Which pixels a change reaches, and what must be read to recompute them, against a list of all dependencies.
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "unet/graph/incremental.hpp"
#include "unet/models/model.hpp"
#include "unet/models/unet.hpp"

namespace occlusion_reach_test {

using unet::Index;
using unet::PixelRange;
using unet::Reach;

namespace {

/// Does output pixel `o` depend on input pixel `i`?
bool depends(Reach reach, Index o, Index i) {
  if (reach.log2_scale < 0) return i >> -reach.log2_scale == o;
  if (reach.log2_scale > 0) return o >> reach.log2_scale == i;
  return std::abs(o - i) <= reach.halo;
}

void check_reach(Reach reach, Index size, Index alignment) {
  const Index after = reach.log2_scale < 0 ? size >> -reach.log2_scale : size << reach.log2_scale;
  for (Index begin = 0; begin < size; ++begin)
    for (Index end = begin + 1; end <= size; ++end) {
      const PixelRange out = reached(reach, {begin, end}, after, alignment);
      const PixelRange in = read_for(reach, out, size);
      CAPTURE(begin);
      CAPTURE(end);
      REQUIRE(out.begin % alignment == 0);
      REQUIRE((out.end % alignment == 0 || out.end == after));
      REQUIRE((out.begin >= 0 && out.end <= after && in.begin >= 0 && in.end <= size));
      REQUIRE((in.begin <= begin && in.end >= end));
      for (Index o = 0; o < after; ++o) {
        const bool inside = out.begin <= o && o < out.end;
        bool changes = false;
        for (Index i = 0; i < size; ++i) {
          const bool needed = depends(reach, o, i);
          changes |= needed && begin <= i && i < end;
          if (inside && needed) REQUIRE((in.begin <= i && i < in.end));
        }
        if (changes) REQUIRE(inside);
        if (alignment == 1) REQUIRE(changes == inside);
      }
    }
}

}  // namespace

TEST_CASE("a backend that promises nothing of rectangles is refused, not divided by") {
  CHECK_THROWS_AS(unet::reached({1, 0}, {3, 5}, 16, 0), std::logic_error);
}

TEST_CASE("what is reached is what depends, and all that it needs is read") {
  for (const Reach reach :
       {Reach{0, 0}, Reach{1, 0}, Reach{2, 0}, Reach{0, -1}, Reach{0, -2}, Reach{0, 1}, Reach{0, 2}})
    for (const Index alignment : {1, 2, 3, 4}) {
      CAPTURE(reach.halo);
      CAPTURE(reach.log2_scale);
      CAPTURE(alignment);
      check_reach(reach, 12, alignment);
    }
}

TEST_CASE("the cone of a pixel is no larger than the receptive field demands") {
  using Net = unet::UNet<1, 1, 2, 1>;
  unet::Model<Net, EigenFloat> model;  // whose rectangles may begin and end anywhere
  const unet::HostTensor<float> image({1, 128, 128, 1});
  unet::Incremental<Net, EigenFloat> incremental(model.slot(), model.context(), model.packed(), image.view(), true);
  const unet::Rectangle pixel{{64, 65}, {1, 2}};
  const unet::Rectangle window = incremental.window(pixel);
  CHECK(window == unet::Rectangle{{62, 67}, {0, 4}});
  const unet::HostTensor<float> changed({1, 5, 4, 1});
  // Two convolutions: 62 .. 66; pooled: 31 .. 33; two convolutions: 29 .. 35; up: 58 .. 71; two convolutions: 56 .. 73.
  const auto y = incremental.update({pixel}, changed.view());
  REQUIRE(y.changed.size() == 1);
  CHECK(y.changed[0] == unet::Rectangle{{56, 74}, {0, 10}});
  CHECK_THROWS_WITH_AS(incremental.update({pixel}, image.view()), doctest::Contains("1x5x4x1"), unet::ShapeError);
}

TEST_CASE("a change does not grow with a backend's squares, unless bits are asked for") {
  static_assert(Float::pixel_alignment(unet::Operation::conv3x3) == 4);
  using Net = unet::UNet<1, 1, 2, 3>;
  unet::Model<Net, Float> model;
  const unet::HostTensor<float> image({1, 256, 256, 1});
  const unet::Rectangle patch{{128, 142}, {128, 142}};
  const auto changed = [&](bool bits) {
    unet::Incremental<Net, Float> incremental(model.slot(), model.context(), model.packed(), image.view(), bits);
    const unet::Rectangle window = incremental.window(patch);
    const unet::HostTensor<float> values({1, window.y.size(), window.x.size(), 1});
    return incremental.update({patch}, values.view()).changed[0].y.size();
  };
  // Two convolutions: 126 .. 143; pooled, and two more: 61 .. 73, 28 .. 38, 12 .. 21; up, and two more: 22 .. 45, 42 .. 93, 82 .. 189.
  CHECK(changed(false) == 108);
  CHECK(changed(true) > 160);
}

}  // namespace occlusion_reach_test
