// Compares two training runs bit for bit.
#pragma once
#include <doctest/doctest.h>

#include "unet/train/trainer.hpp"

/// Everything that decides how a run goes on, but for the times that it took.
template <class T, class Policies>
void check_same(const unet::Snapshot<T, Policies>& a, const unet::Snapshot<T, Policies>& b) {
  CHECK(a.values.parameters == b.values.parameters);
  CHECK(a.values.state == b.values.state);
  CHECK(a.best.parameters == b.best.parameters);
  CHECK(a.best.state == b.best.state);
  CHECK(a.moments == b.moments);
  CHECK(a.policies.loss == b.policies.loss);
  CHECK(a.policies.optimiser == b.policies.optimiser);
  CHECK(a.policies.schedule == b.policies.schedule);

  CHECK(a.state.epoch == b.state.epoch);
  CHECK(a.state.samples_done == b.state.samples_done);
  CHECK(a.state.steps == b.state.steps);
  CHECK(a.state.sum.loss == b.state.sum.loss);
  CHECK(a.state.sum.iou == b.state.sum.iou);
  CHECK(a.state.sum.dice == b.state.sum.dice);
  CHECK(a.state.learning_rate == b.state.learning_rate);
  CHECK(a.state.best == b.state.best);
  CHECK(a.state.best_epoch == b.state.best_epoch);
  CHECK(a.state.epochs_without_best == b.state.epochs_without_best);
  REQUIRE(a.state.history.size() == b.state.history.size());
  for (std::size_t i = 0; i < a.state.history.size(); ++i) {
    const unet::EpochResult &x = a.state.history[i], &y = b.state.history[i];
    CHECK(x.epoch == y.epoch);
    CHECK(x.train_loss == y.train_loss);
    CHECK(x.train_iou == y.train_iou);
    CHECK(x.validation_loss == y.validation_loss);
    CHECK(x.validation_iou == y.validation_iou);
    CHECK(x.learning_rate == y.learning_rate);
    CHECK(x.is_best == y.is_best);
  }
}
