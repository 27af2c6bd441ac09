// How far a network sees, as its type says it and as its steps have it.
#include <doctest/doctest.h>

#include "unet/backends/planner.hpp"
#include "unet/graph/steps.hpp"
#include "unet/models/unet.hpp"

namespace halo_test {

using namespace unet;

namespace {

/// Pixels of the input that the output pixels `output` depend on, walking back through the steps; no border anywhere.
template <class Net>
PixelRange seen_by(PixelRange output) {
  constexpr Index far = Index{1} << 20;  // so far from every border that none is met
  std::vector<PixelRange> skips;
  const auto steps = steps_of<Net, Planner<float>>();
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    if (step->kind == StepKind::join)
      skips.push_back(output);
    else if (step->kind == StepKind::split) {
      output = {std::min(output.begin, skips.back().begin), std::max(output.end, skips.back().end)};
      skips.pop_back();
    } else {
      const int scale = step->reach.log2_scale;
      if (scale > 0) output.end = (output.end + (Index{1} << scale) - 1) >> scale << scale;
      output = read_for(step->reach, output, far);
    }
  }
  return output;
}

/// The largest distance between an output pixel's place and an input pixel that it depends on, over all output pixels.
template <class Net>
Index farthest() {
  Index distance = 0;
  for (Index pixel = 4096; pixel < 4096 + 64; ++pixel) {
    const PixelRange seen = seen_by<Net>({pixel, pixel + 1});
    distance = std::max({distance, pixel - seen.begin, seen.end - 1 - pixel});
  }
  return distance;
}

}  // namespace

TEST_CASE("the halo of a net is how far its pixels see") {
  CHECK(Sequential<Conv3x3BN<1, 2>, Conv3x3BN<2, 2>, Conv1x1<2, 1>>::halo == 2);
  CHECK(UNet<1, 1, 2, 1>::halo == farthest<UNet<1, 1, 2, 1>>());
  CHECK(UNet<1, 1, 2, 2>::halo == farthest<UNet<1, 1, 2, 2>>());
  CHECK(UNet<1, 1, 32, 4>::halo == farthest<UNet<1, 1, 32, 4>>());
  CHECK(UNet<1, 1, 32, 4>::halo == 107);  // the study's: 2 (1 + 2 + 4 + 8) twice, 2 x 16, and 15 by pooling
  using Deep = Sequential<Conv3x3BN<1, 2>, Pool, Pool, Conv3x3BN<2, 2>, UpConv<2, 2>, UpConv<2, 2>, Conv1x1<2, 1>>;
  CHECK(Deep::halo == farthest<Deep>());
}

// Outside of the anonymous namespace, in which clang 14 warns of members that this test does not look at.
namespace halo_test {

/// Says nothing of what its pixels depend on.
struct Opaque {
  static constexpr int input_channels = any_channels;
  static constexpr int output_channels(int in) { return in; }
  static constexpr int input_parts = 1, output_parts = 1;
  static constexpr bool recompute_needs_input = true;
  static constexpr int log2_scale = 0, log2_divisor = 0;
  static constexpr Extent extent{};
  template <class B>
  struct Saved {};
};

}  // namespace halo_test

TEST_CASE("a net with a layer that says nothing of it has no known halo") {
  CHECK(Sequential<Conv3x3BN<1, 2>, halo_test::Opaque>::halo == unknown_halo);
  CHECK(Sequential<Concat<Sequential<halo_test::Opaque>>, Conv1x1<2, 1>>::halo == unknown_halo);
}

}  // namespace halo_test
