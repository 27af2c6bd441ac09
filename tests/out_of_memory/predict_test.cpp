// Memory that runs out during inference.
#include "../compiled_backends.hpp"
#include "failing_new.hpp"
#include "unet/core/random.hpp"
#include "unet/models/model.hpp"
#include "unet/models/unet.hpp"

namespace predict_test {

using unet::Index;

namespace {

unet::HostTensor<float> noise(unet::Shape shape) {
  unet::HostTensor<float> images(shape);
  unet::Random random(1, unet::Purpose::test);
  for (float& value : images.values) value = static_cast<float>(random.uniform());
  return images;
}

}  // namespace

TEST_CASE_TEMPLATE("a new model for each attempt: nothing leaks", B, Float, EigenFloat) {
  using Model = unet::Model<unet::UNet<1, 1, 4, 2>, B>;
  const auto images = noise({2, 14, 18, 1});
  const auto expected = Model(1).predict(images.view()).values;
  for (const bool to_the_end : {false, true}) {
    const OutOfMemory seen = run_out_of_memory(
        to_the_end, 2, [&] { Model(1).predict(images.view()); },
        [&] { CHECK((Model(1).predict(images.view()).values == expected)); });
    CHECK(seen.failures > 100);
    if constexpr (std::is_same_v<B, Float>) CHECK(seen.in_parallel > 0);
  }
}

TEST_CASE_TEMPLATE("one model: it works after each failure as before", B, Float, EigenFloat) {
  using Model = unet::Model<unet::UNet<1, 1, 4, 2>, B>;
  const auto small = noise({1, 8, 8, 1}), large = noise({2, 24, 32, 1});
  Model model(1);
  const auto expected_small = model.predict(small.view()).values;
  const auto expected_large = Model(1).predict(large.view()).values;
  model.predict(large.view());  // the model keeps as much memory afterwards as before
  for (const bool to_the_end : {false, true}) {
    const OutOfMemory seen = run_out_of_memory(
        to_the_end, 2, [&] { model.predict(large.view()); },
        [&] { CHECK((model.predict(small.view()).values == expected_small)); });
    CHECK(seen.failures > 10);  // in a new thread, where kernels have kept no memory yet
    CHECK((model.predict(large.view()).values == expected_large));
  }
}

TEST_CASE_TEMPLATE("from the second call of a size on nothing is allocated but the result", B, Float, FastNarrow) {
  using Model = unet::Model<unet::UNet<1, 1, 32, 2>, B>;
  const auto images = noise({2, 24, 32, 1}), others = noise({1, 16, 16, 1});
  // One thread: of several, one may have its first task, and so its kernels' first memory, in the second call.
  const int before = unet::thread_count();
  unet::set_thread_count(1);
  Model model(1);
  model(others.view());
  const auto expected = model(images.view()).values;
  for (const auto& predict : {&Model::operator(), &Model::predict}) {
    unet::HostTensor<float> logits;
    fail_allocation(2, true);
    try {
      logits = (model.*predict)(images.view());
    } catch (const std::bad_alloc&) {  // seen below
    }
    fail_allocation(0);
    CHECK_FALSE(allocation_failed());
    CHECK((logits.values == expected));
  }
  unet::set_thread_count(before);
}

}  // namespace predict_test
