// Outputs inside the net: those of a full forward pass, and no operation more than they need.
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "unet/models/model.hpp"
#include "unet/models/unet.hpp"

namespace output_test {

using unet::HostTensor;
using unet::Index;
using unet::UNet;

namespace {

/// Counts operations and keeps the output of each 3x3 convolution, with the normalisation that follows it.
struct Recorder : Float {
  struct Block {
    std::vector<float> relu, scale, shift;
  };
  static inline std::vector<Block> blocks;
  static inline int ups = 0, pools = 0, heads = 0;

  static void reset() {
    blocks.clear();
    ups = pools = heads = 0;
  }

  static void conv3x3_forward(Context& context, const Input& x, Weights w, Out y, unet::Padding padding,
                              const Epilogue& epilogue) {
    Float::conv3x3_forward(context, x, w, y, padding, epilogue);
    REQUIRE(y.dense());
    blocks.push_back({std::vector<float>(y.data, y.data + y.shape.size()), {}, {}});
  }
  static void norm_scale_shift(Context& context, const float* mean, const float* variance, const float* gamma,
                               const float* beta, Index channels, double epsilon, float* scale, float* shift) {
    Float::norm_scale_shift(context, mean, variance, gamma, beta, channels, epsilon, scale, shift);
    blocks.back().scale.assign(scale, scale + channels);
    blocks.back().shift.assign(shift, shift + channels);
  }
  static void up_conv_forward(Context& context, const Input& x, Weights w, Out y, const Epilogue& epilogue) {
    ++ups;
    Float::up_conv_forward(context, x, w, y, epilogue);
  }
  static void max_pool_forward(Context& context, const Source& x, Out y) {
    ++pools;
    Float::max_pool_forward(context, x, y);
  }
  static void conv1x1_forward(Context& context, const Input& x, Weights w, Out y, const Epilogue& epilogue) {
    ++heads;
    Float::conv1x1_forward(context, x, w, y, epilogue);
  }
};

using Net = UNet<1, 2, 3, 2>;
constexpr unet::Shape shape{2, 8, 12, 1};

HostTensor<float> images() {
  HostTensor<float> map(shape);
  unet::Random random(1, unet::Purpose::test);
  for (float& value : map.values) value = static_cast<float>(random.uniform());
  return map;
}

struct Counts {
  std::size_t convolutions;
  int ups, pools, heads;
};

template <class Name>
HostTensor<float> output(Counts expected) {
  unet::Model<Net, Recorder> model(5);
  Recorder::reset();
  HostTensor<float> result = model.output<Name>(images().view());
  CHECK(Recorder::blocks.size() == expected.convolutions);
  CHECK(Recorder::ups == expected.ups);
  CHECK(Recorder::pools == expected.pools);
  CHECK(Recorder::heads == expected.heads);
  return result;
}

std::vector<float> normalised(const Recorder::Block& block) {
  std::vector<float> values = block.relu;
  const std::size_t c = block.scale.size();
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = block.scale[i % c] * values[i] + block.shift[i % c];
  return values;
}

void check_equal(const HostTensor<float>& actual, const std::vector<float>& expected) {
  REQUIRE(actual.values.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    REQUIRE(actual.values[i] == doctest::Approx(static_cast<double>(expected[i])).epsilon(1e-6));
}

}  // namespace

TEST_CASE("named outputs are those of a full pass and cost no more than they need") {
  const HostTensor<float> logits = output<unet::logits>({10, 2, 2, 1});
  const std::vector<Recorder::Block> full = Recorder::blocks;  // in the order of computation
  REQUIRE(full.size() == 10);
  const auto block = [&](std::size_t i) { return normalised(full.at(i)); };

  check_equal(output<unet::encoder<1>>({2, 0, 0, 0}), block(1));
  check_equal(output<unet::encoder<2>>({4, 0, 1, 0}), block(3));
  check_equal(output<unet::bottleneck_conv1>({5, 0, 2, 0}), block(4));
  check_equal(output<unet::bottleneck_conv2>({6, 0, 2, 0}), block(5));
  check_equal(output<unet::bottleneck>({6, 0, 2, 0}), block(5));
  check_equal(output<unet::decoder<2>>({8, 1, 2, 0}), block(7));
  check_equal(output<unet::decoder<1>>({10, 2, 2, 0}), block(9));

  const HostTensor<float> latent = output<unet::latent>({4, 0, 2, 0});
  CHECK(latent.shape == unet::Shape{2, 2, 3, 6});
  const HostTensor<float> second = output<unet::encoder<2>>({4, 0, 1, 0});
  for (Index n = 0; n < 2; ++n)
    for (Index y = 0; y < 2; ++y)
      for (Index x = 0; x < 3; ++x)
        for (Index c = 0; c < 6; ++c)
          CHECK(latent(n, y, x, c) == std::max({second(n, 2 * y, 2 * x, c), second(n, 2 * y, 2 * x + 1, c),
                                                second(n, 2 * y + 1, 2 * x, c), second(n, 2 * y + 1, 2 * x + 1, c)}));

  unet::Model<Net, Recorder> model(5);
  CHECK(model(images().view()).values == logits.values);
}

TEST_CASE("an output by position: the concatenation of skip and path") {
  // Position<0, 2> is the first level's Concat: the encoder's 3 channels, then the path's 3.
  const HostTensor<float> both = output<unet::Position<0, 2>>({8, 2, 2, 0});
  CHECK(both.shape == unet::Shape{2, 8, 12, 6});
  const HostTensor<float> skip = output<unet::encoder<1>>({2, 0, 0, 0});
  const HostTensor<float> up = output<unet::Position<0, 2, 2>>({8, 2, 2, 0});
  for (Index n = 0; n < 2; ++n)
    for (Index y = 0; y < 8; ++y)
      for (Index x = 0; x < 12; ++x)
        for (Index c = 0; c < 6; ++c) CHECK(both(n, y, x, c) == (c < 3 ? skip(n, y, x, c) : up(n, y, x, c - 3)));
}

}  // namespace output_test
