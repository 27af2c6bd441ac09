// The number of threads changes no bit: of training, and of inference.
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "same_run.hpp"
#include "toy_set.hpp"
#include "unet/core/parallel.hpp"
#include "unet/models/unet.hpp"

namespace threads_test {

TEST_CASE("several steps and a validation at 1, 2, 3 and 5 threads") {
  using Net = unet::UNet<1, 1, 5, 2>;  // an odd width: what a kernel does at its edges counts too
  const int before = unet::thread_count();
  const auto run = [](int threads) {
    unet::set_thread_count(threads);
    unet::TrainOptions options;
    options.epochs = 2;
    options.batch_size = 3;
    unet::Trainer<Net, Float> trainer(options);
    trainer.fit(ToySet(7, 0, 36), ToySet(4, 1000, 36));
    return trainer.snapshot();
  };
  const auto expected = run(1);
  for (const int threads : {2, 3, 5}) {
    CAPTURE(threads);
    check_same(run(threads), expected);
  }
  unet::set_thread_count(before);
}

TEST_CASE("inference, also of an image with few rows") {
  using Net = unet::UNet<1, 1, 8, 3>;
  const int before = unet::thread_count();
  for (const unet::Shape shape : {unet::Shape{1, 64, 40, 1}, unet::Shape{1, 8, 120, 1}, unet::Shape{5, 16, 8, 1}}) {
    unet::HostTensor<float> images(shape);
    unet::Random random(1, unet::Purpose::test);
    for (float& value : images.values) value = static_cast<float>(random.uniform());
    unet::Model<Net, Float> model(1);
    unet::set_thread_count(1);
    const auto expected = model(images.view());
    for (const int threads : {2, 3, 5}) {
      CAPTURE(threads);
      unet::set_thread_count(threads);
      CHECK(model(images.view()).values == expected.values);
    }
  }
  unet::set_thread_count(before);
}

}  // namespace threads_test
