// Saving a checkpoint on a disk that fails at any of its operations.
#include "../compiled_backends.hpp"
#include "../train/same_run.hpp"
#include "../train/toy_set.hpp"
#include "failing_disk.hpp"
#include "unet/models/unet.hpp"
#include "unet/train/checkpoint.hpp"

namespace checkpoint_faults_test {

using Net = unet::UNet<1, 1, 2, 1>;

TEST_CASE("a checkpoint: the old one stays and training can go on from it, whichever operation fails") {
  unet::TrainOptions options;
  options.epochs = 2;
  options.batch_size = 2;
  unet::Trainer<Net, Float> trainer(options);
  unet::TrainCallbacks callbacks;
  callbacks.should_stop = [&] { return trainer.state().epoch == 2; };
  CHECK_FALSE(trainer.fit(ToySet(4), ToySet(2, 1000), callbacks));
  const TemporaryFolder folder;
  unet::save_checkpoint(trainer, folder / "old.safetensors");
  const auto old = trainer.snapshot();
  CHECK(trainer.fit(ToySet(4), ToySet(2, 1000)));

  check_survives_a_failing_disk(
      "last.safetensors", file_content(folder / "old.safetensors"),
      [&](const auto& path) { unet::save_checkpoint(trainer, path); },
      [&](const auto& path) { check_same(unet::load_checkpoint<Net, float>(unet::SafetensorsReader(path)), old); },
      atomic_write);
}

}  // namespace checkpoint_faults_test
