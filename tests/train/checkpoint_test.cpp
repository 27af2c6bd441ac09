// Checkpoints as files: also a weights file, refused when damaged, and never lost by a failed write.
#include "unet/train/checkpoint.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <csignal>

#include "../compiled_backends.hpp"
#include "../io/temporary_folder.hpp"
#include "edited_file.hpp"
#include "same_run.hpp"
#include "toy_set.hpp"
#include "unet/models/unet.hpp"

namespace checkpoint_test {

using unet::FileError;
using unet::SafetensorsReader;
using unet::Trainer;
using unet::UNet;

namespace {

using Net = UNet<1, 1, 2, 1>;

/// After two epochs and a step of the third.
Trainer<Net, Float> trained() {
  unet::TrainOptions options;
  options.epochs = 3;
  options.batch_size = 2;
  Trainer<Net, Float> trainer(options);
  unet::TrainCallbacks callbacks;
  callbacks.should_stop = [&trainer] { return trainer.state().epoch == 3 && trainer.state().samples_done > 0; };
  CHECK_FALSE(trainer.fit(ToySet(4), ToySet(2, 1000), callbacks));
  return trainer;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A good checkpoint, changed by `edit`, gives this message.
template <class Edit>
std::string refusal_of(const Edit& edit) {
  const TemporaryFolder folder;
  const auto path = folder / "last.safetensors";
  save_checkpoint(trained(), path);
  EditedFile file(path);
  edit(file);
  file.write(path);
  try {
    unet::load_checkpoint<Net, float>(SafetensorsReader(path));
  } catch (const FileError& error) {
    CHECK(std::string(error.what()).starts_with(path.string()));
    return error.what();
  }
  return "nothing was thrown";
}

/// The same with a value of the training state replaced.
std::string refusal_of_state(const std::string& key, const nlohmann::json& value) {
  return refusal_of([&](EditedFile& file) {
    nlohmann::json state = nlohmann::json::parse(file.metadata.at("train_state"));
    state[key] = value;
    file.metadata["train_state"] = state.dump();
  });
}

}  // namespace

TEST_CASE("a checkpoint is a weights file too, and says what it holds") {
  const TemporaryFolder folder;
  const Trainer<Net, Float> trainer = trained();
  save_checkpoint(trainer, folder / "last.safetensors", {{"input_size", "8"}});
  unet::Model<Net, Float> model(9);
  unet::load(model, folder / "last.safetensors");
  CHECK(model.values().parameters == trainer.snapshot().values.parameters);

  const SafetensorsReader file(folder / "last.safetensors");
  CHECK(file.metadata().at("input_size") == "8");
  CHECK(file.metadata().at("base") == "2");
  CHECK(file.find("best.encoder1.conv1.weight") != nullptr);
  CHECK(file.find("adam.exp_avg.head.bias") != nullptr);
  CHECK(file.find("adam.exp_avg_sq.head.bias") != nullptr);
  CHECK(file.find("adam.exp_avg.encoder1.norm1.running_mean") == nullptr);
  check_same(unet::load_checkpoint<Net, float>(file), trainer.snapshot());
}

TEST_CASE("options and state are written as version 0.1.0 wrote them") {
  unet::TrainOptions options;
  options.pos_weight = 2.97;
  options.seed = 18446744073709551615u;
  CHECK(unet::detail::to_json<Net>(options, unet::TrainPolicies<unet::DefaultLoss<Net>>::from(options)) ==
        R"({"batch_size":8,"epochs":30,"learning_rate":0.01,"plateau_factor":0.5,"plateau_patience":10,)"
        R"("pos_weight":2.97,"seed":18446744073709551615})");
  unet::TrainState state;
  state.epoch = 2;
  state.samples_done = 16;
  state.steps = 12;
  state.sum = {4.5, 3, 1e-5};
  state.seconds = 1.25;
  state.learning_rate = 0.001;
  state.best = 0.875;
  state.best_epoch = 1;
  state.history.push_back({1, 0.5, 0.25, 0.75, 0.875, 0.01, 2.5, 100, true});
  const std::string text = unet::detail::to_json(state);
  CHECK(text == R"({"adam_steps":12,"best":0.875,"best_epoch":1,"epoch":2,"epochs_without_best":0,)"
                R"("history":[[1,0.5,0.25,0.75,0.875,0.01,2.5,100.0,true]],"learning_rate":0.001,"samples_done":16,)"
                R"("seconds":1.25,"step_seconds":0.0,"sum":[4.5,3.0,1e-05]})");
  CHECK(nlohmann::json::parse(text).dump() == text);
}

TEST_CASE("files that are no checkpoint of this net") {
  const TemporaryFolder folder;
  const auto message = [](const std::filesystem::path& path, auto tag) -> std::string {
    try {
      unet::load_checkpoint<typename decltype(tag)::Layer, float>(SafetensorsReader(path));
    } catch (const FileError& error) {
      return error.what();
    }
    return "nothing was thrown";
  };
  unet::save(unet::Model<Net, Float>(1), folder / "weights.safetensors");
  const std::string weights = message(folder / "weights.safetensors", unet::LayerTag<Net>{});
  CHECK(contains(weights, "it is not a checkpoint that training can go on from"));
  CHECK(contains(weights, "its metadata have no train_options"));
  CHECK(contains(weights, "give the run's last.safetensors"));
  save_checkpoint(trained(), folder / "last.safetensors");
  CHECK(contains(message(folder / "last.safetensors", unet::LayerTag<UNet<1, 1, 3, 1>>{}),
                 "it holds a UNet<1, 1, 2, 1>"));
}

TEST_CASE("damaged checkpoints") {
  const auto nothing = refusal_of([](EditedFile&) {});
  CHECK(nothing == "nothing was thrown");
  CHECK(contains(refusal_of([](EditedFile& file) { file.metadata.erase("train_state"); }), "not a checkpoint"));
  CHECK(contains(refusal_of([](EditedFile& file) { file.metadata["train_state"] = "{"; }), "not a checkpoint"));
  CHECK(contains(refusal_of([](EditedFile& file) { file.metadata["train_options"] = "{\"epochs\": \"many\"}"; }),
                 "not a checkpoint"));
  CHECK(contains(refusal_of([](EditedFile& file) { file.erase("adam.exp_avg.head.bias"); }),
                 "tensor 'adam.exp_avg.head.bias' is missing"));
  CHECK(contains(refusal_of([](EditedFile& file) { file.erase("best.head.bias"); }),
                 "tensor 'best.head.bias' is missing"));
  CHECK(contains(refusal_of([](EditedFile& file) {
                   file["adam.exp_avg_sq.head.weight"].shape = {2, 1, 1, 1};
                 }),
                 "has shape [2, 1, 1, 1], this net needs [1, 2, 1, 1]"));
}

TEST_CASE("states that no training can be in") {
  CHECK(contains(refusal_of_state("samples_done", -2), "not a checkpoint"));
  CHECK(contains(refusal_of_state("epoch", 0), "not a checkpoint"));
  CHECK(contains(refusal_of_state("adam_steps", -1), "not a checkpoint"));
  CHECK(contains(refusal_of_state("learning_rate", -0.01), "not a checkpoint"));
  CHECK(contains(refusal_of_state("sum", {1, 2}), "not a checkpoint"));
  CHECK(contains(refusal_of_state("history", {{1, 2, 3}}), "not a checkpoint"));
}

TEST_CASE("numbers that would be cut, wrap around or be undefined are refused with their name and value") {
  CHECK(contains(refusal_of_state("epoch", 3.9), "'epoch' is 3.9, where a whole number"));
  CHECK(contains(refusal_of_state("epoch", 4294967299), "'epoch' is 4294967299, where a whole number"));
  CHECK(contains(refusal_of_state("samples_done", 1e30), "'samples_done' is 1e+30, where a whole number"));
  CHECK(contains(refusal_of_state("best_epoch", nullptr), "'best_epoch' is null"));
  CHECK(contains(refusal_of_state("sum", {1, 2, "many"}), "'sum' is \"many\""));
  CHECK(contains(refusal_of_state("history", {{1.5, 2, 3, 4, 5, 6, 7, 8, true}}), "'history' is 1.5"));
  const auto option = [](const std::string& key, const nlohmann::json& value) {
    return refusal_of([&](EditedFile& file) {
      nlohmann::json options = nlohmann::json::parse(file.metadata.at("train_options"));
      options[key] = value;
      file.metadata["train_options"] = options.dump();
    });
  };
  CHECK(contains(option("epochs", 1e30), "'epochs' is 1e+30, where a whole number"));
  CHECK(contains(option("batch_size", 2.5), "'batch_size' is 2.5, where a whole number"));
  CHECK(contains(option("seed", -1), "'seed' is -1, where a whole number from 0"));
  CHECK(contains(option("optimiser", {{"name", "adam"}, {"beta1", "most"}, {"beta2", 0.9}, {"epsilon", 1e-8}}),
                 "'beta1' is \"most\""));
}

TEST_CASE("resumed with a smaller training set than it was in the middle of") {
  Trainer<Net, Float> trainer = trained();
  unet::Snapshot<float> snapshot = trainer.snapshot();
  snapshot.state.samples_done = 6;
  trainer.restore(snapshot);
  CHECK_THROWS_WITH_AS(
      trainer.fit(ToySet(4), ToySet(2, 1000)),
      "training stopped after 6 images of an epoch, but the training set has only 4; resume with the set "
      "that it was started with",
      unet::OptionError);
}

TEST_CASE("a failed write keeps the previous checkpoint") {
  const TemporaryFolder folder;
  const auto path = folder / "last.safetensors";
  Trainer<Net, Float> trainer = trained();
  save_checkpoint(trainer, path);
  const std::string before = file_content(path);
  CHECK(trainer.fit(ToySet(4), ToySet(2, 1000)));

  // A file may not grow beyond 1000 bytes, as on a full disk.
  struct rlimit limit = {};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &limit) == 0);
  struct rlimit small = limit;
  small.rlim_cur = 1000;
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  std::string message;
  try {
    save_checkpoint(trainer, path);
  } catch (const FileError& error) {
    message = error.what();
  }
  ::setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, handler);
  CHECK(message.starts_with(path.string()));
  CHECK(file_content(path) == before);
  CHECK_FALSE(std::filesystem::exists(folder / "last.safetensors.tmp"));

  CHECK_THROWS_AS(save_checkpoint(trainer, folder / "no_such_folder" / "last.safetensors"), FileError);
  save_checkpoint(trainer, path);
  CHECK(file_content(path) != before);
}

}  // namespace checkpoint_test
