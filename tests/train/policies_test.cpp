// Training with other losses, optimisers and schedules than the default ones, and their checkpoints.
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "../io/temporary_folder.hpp"
#include "same_run.hpp"
#include "toy_set.hpp"
#include "unet/models/unet.hpp"
#include "unet/train/checkpoint.hpp"

namespace policies_test {

using unet::AdamW;
using unet::BinaryCrossEntropy;
using unet::Cosine;
using unet::Dice;
using unet::FileError;
using unet::Index;
using unet::SafetensorsReader;
using unet::Sum;
using unet::TrainCallbacks;
using unet::Trainer;
using unet::TrainOptions;
using unet::UNet;

namespace {

using Small = UNet<1, 1, 2, 1>;
using Mixed = Sum<BinaryCrossEntropy, Dice>;
using Default = Trainer<Small, Float>;
using Other = Trainer<Small, Float, Mixed, AdamW, Cosine>;

TrainOptions options() {
  TrainOptions o;
  o.epochs = 3;
  o.batch_size = 4;
  o.pos_weight = 1.7;
  o.seed = 4;
  return o;
}
const ToySet train(10), validation(5, 1000);  // 3 and 2 batches an epoch

Other other() { return Other(options(), AdamW{.weight_decay = 0.05}, Cosine{.warm_up = 2, .lowest = 1e-4}); }

TrainCallbacks stop_at(int count) {
  TrainCallbacks callbacks;
  callbacks.should_stop = [count, asked = 0]() mutable { return ++asked >= count; };
  return callbacks;
}

template <class T>
void load_into(T& trainer, const std::filesystem::path& path) {
  trainer.restore(unet::load_checkpoint<Small, float, typename T::Policies>(SafetensorsReader(path)));
}

template <class T>
std::string refusal(const std::filesystem::path& path) {
  try {
    unet::load_checkpoint<Small, float, typename T::Policies>(SafetensorsReader(path));
  } catch (const FileError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("policies that are not given are as the options say") {
  TrainOptions o = options();
  o.plateau = {0.3, 2};
  const auto mixed = Trainer<Small, Float, Mixed>(o).policies();
  CHECK(mixed.loss.first.pos_weight == 1.7);
  CHECK(mixed.schedule == unet::Plateau{0.3, 2});
  const auto given = Trainer<Small, Float, Mixed>(o, Mixed{{5}, {}, 1, 2}).policies();
  CHECK(given.loss.first.pos_weight == 5);
  CHECK(given.loss.second_weight == 2);
  CHECK(Other(o, Cosine{.warm_up = 3}, AdamW{.weight_decay = 0.5}).policies().schedule.warm_up == 3);
  CHECK_THROWS_AS(Other(o, AdamW{.weight_decay = -1}), unet::OptionError);
}

TEST_CASE("it learns with Dice, cross entropy, AdamW and a cosine") {
  TrainOptions o = options();
  o.epochs = 12;
  Trainer<UNet<1, 1, 4, 2>, Float, Mixed, AdamW, Cosine> trainer(o, Cosine{.warm_up = 8});
  CHECK(trainer.fit(ToySet(32, 0, 16), ToySet(16, 1000, 16)));
  CHECK(trainer.state().best > 0.85);

  o.epochs = 8;
  Trainer<UNet<1, 1, 4, 2>, Float, Dice> dice(o);
  CHECK(dice.fit(ToySet(32, 0, 16), ToySet(16, 1000, 16)));
  CHECK(dice.state().best > 0.8);
  CHECK(dice.state().history.back().validation_loss < 0.2);
}

TEST_CASE("Dice of several classes is learnt as well") {
  struct Classes : ToySet {
    using ToySet::ToySet;
    void load(Index i, unet::View<float> image, unet::View<float> target) const {
      ToySet::load(i, image, target);
      for (Index x = 0; x < shape().w; ++x) *target.at(0, 0, x) = 2;  // the first row is class 2
    }
  };
  Trainer<UNet<1, 3, 4, 1>, Float, Sum<unet::SoftmaxCrossEntropy, Dice>> trainer(options());
  trainer.fit(Classes(16), Classes(4, 1000));
  CHECK(trainer.state().history.back().train_loss < 0.9 * trainer.state().history.front().train_loss);
}

TEST_CASE("the rate follows the cosine step by step, through epochs") {
  Other trainer(options(), Cosine{.warm_up = 2});
  std::vector<double> rates;
  TrainCallbacks callbacks;
  callbacks.on_step = [&](const unet::StepReport& report) {
    if (!report.validating) rates.push_back(trainer.state().learning_rate);
  };
  CHECK(trainer.fit(train, validation, callbacks));
  REQUIRE(rates.size() == 9);
  CHECK(rates[0] == 0.005);
  CHECK(rates[1] == 0.01);
  CHECK(rates[2] == 0.01);
  for (std::size_t i = 3; i < 9; ++i) CHECK(rates[i] < rates[i - 1]);
  CHECK(rates[8] == doctest::Approx(0.01 * (1 + std::cos(3.141592653589793 * 6 / 7)) / 2));
  CHECK(trainer.state().history[1].learning_rate == rates[5]);
}

TEST_CASE("stopped anywhere and resumed: the same bits") {
  const TemporaryFolder folder;
  Other whole = other();
  CHECK(whole.fit(train, validation));
  for (int stop = 1;; ++stop) {
    CAPTURE(stop);
    Other trainer = other();
    if (trainer.fit(train, validation, stop_at(stop))) break;
    save_checkpoint(trainer, folder / "last.safetensors");
    Other resumed{TrainOptions{}};  // everything comes from the file
    load_into(resumed, folder / "last.safetensors");
    check_same(resumed.snapshot(), trainer.snapshot());
    CHECK(resumed.fit(train, validation));
    check_same(resumed.snapshot(), whole.snapshot());
  }
}

TEST_CASE("a checkpoint says what it was trained with, and no other training goes on from it") {
  const TemporaryFolder folder;
  save_checkpoint(other(), folder / "other.safetensors");
  save_checkpoint(Default(options()), folder / "default.safetensors");
  const SafetensorsReader file(folder / "other.safetensors");
  CHECK(file.find("optimiser.exp_avg.head.bias") != nullptr);
  CHECK(file.find("adam.exp_avg.head.bias") == nullptr);
  CHECK(contains(file.metadata().at("train_options"), "\"weight_decay\":0.05"));

  unet::Model<Small, Float> model;
  unet::load(model, folder / "other.safetensors");  // it is a weights file, too
  CHECK(refusal<Other>(folder / "other.safetensors") == "nothing was thrown");
  CHECK(refusal<Default>(folder / "default.safetensors") == "nothing was thrown");
  const std::string loss = refusal<Default>(folder / "other.safetensors");
  CHECK(contains(loss,
                 "other.safetensors: this training can not go on from it (it was trained with the loss "
                 "'binary_cross_entropy+dice', but this trainer has 'binary_cross_entropy'); resume with"));
  CHECK(contains(refusal<Trainer<Small, Float, Mixed>>(folder / "other.safetensors"),
                 "it was trained with the optimiser 'adamw', but this trainer has 'adam'"));
  CHECK(contains(refusal<Trainer<Small, Float, BinaryCrossEntropy, AdamW>>(folder / "default.safetensors"),
                 "it was trained with the optimiser 'adam', but this trainer has 'adamw'"));
  CHECK(contains(refusal<Trainer<Small, Float, Mixed, AdamW>>(folder / "other.safetensors"),
                 "it was trained with the schedule 'cosine', but this trainer has 'plateau'"));
}

TEST_CASE("parameters of default policies that are not the options' are kept, too") {
  const TemporaryFolder folder;
  save_checkpoint(Default(options(), unet::Adam{.beta1 = 0.8}), folder / "last.safetensors");
  Default resumed{TrainOptions{}};
  load_into(resumed, folder / "last.safetensors");
  CHECK(resumed.policies().optimiser.beta1 == 0.8);
  CHECK(resumed.policies().loss.pos_weight == 1.7);
}

TEST_CASE("a checkpoint of version 0.1.0, in the middle of epoch 2 of 3") {
  const auto path = std::filesystem::path(UNET_SOURCE_DIR) / "tests" / "reference" / "checkpoint_0_1_0.safetensors";
  Default trainer{TrainOptions{}};
  load_into(trainer, path);
  CHECK(trainer.options().seed == 0xfedcba9876543210);
  CHECK(trainer.policies().loss.pos_weight == 1.7);
  CHECK(trainer.policies().schedule == unet::Plateau{0.25, 1});
  const unet::TrainState& state = trainer.state();
  CHECK(state.epoch == 2);
  CHECK(state.samples_done == 8);
  CHECK(state.steps == 5);
  CHECK(state.learning_rate == 0.01);
  CHECK(state.best == 0.121875);
  CHECK(state.best_epoch == 1);
  REQUIRE(state.history.size() == 1);
  CHECK(state.history[0].train_loss == 1.0738218923448586);
  CHECK(state.sum.loss == 8.039517490979051);
  for (const std::vector<float>& moment : trainer.snapshot().moments)
    CHECK(std::any_of(moment.begin(), moment.end(), [](float m) { return m != 0; }));

  // Saved again it is the same but for the time and version; and training goes on.
  const TemporaryFolder folder;
  save_checkpoint(trainer, folder / "last.safetensors");
  const SafetensorsReader before(path), after(folder / "last.safetensors");
  CHECK(after.metadata().at("train_options") == before.metadata().at("train_options"));
  CHECK(after.metadata().at("train_state") == before.metadata().at("train_state"));
  CHECK(trainer.fit(train, validation));
  CHECK(trainer.state().history.size() == 3);
  CHECK(trainer.state().steps == 9);
}

TEST_CASE("a snapshot of another number of values or moments is refused, and changes nothing") {
  Default trainer(options());
  CHECK_FALSE(trainer.fit(train, validation, stop_at(2)));
  const auto good = trainer.snapshot();
  const auto refused = [&](auto change) {
    auto bad = good;
    bad.state.epoch = 2;
    change(bad);
    CHECK_THROWS_AS(trainer.restore(bad), unet::ShapeError);
    check_same(trainer.snapshot(), good);
  };
  refused([](auto& bad) { bad.moments[0].pop_back(); });
  refused([](auto& bad) { bad.moments[1].clear(); });
  refused([](auto& bad) { bad.values.parameters.pop_back(); });
  refused([](auto& bad) { bad.best = {{1}, {}}; });
}

}  // namespace policies_test
