// Several threads on the values of one model.
#include "unet/models/predictor.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "../compiled_backends.hpp"
#include "unet/models/unet.hpp"

namespace predictor_test {

using unet::HostTensor;
using unet::Index;

namespace {

HostTensor<float> noise(unet::Shape shape, std::uint32_t seed) {
  HostTensor<float> images(shape);
  unet::Random random(seed, unet::Purpose::test);
  for (float& value : images.values) value = static_cast<float>(random.uniform());
  return images;
}

}  // namespace

TEST_CASE("threads with a predictor each, and the model beside them, give the model's bits") {
  using Net = unet::UNet<1, 1, 16, 2>;  // widths that Winograd's convolutions take
  unet::Model<Net, Float> model(1);
  constexpr int threads = 4, images = 12;
  std::vector<HostTensor<float>> inputs, expected;
  for (int i = 0; i < images; ++i) {
    inputs.push_back(noise({1 + i % 2, 9 + 7 * i, 30 - i, 1}, static_cast<std::uint32_t>(i)));
    expected.push_back(model.predict(std::as_const(inputs.back()).view()));
  }
  std::vector<int> wrong(threads + 1);
  const auto work = [&](auto& net, int thread) {
    for (int i = 0; i < images; ++i) {
      const auto k = static_cast<std::size_t>((i + 5 * thread) % images);
      wrong[static_cast<std::size_t>(thread)] +=
          net.predict(std::as_const(inputs[k]).view()).values != expected[k].values;
    }
  };
  std::vector<unet::Predictor<Net, Float>> predictors;
  for (int t = 0; t < threads; ++t) predictors.emplace_back(model);
  std::vector<std::thread> running;
  for (int t = 0; t < threads; ++t) running.emplace_back([&, t] { work(predictors[static_cast<std::size_t>(t)], t); });
  work(model, threads);
  for (std::thread& thread : running) thread.join();
  for (const int count : wrong) CHECK(count == 0);
}

TEST_CASE("sizes that the net does not take are refused as by the model") {
  unet::Model<unet::UNet<1, 1, 4, 2>, Float> model(1);
  unet::Predictor predictor(model);
  const auto image = noise({1, 7, 8, 1}, 1);
  CHECK_THROWS_AS(predictor(image.view()), unet::ShapeError);
  CHECK(predictor.predict(image.view()).values == model.predict(image.view()).values);
}

}  // namespace predictor_test
