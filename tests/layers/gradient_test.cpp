// Gradients of each layer, and of compositions, against finite differences in double: inputs and every parameter.
#include <doctest/doctest.h>

#include "finite_differences.hpp"

namespace gradient_test {

using unet::Concat;
using unet::Conv1x1;
using unet::Conv3x3BN;
using unet::Conv3x3BNReLU;
using unet::Pool;
using unet::Sequential;
using unet::Shape;
using unet::UpConv;

namespace {

template <class L>
void check(const std::vector<Shape>& shapes) {
  std::vector<LayerInput<double>> inputs;
  for (const Shape& shape : shapes) inputs.emplace_back(random_map(shape, static_cast<std::uint32_t>(inputs.size())));
  check_gradients<L>(inputs, random_values<L>(7));
}

}  // namespace

TEST_CASE("Conv3x3BN") {
  check<Sequential<Conv3x3BN<1, 1>>>({{1, 4, 3, 1}});
  check<Sequential<Conv3x3BN<3, 2>>>({{2, 3, 5, 3}});
  check<Sequential<Conv3x3BN<2, 3>>>({{8, 1, 1, 2}});
  check<Sequential<Conv3x3BN<2, 1>>>({{3, 1, 4, 2}});
}

TEST_CASE("Conv3x3BN on a concatenation") { check<Sequential<Conv3x3BN<5, 2>>>({{2, 3, 4, 2}, {2, 3, 4, 3}}); }

TEST_CASE("Conv3x3BNReLU, also on a concatenation") {
  check<Sequential<Conv3x3BNReLU<1, 1>>>({{1, 4, 3, 1}});
  check<Sequential<Conv3x3BNReLU<3, 2>>>({{2, 3, 5, 3}});
  check<Sequential<Conv3x3BNReLU<2, 3>>>({{8, 1, 1, 2}});
  check<Sequential<Conv3x3BNReLU<5, 2>>>({{2, 3, 4, 2}, {2, 3, 4, 3}});
}

TEST_CASE("UpConv") {
  check<Sequential<UpConv<3, 2>>>({{2, 3, 2, 3}});
  check<Sequential<UpConv<2, 1>>>({{1, 1, 3, 2}});
}

TEST_CASE("Conv1x1") {
  check<Sequential<Conv1x1<4, 3>>>({{2, 2, 3, 4}});
  check<Sequential<Conv1x1<5, 1>>>({{1, 2, 3, 2}, {1, 2, 3, 3}});
}

TEST_CASE("Pool, also of normalised values") {
  check<Sequential<Pool>>({{2, 4, 6, 3}});
  // The gradient of a layer is with respect to the normalised values; here they are scale * x + shift.
  const LayerInput<double> x(random_map({2, 4, 4, 2}, 3), {2.0, -0.5}, {0.1, 1.0});
  const LayerResult<double> result =
      train_layer<Pool, Double>({x}, {}, [](const unet::HostTensor<double>& y) { return random_map(y.shape, 99); });
  LayerInput<double> normalised(x.map);
  for (std::size_t i = 0; i < x.map.values.size(); ++i)
    normalised.map.values[i] = x.scale[i % 2] * x.map.values[i] + x.shift[i % 2];
  const LayerResult<double> expected = train_layer<Pool, Double>(
      {normalised}, {}, [](const unet::HostTensor<double>& y) { return random_map(y.shape, 99); });
  CHECK(result.output.values == expected.output.values);
  CHECK(result.input_gradients.at(0).values == expected.input_gradients.at(0).values);
}

TEST_CASE("layers in a row, their normalisation pending in between") {
  check<Sequential<Conv3x3BN<1, 3>, Conv3x3BN<3, 2>, Conv1x1<2, 2>>>({{2, 3, 4, 1}});
  check<Sequential<Conv3x3BN<2, 3>, Pool, UpConv<3, 2>>>({{2, 4, 6, 2}});
  check<Sequential<Conv3x3BNReLU<1, 3>, Conv3x3BNReLU<3, 2>, Conv1x1<2, 2>>>({{2, 3, 4, 1}});
  check<Sequential<Conv3x3BNReLU<2, 3>, Pool, UpConv<3, 2>, Conv3x3BN<2, 2>, Conv3x3BNReLU<2, 2>>>({{2, 4, 6, 2}});
}

TEST_CASE("Concat: the gradient reaches its input through the skip and through the path") {
  using Path = Sequential<Pool, Conv3x3BN<2, 3>, UpConv<3, 2>>;
  check<Sequential<Concat<Path>, Conv3x3BN<4, 2>>>({{2, 8, 6, 2}});
  check<Sequential<Conv3x3BN<1, 2>, Concat<Path>, Conv3x3BN<4, 2>>>({{2, 8, 6, 1}});
  using OtherPath = Sequential<Pool, Conv3x3BNReLU<2, 3>, UpConv<3, 2>>;
  check<Sequential<Conv3x3BNReLU<1, 2>, Concat<OtherPath>, Conv3x3BNReLU<4, 2>>>({{2, 8, 6, 1}});
}

TEST_CASE("Concat as the first layer of another Concat's path: gradients are added to the outer skip's") {
  using Inner = Sequential<Concat<Sequential<Conv1x1<2, 1>>>, Conv3x3BN<3, 2>>;
  check<Sequential<Concat<Inner>, Conv1x1<4, 1>>>({{2, 2, 3, 2}});
}

}  // namespace gradient_test
