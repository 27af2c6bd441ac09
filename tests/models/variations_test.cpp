// Nets of other channels, classes, widths and depths on the fast backend, compared with the reference in double.
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "../layers/run_layer.hpp"
#include "../reference/reference_file.hpp"
#include "unet/models/unet.hpp"

namespace variations_test {

using unet::HostTensor;
using unet::Shape;
using unet::UNet;

namespace {

/// The net on the fast backend and on the reference in double, forward and backward, from the same numbers.
template <class Net>
void check_against_reference(Shape shape) {
  const unet::Values<double> exact = unet::initial_values<Net, double>(3);
  const unet::Values<float> values = unet::initial_values<Net, float>(3);
  HostTensor<double> x(shape);
  unet::Random random(1, unet::Purpose::test);
  for (double& value : x.values) value = random.uniform();
  HostTensor<float> rounded(shape);
  copy_view(unet::View<const double>(x.view()), rounded.view());

  const HostTensor<double> expected = infer_layer<Net, Double>({LayerInput<double>(x)}, exact);
  CHECK(expected.shape == Shape{shape.n, shape.h, shape.w, Net::classes});
  CHECK(relative_error(infer_layer<Net, Float>({LayerInput<float>(rounded)}, values).values, expected.values) < 1e-5);

  const auto ones = []<class T>(const HostTensor<T>& y) {
    HostTensor<T> dy(y.shape);
    for (std::size_t i = 0; i < dy.values.size(); ++i) dy.values[i] = static_cast<T>(i % 3) - T(1);
    return dy;
  };
  const auto training = train_layer<Net, Double>({LayerInput<double>(x)}, exact, ones);
  const auto fast = train_layer<Net, Float>({LayerInput<float>(rounded)}, values, ones);
  CHECK(relative_error(fast.output.values, training.output.values) < 1e-4);
  CHECK(relative_error(fast.gradients, training.gradients) < 1e-3);
  CHECK(relative_error(fast.state, training.state) < 1e-4);
}

}  // namespace

TEST_CASE("any In, Classes, Base and Depth: the fast backend agrees with the reference") {
  check_against_reference<UNet<3, 4, 5, 1>>({2, 6, 10, 3});
  check_against_reference<UNet<1, 1, 3, 3>>({1, 16, 24, 1});
}

TEST_CASE("widths that do not double, and others on the way up") {
  check_against_reference<unet::UNetOf<2, 1, unet::Widths<5, 3, 17>>>({2, 8, 12, 2});
  check_against_reference<unet::UNetOf<1, 2, unet::Widths<1, 7, 4>, unet::Conv3x3BN, unet::Widths<18, 2>>>(
      {1, 8, 20, 1});
}

TEST_CASE("another block") {
  check_against_reference<unet::UNetOf<2, 1, unet::Widths<5, 3, 17>, unet::Conv3x3BNReLU>>({2, 8, 12, 2});
}

}  // namespace variations_test
