// Grey values of a training set, and which images are unlike them: the rule on the phantom under other exposures.
#include "unet/data/intensity.hpp"

#include <doctest/doctest.h>

#include <functional>

#include "unet/chest/phantom.hpp"
#include "unet/core/host_tensor.hpp"
#include "unet/data/subset.hpp"

namespace intensity_test {

using unet::HostTensor;
using unet::Index;
using unet::View;

namespace {

constexpr Index count = 40, side = 48;

const unet::Phantom& phantom() {
  static const unet::Phantom set = [] {
    unet::PhantomOptions options;
    options.count = count;
    options.height = options.width = side;
    return unet::Phantom(options);
  }();
  return set;
}

HostTensor<float> tensor(unet::Shape shape, std::vector<float> values) {
  HostTensor<float> x(shape);
  x.values = std::move(values);
  return x;
}

HostTensor<float> image(Index i) {
  HostTensor<float> x({1, side, side, 1}), t({1, side, side, 1});
  phantom().load(i, x.view(), t.view());
  return x;
}

std::vector<unet::IntensityRange> training() {
  std::vector<Index> first(count / 2);
  for (Index i = 0; i < count / 2; ++i) first[static_cast<std::size_t>(i)] = i;
  return unet::intensity_statistics(unet::Subset<unet::Phantom>(phantom(), first));
}

/// In how many of the images that were not trained on does the rule see something, after a change of their values?
Index unlike(const std::function<float(float)>& change) {
  const auto statistics = training();
  Index found = 0;
  for (Index i = count / 2; i < count; ++i) {
    HostTensor<float> x = image(i);
    for (float& value : x.values) value = change(value);
    found += !unet::unlike_training(unet::intensity(x.view()), statistics).empty();
  }
  return found;
}

}  // namespace

TEST_CASE("one image: range, mean, deviation of each channel") {
  const HostTensor<float> x = tensor({1, 1, 2, 2}, {0.25f, 1, 0.75f, 3});
  const auto channels = unet::intensity(x.view());
  REQUIRE(channels.size() == 2);
  CHECK(channels[0].low == 0.25);
  CHECK(channels[0].high == 0.75);
  CHECK(channels[0].mean == 0.5);
  CHECK(channels[0].deviation == doctest::Approx(0.25));
  CHECK(channels[0].skewness == doctest::Approx(0));
  CHECK(channels[1].mean == 2);
  CHECK(channels[1].deviation == doctest::Approx(1));
  CHECK(unet::intensity(tensor({1, 2, 2, 1}, {1, 1, 1, 5}).view())[0].skewness == doctest::Approx(2 / std::sqrt(3.0)));
  CHECK_THROWS_AS(unet::intensity(HostTensor<float>({2, 1, 1, 1}).view()), unet::ShapeError);
}

TEST_CASE("a set: mean over images, spread from image to image") {
  unet::IntensityStatistics statistics;
  const HostTensor<float> a = tensor({1, 1, 2, 1}, {0, 0.5f}), b = tensor({1, 1, 2, 1}, {0.5f, 1});
  statistics.add(a.view());
  statistics.add(b.view());
  const auto channels = statistics.channels();
  REQUIRE(channels.size() == 1);
  CHECK(statistics.images() == 2);
  CHECK(channels[0].low == 0);
  CHECK(channels[0].high == 1);
  CHECK(channels[0].mean == 0.5);
  CHECK(channels[0].mean_spread == doctest::Approx(0.25));
  CHECK(channels[0].deviation == doctest::Approx(0.25));
  CHECK(channels[0].deviation_spread == doctest::Approx(0));
  CHECK_THROWS_AS(statistics.add(HostTensor<float>({1, 2, 2, 3}).view()), unet::ShapeError);
}

TEST_CASE("other images of the same kind are alike; other exposures are not") {
  CHECK(unlike([](float v) { return v; }) == 0);
  CHECK(unlike([](float v) { return v * 1.02f; }) == 0);
  CHECK(unlike([](float v) { return v / 16; }) == count / 2);    // 12 bits in a file of 16
  CHECK(unlike([](float v) { return v * 255; }) == count / 2);   // not scaled to 0 ... 1
  CHECK(unlike([](float v) { return 0.3f * v; }) == count / 2);  // a fraction of the exposure
  CHECK(unlike([](float v) { return 0.7f + 0.3f * v; }) == count / 2);
  CHECK(unlike([](float v) { return 0.5f + 0.25f * (v - 0.5f); }) == count / 2);  // a quarter of the contrast
  CHECK(unlike([](float) { return std::nanf(""); }) == count / 2);
}

TEST_CASE("what is said") {
  const std::vector<unet::IntensityRange> set = {{0, 1, 0.5, 0.2, 1, 0.01, 0.01, 0.05}};
  const auto says = [&](unet::Intensity image) { return unet::unlike_training({{image}}, set); };
  CHECK(says({0, 1, 0.52, 0.2, 1}) == "");
  CHECK(says({0, 1, 0.25, 0.2, 1}) == "its mean is 0.25, theirs 0.5 (from 0.42 to 0.58)");
  CHECK(says({0, 1, 0.5, 0.4, 1}) == "its standard deviation is 0.4, theirs 0.2 (from 0.12 to 0.28)");
  CHECK(says({0, 1, 0.5, 0.2, -1}) == "its skewness is -1, theirs 1 (from 0.6 to 1.4)");
  CHECK(says({0, 200, 0.5, 0.2, 1}) == "its values are from 0 to 200, theirs from 0 to 1");
  CHECK(unet::unlike_training(std::vector<unet::Intensity>(3), set) == "it has 3 channels, theirs have 1");
}

TEST_CASE("to text and back") {
  const std::vector<unet::IntensityRange> set = {{0, 1, 0.5, 0.25, 1, 0.0625, 0.125, 0.5},
                                                 {0.5, 2, 1, 0.5, 0, 0, 0, 0}};
  const auto read = unet::intensity_from_text(unet::to_text(set));
  REQUIRE(read);
  REQUIRE(read->size() == 2);
  CHECK((*read)[0].deviation_spread == 0.125);
  CHECK((*read)[1].high == 2);
  CHECK_FALSE(unet::intensity_from_text("1, 2, 3"));
  CHECK_FALSE(unet::intensity_from_text("nothing"));
}

}  // namespace intensity_test
