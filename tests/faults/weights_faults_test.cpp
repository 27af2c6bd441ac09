// Saving weights on a disk that fails at any of its operations.
#include "../compiled_backends.hpp"
#include "failing_disk.hpp"
#include "unet/io/unnamed_file.hpp"
#include "unet/models/load.hpp"
#include "unet/models/save.hpp"
#include "unet/models/unet.hpp"

namespace weights_faults_test {

using Net = unet::UNet<1, 1, 2, 1>;

TEST_CASE("weights: the old file stays and loads, whichever operation fails") {
  const TemporaryFolder folder;
  const unet::Model<Net, Float> old_model(1), new_model(2);
  unet::save(old_model, folder / "old.safetensors");
  const auto old_values = old_model.values().parameters;
  check_survives_a_failing_disk(
      "best.safetensors", file_content(folder / "old.safetensors"),
      [&](const auto& path) { unet::save(new_model, path); },
      [&](const auto& path) {
        unet::Model<Net, Float> loaded(3);
        unet::load(loaded, path);
        CHECK((loaded.values().parameters == old_values));
      },
      atomic_write);
}

TEST_CASE("weights: each tensor's write is one that can fail") {
  const TemporaryFolder folder;
  const unet::Model<Net, Float> model;
  const Failures failures = fail_at_each_operation(
      folder, "a.safetensors", nullptr, [&](const auto& path) { unet::save(model, path); }, [](const auto&) {});
  CHECK(failures.at(FileOperation::write) >= static_cast<int>(4 * unet::named_tensors<Net>().size()));
}

TEST_CASE("a file without a name: a failing disk is an error and leaves nothing") {
  const TemporaryFolder folder;
  for (const FileOperation kind : {FileOperation::write, FileOperation::fsync}) {
    const FailingDisk disk(kind, 1, ENOSPC);
    CHECK_THROWS_WITH_AS(unet::write_unnamed_file(folder.path(), "test"), doctest::Contains("No space left on device"),
                         unet::FileError);
    CHECK(files_of(folder.path()).empty());
  }
}

}  // namespace weights_faults_test
