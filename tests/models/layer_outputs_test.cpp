// Many outputs of one pass: the bits of asking for each.
#include "unet/models/layer_outputs.hpp"

#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "unet/models/unet.hpp"

namespace layer_outputs_test {

using unet::Index;
using Net = unet::UNet<1, 1, 3, 2>;

namespace {

unet::HostTensor<float> images() {
  unet::HostTensor<float> x(unet::Shape{2, 12, 8, 1});
  unet::Random random(5, unet::Purpose::test);
  for (float& value : x.values) value = static_cast<float>(random.uniform());
  return x;
}

}  // namespace

TEST_CASE("outputs of several layers, in any order, are those of Model::output") {
  unet::Model<Net, Float> model(3);
  const auto x = images();
  const auto outputs =
      unet::layer_outputs(model,
                          {unet::layer_index<Net, unet::logits>(), unet::layer_index<Net, unet::encoder<1>>(),
                           unet::layer_index<Net, unet::latent>(), unet::layer_index<Net, unet::bottleneck_conv1>(),
                           unet::layer_index<Net, unet::decoder<2>>(), unet::layer_index<Net, unet::decoder<1>>()},
                          x.view());
  REQUIRE(outputs.size() == 6);
  std::size_t i = 0;
  const auto check = [&](const unet::HostTensor<float>& expected) {
    CAPTURE(i);
    CHECK(outputs[i].shape == expected.shape);
    CHECK(outputs[i].values == expected.values);
    ++i;
  };
  check(model.output<unet::logits>(x.view()));
  check(model.output<unet::encoder<1>>(x.view()));
  check(model.output<unet::latent>(x.view()));
  check(model.output<unet::bottleneck_conv1>(x.view()));
  check(model.output<unet::decoder<2>>(x.view()));
  check(model.output<unet::decoder<1>>(x.view()));
}

TEST_CASE("layers count in the order of computation; what is no layer is refused") {
  CHECK(unet::layer_index<Net, unet::Position<0, 0>>() == 0);
  CHECK(unet::layer_index<Net, unet::encoder<1>>() == 1);
  CHECK(unet::layer_index<Net, unet::logits>() == 14);
  CHECK_THROWS_AS((unet::layer_index<Net, unet::Position<0>>()), unet::OptionError);
  unet::Model<Net, Float> model(3);
  const auto x = images();
  CHECK_THROWS_WITH_AS(unet::layer_outputs(model, {15}, x.view()), doctest::Contains("15 of a net of 15 layers"),
                       unet::OptionError);
  const unet::HostTensor<float> odd(unet::Shape{1, 10, 8, 1});
  CHECK_THROWS_AS(unet::layer_outputs(model, {0}, odd.view()), unet::ShapeError);
}

}  // namespace layer_outputs_test
