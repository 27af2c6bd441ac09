// Maps that are larger than the cache are stored past it, see goes_past_cache: no value may depend on that.
#include "unet/backends/cpu/conv/past_cache.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <vector>

#include "../compiled_backends.hpp"
#include "unet/core/random.hpp"

namespace past_cache_test {

namespace {

using namespace unet;

constexpr Index channels = 32,
                side = 444;  // 25 MB a map; the last squares of 4 x 4 pixels and the last tiles are not whole ones

/// A map whose lines of the cache begin with a pixel's first channel, or one float later.
class Map {
 public:
  Map(Shape shape, Index later) : memory_(static_cast<std::size_t>(shape.size() + 32)) {
    const auto beyond = static_cast<Index>(reinterpret_cast<std::uintptr_t>(memory_.data()) / sizeof(float) % 16);
    view_ = View<float>(memory_.data() + (16 - beyond) % 16 + later, shape);
  }
  View<float> view() { return view_; }
  void draw(std::uint64_t seed) {
    Random random(seed, Purpose::test);
    for (Index i = 0; i < view_.shape.size(); ++i) view_.data[i] = static_cast<float>(random.uniform(-1, 1));
  }
  bool same_bits(const Map& other) const {
    return std::memcmp(view_.data, other.view_.data, static_cast<std::size_t>(view_.shape.size()) * sizeof(float)) == 0;
  }

 private:
  std::vector<float> memory_;
  View<float> view_;
};

/// Runs `operation` on a map that goes past the cache where registers are as long as a line, and on one that never does.
template <class Operation>
void check_same_bits(Shape shape, const Operation& operation) {
  Map past(shape, 0), other(shape, 1);
  CHECK(cpu::goes_past_cache<float>({{past.view(), {}}, 1, false}) == (cpu::current_width() == 16));
  CHECK_FALSE(cpu::goes_past_cache<float>({{past.view(), {}}, 1, true}));
  CHECK_FALSE(cpu::goes_past_cache<float>({{other.view(), {}}, 1, false}));
  operation(past.view());
  operation(other.view());
  CHECK(past.same_bits(other));
}

std::vector<float> weights(Index count) {
  std::vector<float> w(static_cast<std::size_t>(count));
  Random random(7, Purpose::test);
  for (float& value : w) value = static_cast<float>(random.uniform(-1, 1));
  return w;
}

}  // namespace

TEST_CASE("3x3 convolutions, forward with everything that a store may do, and backward") {
  Map x({1, side, side, channels}, 0);
  x.draw(1);
  const std::vector<float> w = weights(9 * channels * channels), bias = weights(channels);
  HostContext context;
  std::vector<float> mean(channels), variance(channels);
  check_same_bits(x.view().shape, [&](View<float> y) {
    Float::conv3x3_forward(context, {{{x.view()}, {}}, 1}, {w.data()}, y, {},
                           {bias.data(), Activate::relu, {mean.data(), variance.data()}});
  });
  check_same_bits(x.view().shape, [&](View<float> dx) {
    Float::conv3x3_backward_data(context, x.view(), w.data(), {{dx, {}}, 1, false});
  });
}

TEST_CASE("the direct kernel, of a few channels to many, and the up-convolution") {
  Map image({1, side, side, 1}, 0), half({1, side / 2, side / 2, 2 * channels}, 0);
  image.draw(2);
  half.draw(3);
  const std::vector<float> w = weights(4 * 2 * channels * channels), bias = weights(channels);
  HostContext context;
  const Shape shape{1, side, side, channels};
  check_same_bits(shape, [&](View<float> y) {
    Float::conv3x3_forward(context, {{{image.view()}, {}}, 1}, {w.data()}, y, {}, {bias.data(), Activate::relu, {}});
  });
  check_same_bits(shape, [&](View<float> y) {
    Float::up_conv_forward(context, {{{half.view()}, {}}, 1}, {w.data()}, y, {bias.data(), Activate::relu, {}});
  });
}

}  // namespace past_cache_test
