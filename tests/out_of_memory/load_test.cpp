// Memory that runs out while weights are loaded.
#include "unet/models/load.hpp"
#include "../compiled_backends.hpp"
#include "../io/temporary_folder.hpp"
#include "failing_new.hpp"
#include "unet/models/save.hpp"
#include "unet/models/unet.hpp"

namespace load_test {

using Net = unet::UNet<1, 1, 4, 2>;
using Model = unet::Model<Net, Float>;

TEST_CASE("a model whose loading fails keeps its values, and can be loaded afterwards") {
  const TemporaryFolder folder;
  const auto path = folder / "a.safetensors";
  const auto stored = [&] {
    const Model model(1);
    unet::save(model, path);
    return model.values();
  }();
  for (const bool to_the_end : {false, true}) {
    Model model(2);
    const auto before = model.values();
    const OutOfMemory seen = run_out_of_memory(
        to_the_end, 1, [&] { unet::load(model, path); },
        [&] {
          CHECK((model.values().parameters == before.parameters));
          CHECK((model.values().state == before.state));
        });
    CHECK(seen.failures > 100);
    CHECK((model.values().parameters == stored.parameters));
    CHECK((model.values().state == stored.state));
  }
}

TEST_CASE("making a model") {
  for (const bool to_the_end : {false, true}) {
    const OutOfMemory seen = run_out_of_memory(
        to_the_end, 1, [] { const Model model(1); }, [] {});
    CHECK(seen.failures >= 2);
  }
}

}  // namespace load_test
