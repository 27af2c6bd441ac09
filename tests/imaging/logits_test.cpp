// Logits to probabilities and labels: any values, any strides, ties, thresholds.
#include <doctest/doctest.h>

#include "unet/imaging/label_map.hpp"
#include "unet/imaging/probabilities.hpp"

namespace logits_test {

using unet::HostTensor;
using unet::Index;
using unet::Shape;

namespace {

/// 1 x 1 x pixels x channels.
HostTensor<float> map_of(Index channels, const std::vector<float>& values) {
  HostTensor<float> map({1, 1, static_cast<Index>(values.size()) / channels, channels});
  map.values = values;
  return map;
}

}  // namespace

TEST_CASE("sigmoid: of any logit, without overflow") {
  CHECK(unet::sigmoid(0.0f) == 0.5f);
  CHECK(unet::sigmoid(std::log(3.0)) == doctest::Approx(0.75));
  CHECK(unet::sigmoid(-std::log(3.0)) == doctest::Approx(0.25));
  CHECK(unet::sigmoid(1e30f) == 1);
  CHECK(unet::sigmoid(-1e30f) == 0);
  CHECK(unet::sigmoid(-100.0) == doctest::Approx(std::exp(-100.0)));
  const HostTensor<float> p = unet::sigmoid(map_of(2, {0, 1e30f, -1e30f, 0}).view());
  CHECK(p.shape == Shape{1, 1, 2, 2});
  CHECK(p.values == std::vector<float>{0.5f, 1, 0, 0.5f});
}

TEST_CASE("softmax: shares of the pixel's classes, without overflow") {
  const HostTensor<float> p = unet::softmax(map_of(2, {0, std::log(3.0f), 1e30f, 1e30f, -1e30f, 1e30f}).view());
  const std::vector<float> expected{0.25f, 0.75f, 0.5f, 0.5f, 0, 1};
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(p.values[i] == doctest::Approx(expected[i]));
  CHECK(unet::softmax(map_of(1, {7, -7}).view()).values == std::vector<float>{1, 1});
}

TEST_CASE("argmax: the first of equal ones; windows and channels of larger maps; labels that suffice") {
  HostTensor<float> map = map_of(3, {1, 2, 3, 5, 5, 4, 9, 8, 7});
  CHECK(unet::argmax(map.view()).values == std::vector<std::uint8_t>{2, 0, 0});
  CHECK(unet::argmax(map.view()).shape == Shape{1, 1, 3, 1});
  CHECK(unet::argmax<int>(map.view().window(0, 1, 1, 2).channels(1, 2)).values == std::vector<int>{0, 0});
  const HostTensor<float> wide({1, 1, 1, 257});
  CHECK_THROWS_AS(unet::argmax(wide.view()), unet::ShapeError);
  CHECK(unet::argmax<int>(wide.view()).values == std::vector<int>{0});
  CHECK_THROWS_AS(unet::argmax(HostTensor<float>({1, 1, 1, 0}).view()), unet::ShapeError);
}

TEST_CASE("label_map: a threshold for one class, the most probable of several") {
  const HostTensor<float> one = map_of(1, {-1, 0, 0.1f, std::log(4.0f) + 0.01f});
  CHECK(unet::label_map(one.view()).values == std::vector<std::uint8_t>{0, 0, 1, 1});
  CHECK(unet::label_map(one.view(), 0.8).values == std::vector<std::uint8_t>{0, 0, 0, 1});
  CHECK(unet::label_map(map_of(2, {1, 2, 2, 1}).view()).values == std::vector<std::uint8_t>{1, 0});
  for (const double threshold : {0.0, 1.0, -1.0, 50.0})
    CHECK_THROWS_AS(unet::label_map(one.view(), threshold), unet::OptionError);
}

}  // namespace logits_test
