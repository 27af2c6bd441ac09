// Training that is stopped at any step, saved, loaded and continued equals an uninterrupted run bit for bit.
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "../io/temporary_folder.hpp"
#include "same_run.hpp"
#include "toy_set.hpp"
#include "unet/core/parallel.hpp"
#include "unet/models/unet.hpp"
#include "unet/train/checkpoint.hpp"

namespace resume_test {

using unet::Index;
using unet::SafetensorsReader;
using unet::TrainCallbacks;
using unet::Trainer;
using unet::TrainOptions;
using unet::UNet;

namespace {

TrainOptions options() {
  TrainOptions o;
  o.epochs = 3;
  o.batch_size = 4;
  o.pos_weight = 1.7;
  o.plateau = {0.5, 1};
  o.seed = 0xfedcba9876543210;  // needs all 64 bits
  return o;
}
const ToySet train(10), validation(5, 1000);  // 3 and 2 batches an epoch

template <class Net, class B>
unet::Snapshot<typename B::Scalar> uninterrupted() {
  Trainer<Net, B> trainer(options());
  CHECK(trainer.fit(train, validation));
  return trainer.snapshot();
}

/// Stops when it is asked for the `count`-th time, and from then on.
TrainCallbacks stop_at(int count) {
  TrainCallbacks callbacks;
  callbacks.should_stop = [count, asked = 0]() mutable { return ++asked >= count; };
  return callbacks;
}

template <class Net, class B>
void load_into(Trainer<Net, B>& trainer, const std::filesystem::path& path) {
  trainer.restore(unet::load_checkpoint<Net, typename B::Scalar>(SafetensorsReader(path)));
}

}  // namespace

TEST_CASE("stopped anywhere: in an epoch, at its end, in validation") {
  using Net = UNet<1, 1, 2, 1>;
  const TemporaryFolder folder;
  const auto expected = uninterrupted<Net, Float>();
  int in_epoch = 0, in_validation = 0, between = 0;
  for (int stop = 1;; ++stop) {
    CAPTURE(stop);
    Trainer<Net, Float> trainer(options());
    if (trainer.fit(train, validation, stop_at(stop))) break;
    const unet::TrainState& state = trainer.state();
    ++(state.samples_done == 0 ? between : state.samples_done < 10 ? in_epoch : in_validation);
    save_checkpoint(trainer, folder / "last.safetensors");

    Trainer<Net, Float> resumed{TrainOptions{}};  // everything comes from the file
    load_into(resumed, folder / "last.safetensors");
    check_same(resumed.snapshot(), trainer.snapshot());
    CHECK(resumed.state().seconds == trainer.state().seconds);
    CHECK(resumed.options().seed == options().seed);
    CHECK(resumed.fit(train, validation));
    check_same(resumed.snapshot(), expected);
  }
  CHECK(in_epoch == 3 * 2);
  CHECK(in_validation == 3 * 2);  // after the last training step, and after the first validation batch
  CHECK(between == 2 * 2);        // asked after the last validation batch and after the epoch; not after the last epoch
}

TEST_CASE("stopped again and again, after every few steps, by a single trainer or through files") {
  using Net = UNet<1, 1, 2, 1>;
  const TemporaryFolder folder;
  const auto expected = uninterrupted<Net, Float>();

  Trainer<Net, Float> same(options());
  int rounds = 1;
  while (!same.fit(train, validation, stop_at(3))) ++rounds;
  CHECK(rounds > 4);
  check_same(same.snapshot(), expected);

  {
    const Trainer<Net, Float> fresh(options());
    save_checkpoint(fresh, folder / "last.safetensors");  // before the first step
  }
  for (bool done = false; !done;) {
    Trainer<Net, Float> trainer{TrainOptions{}};
    load_into(trainer, folder / "last.safetensors");
    done = trainer.fit(train, validation, stop_at(3));
    save_checkpoint(trainer, folder / "last.safetensors");
    if (done) check_same(trainer.snapshot(), expected);
  }
}

TEST_CASE("double precision is kept in files") {
  using Net = UNet<1, 1, 1, 1>;
  const TemporaryFolder folder;
  const auto expected = uninterrupted<Net, Double>();
  for (const int stop : {2, 5, 7}) {
    Trainer<Net, Double> trainer(options());
    CHECK_FALSE(trainer.fit(train, validation, stop_at(stop)));
    save_checkpoint(trainer, folder / "last.safetensors");
    Trainer<Net, Double> resumed{TrainOptions{}};
    load_into(resumed, folder / "last.safetensors");
    CHECK(resumed.fit(train, validation));
    check_same(resumed.snapshot(), expected);
  }
}

TEST_CASE("resumed with another number of threads: the same bits") {
  using Net = UNet<1, 1, 2, 1>;
  const int before = unet::thread_count();
  const TemporaryFolder folder;
  const auto expected = uninterrupted<Net, Float>();
  unet::set_thread_count(3);
  Trainer<Net, Float> trainer(options());
  CHECK_FALSE(trainer.fit(train, validation, stop_at(7)));
  save_checkpoint(trainer, folder / "last.safetensors");
  unet::set_thread_count(1);
  Trainer<Net, Float> resumed{TrainOptions{}};
  load_into(resumed, folder / "last.safetensors");
  CHECK(resumed.fit(train, validation));
  check_same(resumed.snapshot(), expected);
  unet::set_thread_count(before);
}

}  // namespace resume_test
