// Gradients of weights are sums over all pixels of a batch: they must not get worse with their number.
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "unet/core/buffer.hpp"
#include "unet/core/random.hpp"

namespace long_sums_test {

using unet::Index;

namespace {

constexpr Index side = 768, channels = 2;
constexpr unet::Shape shape{2, side, side, channels};

/// dw of a 3x3 convolution of positive maps: 1.2 million terms each, none of which cancels another.
template <class B>
std::vector<double> weight_gradient() {
  using T = typename B::Scalar;
  unet::Random random(3, unet::Purpose::test);
  std::vector<T> x(static_cast<std::size_t>(shape.size())), dz(x.size());
  for (T& value : x) value = static_cast<T>(random.uniform());
  for (T& value : dz) value = static_cast<T>(random.uniform());
  std::vector<T> dw(9 * channels * channels), dbias(channels);
  typename B::Context context;
  unet::Input<T> input{{{unet::View<const T>(x.data(), shape)}, {}}, 1};
  B::conv3x3_backward_weights(context, input, unet::View<const T>(dz.data(), shape), dw.data(), dbias.data());
  dw.insert(dw.end(), dbias.begin(), dbias.end());
  return {dw.begin(), dw.end()};
}

}  // namespace

TEST_CASE("weight gradients over a million pixels are exact to a few bits") {
  const auto sums = weight_gradient<Float>(), exact = weight_gradient<Double>();
  REQUIRE(sums.size() == exact.size());
  for (std::size_t i = 0; i < sums.size(); ++i) CHECK(std::abs(sums[i] - exact[i]) < 1e-6 * exact[i]);
}

}  // namespace long_sums_test
