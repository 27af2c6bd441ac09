// JSON that a run folder holds: config.json, and the training state and options in the metadata of a checkpoint.
#include "input_folder.hpp"
#include "support/session/train_options.hpp"
#include "unet/backends/eigen/eigen_backend.hpp"
#include "unet/io/safetensors.hpp"
#include "unet/models/unet.hpp"
#include "unet/train/load_checkpoint.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::text_of(data, size));
  const auto& folder = fuzz::input_folder();
  folder.write("config.json", text);
  app::TrainProgram program;
  program.resume = folder.path();
  if (fuzz::accepts([&] { app::read_config(program); })) {
    program.recipe.check();
    // What was accepted can be written, and is the same run when it is read again.
    const std::string again = app::config_json(program);
    folder.write("config.json", again);
    app::TrainProgram second;
    second.resume = folder.path();
    fuzz::require(fuzz::accepts([&] { app::read_config(second); }), "the written configuration is refused");
    fuzz::require(app::config_json(second) == again, "a configuration changes by writing and reading");
    fuzz::require(app::config_changes(second, again) == "", "a configuration differs from itself");
  }
  fuzz::accepts([&] { app::config_changes(app::TrainProgram{}, text); });
  fuzz::accepts([&] { app::numbers_of_json(text); });

  // The same text as what a checkpoint says of its training.
  fuzz::accepts([&] {
    const auto path = folder.path() / "last.safetensors";
    unet::write_safetensors(path, {{"train_options", text}, {"train_state", text}}, {});
    unet::load_checkpoint<unet::UNet<1, 1, 2, 1>, float>(unet::SafetensorsReader(path));
  });
  return 0;
}
