// Learning rate schedules.
#include <doctest/doctest.h>

#include <vector>

#include "unet/train/policies.hpp"

namespace schedule_test {

using unet::Cosine;
using unet::OptionError;
using unet::Plateau;
using unet::TrainState;

TEST_CASE("plateau: halved after `patience` epochs in a row without a new best, then the count starts again") {
  TrainState state;
  state.learning_rate = 0.01;
  const Plateau plateau{0.5, 3};
  const auto rate_after = [&](bool is_best) {
    plateau.after_epoch(state, is_best);
    return state.learning_rate;
  };
  CHECK(rate_after(true) == 0.01);
  CHECK(rate_after(true) == 0.01);
  CHECK(rate_after(false) == 0.01);
  CHECK(rate_after(false) == 0.01);
  CHECK(rate_after(false) == 0.005);
  CHECK(state.epochs_without_best == 0);
  CHECK(rate_after(false) == 0.005);
  CHECK(rate_after(false) == 0.005);
  CHECK(rate_after(false) == 0.0025);
  CHECK(rate_after(false) == 0.0025);
  CHECK(rate_after(true) == 0.0025);  // a new best ends the count
  CHECK(rate_after(false) == 0.0025);
  CHECK(rate_after(false) == 0.0025);
  CHECK(rate_after(false) == 0.00125);

  plateau.before_step(state, 0.01, 100);
  CHECK(state.learning_rate == 0.00125);
}

TEST_CASE("cosine: up in a straight line, then down half a period, step by step") {
  const Cosine cosine{4, 0.01};
  TrainState state;
  std::vector<double> rates;
  for (; state.steps < 12; ++state.steps) {
    cosine.before_step(state, 0.09, 12);
    rates.push_back(state.learning_rate);
  }
  // 0.01 + 0.08 (1 + cos(pi i / 8)) / 2, to ten digits
  const std::vector<double> expected = {0.0225,       0.045,        0.0675, 0.09,         0.09,         0.0869551813,
                                        0.0782842712, 0.0653073373, 0.05,   0.0346926627, 0.0217157288, 0.0130448187};
  REQUIRE(rates.size() == expected.size());
  for (std::size_t i = 0; i < rates.size(); ++i) CHECK(rates[i] == doctest::Approx(expected[i]).epsilon(1e-9));

  cosine.before_step(state, 0.09, 12);  // beyond the end: as low as it gets
  CHECK(state.learning_rate == doctest::Approx(0.01).epsilon(1e-12));
  cosine.after_epoch(state, false);
  CHECK(state.learning_rate == doctest::Approx(0.01).epsilon(1e-12));
}

TEST_CASE("cosine: the number of steps is its own, or the run's, or an error") {
  TrainState state;
  state.steps = 5;
  Cosine{0, 0, 10}.before_step(state, 1, 1000);
  CHECK(state.learning_rate == doctest::Approx(0.5));
  Cosine{}.before_step(state, 1, 20);
  CHECK(state.learning_rate == doctest::Approx(0.8535533906));
  CHECK_THROWS_WITH_AS(Cosine{}.before_step(state, 1, 0),
                       "the cosine schedule warms up for 0 steps, but the run has an unknown number of them: set "
                       "Cosine::steps",
                       OptionError);
  CHECK_THROWS_WITH_AS((Cosine{20}.before_step(state, 1, 20)),
                       "the cosine schedule warms up for 20 steps, but the run has 20", OptionError);
}

TEST_CASE("schedules that make no sense") {
  for (const Plateau& plateau : {Plateau{1, 3}, Plateau{0, 3}, Plateau{0.5, 0}})
    CHECK_THROWS_AS(plateau.check(), OptionError);
  for (const Cosine& cosine : {Cosine{-1}, Cosine{0, -0.1}, Cosine{0, 0, -1}, Cosine{5, 0, 5}})
    CHECK_THROWS_AS(cosine.check(), OptionError);
  CHECK_NOTHROW((Cosine{4, 0, 5}.check()));
  CHECK_NOTHROW(Cosine{}.check());
}

}  // namespace schedule_test
