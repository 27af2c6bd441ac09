// IoU, Dice, and the learning rate schedule.
#include "unet/train/metrics.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "unet/train/plateau.hpp"

using unet::dice;
using unet::ImageResult;
using unet::iou;
using unet::Plateau;
using unet::PlateauOptions;

TEST_CASE("IoU and Dice of an image") {
  CHECK(iou({2, 3, 5}) == doctest::Approx(2.0 / 6));
  CHECK(dice({2, 3, 5}) == doctest::Approx(4.0 / 8));
  CHECK(iou({4, 4, 4}) == 1);
  CHECK(dice({4, 4, 4}) == 1);
  CHECK(iou({0, 3, 5}) == 0);
  CHECK(iou({0, 3, 0}) == 0);
  CHECK(dice({0, 0, 3}) == 0);
}

TEST_CASE("both masks empty: 1") {
  CHECK(iou({0, 0, 0}) == 1);
  CHECK(dice({0, 0, 0}) == 1);
}

TEST_CASE("a report of one class is of the foreground") {
  const std::vector<double> report = {0.25, 2, 3, 5};
  const ImageResult result = unet::image_result(report);
  CHECK(result.loss == 0.25);
  CHECK(result.iou == doctest::Approx(2.0 / 6));
  CHECK(result.dice == doctest::Approx(0.5));
}

TEST_CASE("a report of several classes: the mean over all but the background") {
  const std::vector<double> report = {0.5, 90, 91, 99, 2, 3, 5, 0, 0, 0};
  const ImageResult result = unet::image_result(report);
  CHECK(result.loss == 0.5);
  CHECK(result.iou == doctest::Approx((2.0 / 6 + 1) / 2));
  CHECK(result.dice == doctest::Approx((0.5 + 1) / 2));
}

TEST_CASE("mean over images") {
  const std::vector<ImageResult> images = {{1, 0.5, 0.25}, {3, 1, 0.75}};
  const ImageResult result = unet::mean(images);
  CHECK(result.loss == 2);
  CHECK(result.iou == 0.75);
  CHECK(result.dice == 0.5);
  CHECK(unet::mean({}).loss == 0);
}

TEST_CASE("plateau: halved after `patience` epochs in a row without a new best, then the count starts again") {
  Plateau plateau;
  plateau.learning_rate = 0.01;
  const PlateauOptions options{0.5, 3};
  int epoch = 0;
  const auto step = [&](double value) { return plateau.step(value, ++epoch, options); };
  CHECK(step(0.0));  // the first epoch is the best so far, even with IoU 0
  CHECK(step(0.5));
  CHECK_FALSE(step(0.5));  // a tie is no new best
  CHECK_FALSE(step(0.4));
  CHECK(plateau.learning_rate == 0.01);
  CHECK_FALSE(step(0.3));
  CHECK(plateau.learning_rate == 0.005);
  CHECK(plateau.epochs_without_best == 0);
  CHECK_FALSE(step(0.3));
  CHECK_FALSE(step(0.3));
  CHECK(plateau.learning_rate == 0.005);
  CHECK_FALSE(step(0.3));
  CHECK(plateau.learning_rate == 0.0025);
  CHECK_FALSE(step(0.3));
  CHECK(step(0.6));  // a new best ends the count
  CHECK(plateau.best == 0.6);
  CHECK(plateau.best_epoch == 10);
  CHECK_FALSE(step(0.3));
  CHECK_FALSE(step(0.3));
  CHECK(plateau.learning_rate == 0.0025);
}
