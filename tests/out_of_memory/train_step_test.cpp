// Memory that runs out in a step of training.
#include "../compiled_backends.hpp"
#include "../train/same_run.hpp"
#include "../train/toy_set.hpp"
#include "failing_new.hpp"
#include "unet/models/unet.hpp"
#include "unet/train/trainer.hpp"

namespace train_step_test {

namespace {

template <class B>
using Trainer = unet::Trainer<unet::UNet<1, 1, 4, 2>, B>;

unet::Batch batch() {
  const std::vector<unet::Index> numbers = {0, 1};
  return unet::load_batch(ToySet(2, 0, 16), numbers);
}

}  // namespace

TEST_CASE_TEMPLATE("a new trainer for each attempt: nothing leaks", B, Float, EigenFloat) {
  const unet::Batch images = batch();
  const auto attempt = [&] { Trainer<B>(unet::TrainOptions{}).step(images); };
  attempt();
  for (const bool to_the_end : {false, true}) {
    const OutOfMemory seen = run_out_of_memory(to_the_end, 2, attempt, [] {});
    CHECK(seen.failures > 100);
    if constexpr (std::is_same_v<B, Float>) CHECK(seen.in_parallel > 0);
  }
}

TEST_CASE_TEMPLATE("one trainer: put back to where it was, it goes on as if nothing had happened", B, Float,
                   EigenFloat) {
  const unet::Batch images = batch();
  Trainer<B> trainer{unet::TrainOptions{}};
  trainer.step(images);
  const auto before = trainer.snapshot();
  trainer.step(images);
  const auto after = trainer.snapshot();
  for (const bool to_the_end : {false, true}) {
    trainer.restore(before);
    const OutOfMemory seen = run_out_of_memory(
        to_the_end, 2, [&] { trainer.step(images); },
        [&] {
          CHECK((trainer.snapshot().values.parameters == before.values.parameters));
          trainer.restore(before);
        });
    CHECK(seen.failures > 5);  // what a new thread's kernels need, and little else
    check_same(trainer.snapshot(), after);
  }
}

}  // namespace train_step_test
