// Trainer: it learns, reports, keeps the best epoch, stops on nonsense.
#include "unet/train/trainer.hpp"

#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "same_run.hpp"
#include "toy_set.hpp"
#include "unet/models/unet.hpp"

namespace trainer_test {

using unet::DivergedError;
using unet::EpochResult;
using unet::Index;
using unet::OptionError;
using unet::Shape;
using unet::ShapeError;
using unet::StepReport;
using unet::TrainCallbacks;
using unet::Trainer;
using unet::TrainOptions;
using unet::UNet;

namespace {

using Net = UNet<1, 1, 4, 2>;

TrainOptions options(int epochs, Index batch_size, double learning_rate = 0.01) {
  TrainOptions o;
  o.epochs = epochs;
  o.batch_size = batch_size;
  o.learning_rate = learning_rate;
  return o;
}

/// What f() throws as E, or a text that says that it did not.
template <class E, class F>
std::string message_of(const F& f) {
  try {
    f();
  } catch (const E& error) {
    return error.what();
  }
  return "nothing was thrown";
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The toy set with one image broken.
struct BrokenSet : ToySet {
  using ToySet::ToySet;
  Index broken = 5;
  void load(Index i, unet::View<float> image, unet::View<float> target) const {
    ToySet::load(i, image, target);
    if (i == broken) *image.at(0, 3, 4) = NAN;
  }
};

}  // namespace

TEST_CASE("it learns: bright rectangles are found") {
  Trainer<Net, Float> trainer(options(12, 4));
  CHECK(trainer.fit(ToySet(32, 0, 16), ToySet(16, 1000, 16)));
  const auto& history = trainer.state().history;
  REQUIRE(history.size() == 12);
  CHECK(history.back().train_loss < 0.5 * history.front().train_loss);
  CHECK(trainer.state().best > 0.85);
}

TEST_CASE("the best epoch's values are kept, and give its validation result again") {
  Trainer<Net, Float> trainer(options(6, 4, 0.02));
  const ToySet train(12), validation(9, 1000);
  CHECK(trainer.best_model().values().parameters == trainer.model().values().parameters);  // no epoch finished
  std::vector<std::vector<float>> after_epoch;
  TrainCallbacks callbacks;
  callbacks.on_epoch = [&](const EpochResult&) { after_epoch.push_back(trainer.model().values().parameters); };
  trainer.fit(train, validation, callbacks);

  const auto& history = trainer.state().history;
  double best = -1;
  int best_epoch = 0;
  for (const EpochResult& epoch : history) {
    CHECK(epoch.is_best == (epoch.validation_iou > best));
    if (!epoch.is_best) continue;
    best = epoch.validation_iou;
    best_epoch = epoch.epoch;
  }
  CHECK(trainer.state().best_epoch == best_epoch);
  auto model = trainer.best_model();
  CHECK(model.values().parameters == after_epoch.at(static_cast<std::size_t>(best_epoch - 1)));
  unet::EvaluateOptions evaluation;
  evaluation.batch_size = 4;
  CHECK(unet::mean(unet::evaluate(model, validation, evaluation)).iou == best);
}

TEST_CASE(
    "an epoch is every image once, in an order that depends on seed and epoch alone; the last batch may be smaller") {
  const ToySet train(10);
  TrainOptions o = options(2, 4);
  o.seed = 3;
  o.pos_weight = 2;
  Trainer<Net, Float> trainer(o), by_hand(o);
  trainer.fit(train, ToySet(2, 1000));
  for (std::uint32_t epoch = 1; epoch <= 2; ++epoch) {
    std::vector<Index> order = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    unet::shuffle(order, unet::Random(3, unet::Purpose::shuffle, epoch));
    std::vector<unet::ImageResult> results;
    for (std::size_t first = 0; first < 10; first += 4) {
      const auto numbers = std::span(order).subspan(first, std::min<std::size_t>(4, 10 - first));
      for (const unet::ImageResult& result : by_hand.step(unet::load_batch(train, numbers))) results.push_back(result);
    }
    const EpochResult& reported = trainer.state().history.at(epoch - 1);
    CHECK(reported.train_loss == doctest::Approx(unet::mean(results).loss).epsilon(1e-12));
    CHECK(reported.train_iou == doctest::Approx(unet::mean(results).iou).epsilon(1e-12));
  }
  CHECK(trainer.model().values().parameters == by_hand.model().values().parameters);
  CHECK(trainer.model().values().state == by_hand.model().values().state);
  CHECK(trainer.state().steps == 6);
}

TEST_CASE("training takes variants of its samples, drawn by seed and epoch; validation takes the samples themselves") {
  struct Varied : ToySet {
    using ToySet::load;
    using ToySet::ToySet;
    std::vector<unet::Draw>* draws;
    void load(Index i, unet::Draw draw, unet::View<float> image, unet::View<float> target) const {
      load(i, image, target);
      draws[i].push_back(draw);
    }
  };
  TrainOptions o = options(2, 4);
  o.seed = 3;
  std::vector<unet::Draw> trained[5], validated[5];
  Varied train(5), validation(5);
  train.draws = trained;
  validation.draws = validated;
  Trainer<UNet<1, 1, 1, 1>, Float> trainer(o);
  trainer.fit(train, validation);
  for (int i = 0; i < 5; ++i) {
    CHECK(trained[i] == std::vector<unet::Draw>{{3, 1}, {3, 2}});
    CHECK(validated[i].empty());
  }
}

TEST_CASE("the same seed gives the same run; another seed another") {
  const auto run = [](std::uint64_t seed) {
    TrainOptions o = options(2, 3);
    o.seed = seed;
    Trainer<Net, Float> trainer(o);
    trainer.fit(ToySet(7), ToySet(3, 1000));
    return trainer.snapshot();
  };
  const auto a = run(1), b = run(1), c = run(2);
  check_same(a, b);
  CHECK(a.values.parameters != c.values.parameters);
}

TEST_CASE("what a run reports") {
  Trainer<Net, Float> trainer(options(2, 4));
  std::vector<StepReport> steps;
  std::vector<EpochResult> epochs;
  TrainCallbacks callbacks;
  callbacks.on_step = [&](const StepReport& report) { steps.push_back(report); };
  callbacks.on_epoch = [&](const EpochResult& result) { epochs.push_back(result); };
  CHECK(trainer.fit(ToySet(10), ToySet(5, 1000), callbacks));

  REQUIRE(steps.size() == 2 * (3 + 2));  // 3 training and 2 validation batches an epoch
  for (std::size_t i = 0; i < steps.size(); ++i) {
    CAPTURE(i);
    const StepReport& report = steps[i];
    const auto within = static_cast<Index>(i % 5);
    CHECK(report.epoch == (i < 5 ? 1 : 2));
    CHECK(report.epochs == 2);
    CHECK(report.validating == (within >= 3));
    CHECK(report.step == (within >= 3 ? within - 2 : within + 1));
    CHECK(report.steps == (within >= 3 ? 2 : 3));
    CHECK(report.loss > 0);
    CHECK(report.images_per_second > 0);
  }
  CHECK(steps[2].loss == doctest::Approx(epochs.at(0).train_loss));
  CHECK(steps[2].iou == doctest::Approx(epochs.at(0).train_iou));
  REQUIRE(epochs.size() == 2);
  CHECK(epochs[1].epoch == 2);
  CHECK(epochs[1].seconds > 0);
  CHECK(epochs[1].images_per_second >= 10 / epochs[1].seconds);  // of the steps alone, so not less
  CHECK(epochs[1].learning_rate == 0.01);
  CHECK(trainer.fit(ToySet(10), ToySet(5, 1000), callbacks));  // all done: nothing happens
  CHECK(steps.size() == 10);
}

TEST_CASE("the schedule lowers the rate that Adam uses") {
  TrainOptions o = options(4, 4, 1e-12);  // so small that no epoch can be better than the first
  o.plateau = {0.25, 1};
  Trainer<Net, Float> trainer(o);
  trainer.fit(ToySet(4), ToySet(4, 1000));
  const auto& history = trainer.state().history;
  double rate = 1e-12;
  for (std::size_t i = 0; i < history.size(); ++i) {
    CHECK(history[i].learning_rate == rate);
    if (!history[i].is_best) rate *= 0.25;
  }
  CHECK(trainer.state().learning_rate == rate);
  CHECK(rate < 1e-12);
}

TEST_CASE("an image with a value that is not a number: DivergedError says when") {
  BrokenSet train(8);
  Trainer<Net, Float> trainer(options(3, 1));
  std::vector<Index> order = {0, 1, 2, 3, 4, 5, 6, 7};
  unet::shuffle(order, unet::Random(0, unet::Purpose::shuffle, 1));
  const auto step = std::find(order.begin(), order.end(), 5) - order.begin() + 1;
  const std::string message = message_of<DivergedError>([&] { trainer.fit(train, ToySet(2, 1000)); });
  CHECK(contains(message, "the loss is not finite in epoch 1, after " + std::to_string(step) + " images (Adam step " +
                              std::to_string(step) + ")"));
  CHECK(contains(message, "lower the learning rate"));

  BrokenSet validation(8);
  Trainer<Net, Float> other(options(3, 4));
  CHECK(contains(message_of<DivergedError>([&] { other.fit(ToySet(8), validation); }),
                 "the validation loss is not finite after epoch 1 (Adam step 2)"));
}

TEST_CASE("a learning rate far too high: DivergedError") {
  Trainer<Net, Float> trainer(options(20, 4, 1e38));
  const std::string message = message_of<DivergedError>([&] { trainer.fit(ToySet(8), ToySet(4, 1000)); });
  CHECK(contains(message, "not finite"));
  CHECK(contains(message, "epoch "));
  CHECK(contains(message, "Adam step "));
}

TEST_CASE("sets that do not fit") {
  Trainer<Net, Float> trainer(options(2, 8));
  CHECK(message_of<OptionError>([&] { trainer.fit(ToySet(7), ToySet(4)); }) ==
        "the batch size 8 is larger than the training set of 7 images");
  CHECK(message_of<OptionError>([&] { trainer.fit(ToySet(0), ToySet(4)); }) == "the training set is empty");
  CHECK(contains(message_of<OptionError>([&] { trainer.fit(ToySet(8), ToySet(0)); }), "the validation set is empty"));
  CHECK(contains(message_of<ShapeError>([&] { trainer.fit(ToySet(8, 0, 10), ToySet(4)); }),
                 "height and width must be multiples of 4"));
  CHECK(contains(message_of<ShapeError>([&] { trainer.fit(ToySet(8), ToySet(4, 0, 10)); }),
                 "height and width must be multiples of 4"));
  Trainer<UNet<2, 1, 2, 1>, Float> two_channels(options(1, 2));
  CHECK(contains(message_of<ShapeError>([&] { two_channels.fit(ToySet(8), ToySet(4)); }),
                 "takes images of 2 channel(s)"));
}

TEST_CASE("targets that are no masks or class numbers") {
  const Shape shape{1, 8, 8, 1};
  unet::Batch batch{unet::HostTensor<float>(shape), unet::HostTensor<float>(shape)};
  Trainer<Net, Float> binary(options(1, 1));
  Trainer<UNet<1, 3, 2, 1>, Float> classes(options(1, 1));
  const auto message = [&](auto& trainer, float value) {
    batch.targets.values[7] = value;
    const std::string trained = message_of<OptionError>([&] { trainer.step(batch); });
    CHECK(message_of<OptionError>([&] { unet::evaluate_batch(trainer.model(), batch, 1); }) == trained);
    return trained;
  };
  CHECK(message(binary, 255) == "a target has the value 255.000000, but masks are 0 or 1: scale them");
  CHECK(contains(message(binary, -1), "-1.0"));
  CHECK(contains(message(binary, NAN), "nan"));
  CHECK(message(binary, 0.5f) == "nothing was thrown");
  CHECK(message(classes, 3) == "a target has the value 3.000000, but class numbers are whole, 0 to 2");
  CHECK(contains(message(classes, 1e30f), "class numbers"));
  CHECK(contains(message(classes, -1), "class numbers"));
  CHECK(contains(message(classes, 0.5f), "class numbers"));
  CHECK(contains(message(classes, NAN), "class numbers"));
  CHECK(message(classes, 2) == "nothing was thrown");

  batch.targets = unet::HostTensor<float>({1, 8, 4, 1});
  CHECK(message_of<ShapeError>([&] { binary.step(batch); }) ==
        "images of 1x8x8x1 need targets of 1x8x8x1, but these are 1x8x4x1");
  unet::EvaluateOptions no_batch;
  no_batch.batch_size = 0;
  CHECK(message_of<OptionError>([&] { unet::evaluate(binary.model(), ToySet(2), no_batch); }) ==
        "the batch size must be at least 1, not 0");
}

TEST_CASE("options that make no sense") {
  const auto message = [](auto change) {
    TrainOptions o;
    change(o);
    return message_of<OptionError>([&] { Trainer<UNet<1, 1, 1, 1>, Float> trainer(o); });
  };
  CHECK(message([](TrainOptions&) {}) == "nothing was thrown");
  CHECK(message([](TrainOptions& o) { o.epochs = 0; }) == "epochs must be at least 1, not 0");
  CHECK(message([](TrainOptions& o) { o.batch_size = 0; }) == "the batch size must be at least 1, not 0");
  CHECK(contains(message([](TrainOptions& o) { o.learning_rate = -0.1; }),
                 "the learning rate must be a positive number"));
  CHECK(
      contains(message([](TrainOptions& o) { o.learning_rate = NAN; }), "the learning rate must be a positive number"));
  CHECK(contains(message([](TrainOptions& o) { o.pos_weight = 0; }), "pos_weight must be a positive number"));
  CHECK(contains(message([](TrainOptions& o) { o.plateau.factor = 1; }), "plateau"));
  CHECK(contains(message([](TrainOptions& o) { o.plateau.patience = 0; }), "plateau"));
}

TEST_CASE("an error while reading an image reaches the caller") {
  struct Failing : ToySet {
    using ToySet::ToySet;
    void load(Index i, unet::View<float>, unet::View<float>) const {
      throw unet::FileError("image " + std::to_string(i) + " can not be read");
    }
  };
  Trainer<Net, Float> trainer(options(1, 2));
  CHECK(contains(message_of<unet::FileError>([&] { trainer.fit(Failing(4), ToySet(4)); }), "can not be read"));
  CHECK(contains(message_of<unet::FileError>([&] { trainer.fit(ToySet(4), Failing(4)); }), "can not be read"));
}

TEST_CASE("several classes: class numbers as targets") {
  struct Classes : ToySet {
    using ToySet::ToySet;
    void load(Index i, unet::View<float> image, unet::View<float> target) const {
      ToySet::load(i, image, target);
      for (Index x = 0; x < shape().w; ++x) *target.at(0, 0, x) = 2;  // the first row is class 2
    }
  };
  Trainer<UNet<1, 3, 4, 1>, Float> trainer(options(6, 4));
  trainer.fit(Classes(16), Classes(4, 1000));
  CHECK(trainer.state().history.back().train_loss < 0.7 * trainer.state().history.front().train_loss);
}

}  // namespace trainer_test
