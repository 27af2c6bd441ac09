// Several ranks, here threads, that train one net together equal one that has the whole batch.
#include <doctest/doctest.h>

#include <mutex>

#include "../compiled_backends.hpp"
#include "../reference/reference_file.hpp"
#include "same_run.hpp"
#include "thread_ranks.hpp"
#include "toy_set.hpp"
#include "unet/models/unet.hpp"
#include "unet/train/trainer.hpp"

namespace ranks_test {

using unet::Batch;
using unet::Communicator;
using unet::DivergedError;
using unet::ImageResult;
using unet::Index;
using unet::TrainCallbacks;
using unet::Trainer;
using unet::TrainOptions;
using unet::UNet;

namespace {

using Net = UNet<1, 1, 3, 2>;

template <class B>
constexpr double tolerance = sizeof(typename B::Scalar) == 8 ? 1e-11 : 2e-4;

TrainOptions options() {
  TrainOptions o;
  o.epochs = 2;
  o.batch_size = 4;
  o.pos_weight = 1.7;
  o.seed = 3;
  return o;
}

std::string message(const std::exception_ptr& problem) {
  if (!problem) return "nothing was thrown";
  try {
    std::rethrow_exception(problem);
  } catch (const std::exception& error) {
    return error.what();
  }
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

void check_no_problem(const std::vector<std::exception_ptr>& problems) {
  for (const std::exception_ptr& problem : problems) CHECK(message(problem) == "nothing was thrown");
}

/// What a rank's Trainer knows after one pass.
template <class B>
struct Pass {
  std::vector<typename B::Scalar> gradients, state;
  std::vector<ImageResult> results;
};

template <class B, class T>
Pass<B> pass_of(T& trainer, const Batch& batch) {
  Pass<B> pass;
  pass.results = trainer.compute_gradients(batch);
  pass.gradients = trainer.gradients().to_host(trainer.model().context());
  pass.state = trainer.model().values().state;
  return pass;
}

/// Gradients and running statistics of a batch of seven, given whole and in parts of these sizes.
template <class B, class... Policies>
void check_pass(const std::vector<Index>& parts) {
  const ToySet set(7, 0, 12);
  const std::vector<Index> numbers = {0, 1, 2, 3, 4, 5, 6};
  Trainer<Net, B, Policies...> whole(options());
  const Pass<B> expected = pass_of<B>(whole, unet::load_batch(set, numbers));

  std::vector<Pass<B>> passes(parts.size());
  check_no_problem(on_ranks<B>(static_cast<int>(parts.size()), [&](Communicator<B>& communicator) {
    const auto rank = static_cast<std::size_t>(communicator.rank());
    const Index first = std::accumulate(parts.begin(), parts.begin() + communicator.rank(), Index{0});
    const auto own = std::span(numbers).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(parts[rank]));
    Trainer<Net, B, Policies...> trainer(options());
    trainer.join(communicator);
    passes[rank] = pass_of<B>(trainer, unet::load_batch(set, own));
  }));
  for (const Pass<B>& pass : passes) {
    CHECK(relative_error(pass.gradients, expected.gradients) < tolerance<B>);
    CHECK(relative_error(pass.state, expected.state) < tolerance<B>);
    CHECK(pass.gradients == passes[0].gradients);  // bit for bit
    CHECK(pass.state == passes[0].state);
    REQUIRE(pass.results.size() == expected.results.size());
    for (std::size_t i = 0; i < pass.results.size(); ++i) {
      CHECK(pass.results[i].loss == doctest::Approx(expected.results[i].loss).epsilon(tolerance<B>));
      CHECK(pass.results[i].iou == doctest::Approx(expected.results[i].iou).epsilon(0.05));
      CHECK(pass.results[i].loss == passes[0].results[i].loss);
    }
  }
}

}  // namespace

TEST_CASE_TEMPLATE("gradients and running statistics of a batch in parts", B, Double, Float) {
  check_pass<B>({4, 3});
  check_pass<B>({1, 6});
  check_pass<B>({2, 1, 4});
  check_pass<B, unet::Sum<unet::BinaryCrossEntropy, unet::Dice>>({5, 2});
}

TEST_CASE_TEMPLATE("whole runs: one rank, two, and three", B, Double, Float) {
  const ToySet train(11), validation(5, 1000);  // the last batch has 3 images, the last of validation 1
  Trainer<Net, B> alone(options());
  CHECK(alone.fit(train, validation));
  for (const int ranks : {1, 2, 3}) {
    CAPTURE(ranks);
    std::vector<unet::Snapshot<typename B::Scalar>> snapshots(static_cast<std::size_t>(ranks));
    check_no_problem(on_ranks<B>(ranks, [&](Communicator<B>& communicator) {
      Trainer<Net, B> trainer(options());
      trainer.join(communicator);
      trainer.fit(train, validation);
      snapshots[static_cast<std::size_t>(communicator.rank())] = trainer.snapshot();
    }));
    for (const auto& snapshot : snapshots) check_same(snapshot, snapshots[0]);
    if (ranks == 1) check_same(snapshots[0], alone.snapshot());
    const auto& values = snapshots[0].values;
    CHECK(relative_error(values.parameters, alone.model().values().parameters) < 100 * tolerance<B>);
    CHECK(relative_error(values.state, alone.model().values().state) < 100 * tolerance<B>);
    REQUIRE(snapshots[0].state.history.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
      const unet::EpochResult &a = snapshots[0].state.history[i], &b = alone.state().history[i];
      CHECK(a.train_loss == doctest::Approx(b.train_loss).epsilon(10 * tolerance<B>));
      CHECK(a.validation_loss == doctest::Approx(b.validation_loss).epsilon(10 * tolerance<B>));
    }
  }
}

TEST_CASE("a stop that is asked of one rank stops all, in the same place") {
  for (const int stop : {1, 2, 3}) {  // in an epoch, at its end, in validation
    std::vector<unet::Snapshot<float>> snapshots(2);
    check_no_problem(on_ranks<Float>(2, [&](Communicator<Float>& communicator) {
      Trainer<Net, Float> trainer(options());
      trainer.join(communicator);
      TrainCallbacks callbacks;
      callbacks.should_stop = [&, asked = 0]() mutable { return communicator.rank() == 1 && ++asked == stop; };
      CHECK_FALSE(trainer.fit(ToySet(8), ToySet(8, 1000), callbacks));
      snapshots[static_cast<std::size_t>(communicator.rank())] = trainer.snapshot();
    }));
    CHECK(snapshots[0].state.steps == std::min(stop, 2));
    check_same(snapshots[0], snapshots[1]);
  }
}

TEST_CASE("an image that is not a number on one rank: DivergedError on all") {
  struct Broken : ToySet {
    using ToySet::ToySet;
    void load(Index i, unet::View<float> image, unet::View<float> target) const {
      ToySet::load(i, image, target);
      if (i == 3) *image.at(0, 3, 4) = NAN;
    }
  };
  for (const bool in_training : {true, false}) {
    CAPTURE(in_training);
    const auto problems = on_ranks<Float>(2, [&](Communicator<Float>& communicator) {
      Trainer<Net, Float> trainer(options());
      trainer.join(communicator);
      if (in_training)
        trainer.fit(Broken(8), ToySet(4, 1000));
      else
        trainer.fit(ToySet(8), Broken(4));
    });
    CHECK(contains(message(problems[0]), "loss is not finite"));
    CHECK(message(problems[1]) == message(problems[0]));
    for (const std::exception_ptr& problem : problems) CHECK_THROWS_AS(std::rethrow_exception(problem), DivergedError);
  }
}

TEST_CASE("an image that one rank can not read: it says so, the other one stops as well") {
  struct Broken : ToySet {
    using ToySet::ToySet;
    void load(Index i, unet::View<float> image, unet::View<float> target) const {
      if (i == 3) throw unet::FileError("image 3 can not be read");
      ToySet::load(i, image, target);
    }
  };
  for (const bool in_training : {true, false}) {
    CAPTURE(in_training);
    auto problems = on_ranks<Float>(2, [&](Communicator<Float>& communicator) {
      Trainer<Net, Float> trainer(options());
      trainer.join(communicator);
      if (in_training)
        trainer.fit(Broken(8), ToySet(4, 1000));
      else
        trainer.fit(ToySet(8), Broken(4));
    });
    std::vector<std::string> messages = {message(problems[0]), message(problems[1])};
    std::sort(messages.begin(), messages.end());
    CHECK(messages[0] == "another rank has stopped with an error; its message says why");
    CHECK(messages[1] == "image 3 can not be read");
  }
}

TEST_CASE("too few images for the ranks") {
  const auto problems = on_ranks<Float>(2, [&](Communicator<Float>& communicator) {
    Trainer<Net, Float> trainer(options());
    trainer.join(communicator);
    trainer.fit(ToySet(9), ToySet(4, 1000));
  });
  for (const std::exception_ptr& problem : problems)
    CHECK(message(problem) ==
          "the last batch of an epoch has 1 of 9 images, which are too few for 2 ranks; choose another batch size");
}

}  // namespace ranks_test
