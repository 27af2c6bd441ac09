// IoU and Dice.
#include "unet/train/metrics.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace metrics_test {

using unet::dice;
using unet::ImageResult;
using unet::iou;

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
  const ImageResult result = unet::image_result(report[0], {report.data(), 1});
  CHECK(result.loss == 0.25);
  CHECK(result.iou == doctest::Approx(2.0 / 6));
  CHECK(result.dice == doctest::Approx(0.5));
}

TEST_CASE("a report of several classes: the mean over all but the background") {
  const std::vector<double> report = {0.5, 90, 91, 99, 2, 3, 5, 4, 4, 4};
  const ImageResult result = unet::image_result(report[0], {report.data(), 3});
  CHECK(result.loss == 0.5);
  CHECK(result.iou == doctest::Approx((2.0 / 6 + 1) / 2));
  CHECK(result.dice == doctest::Approx((0.5 + 1) / 2));
}

TEST_CASE("a class that is neither predicted nor true does not count; without any the image is right") {
  const std::vector<double> report = {0.5, 90, 91, 99, 2, 3, 5, 0, 0, 0};
  CHECK(unet::image_result(report[0], {report.data(), 3}).iou == doctest::Approx(2.0 / 6));
  CHECK(unet::image_result(report[0], {report.data(), 3}).dice == doctest::Approx(0.5));
  const std::vector<double> empty = {0.5, 99, 99, 99, 0, 0, 0, 0, 0, 0};
  CHECK(unet::image_result(empty[0], {empty.data(), 3}).iou == 1);
  CHECK(unet::image_result(empty[0], {empty.data(), 3}).dice == 1);
  const std::vector<double> invented = {0.5, 90, 91, 99, 2, 3, 5, 0, 4, 0};
  CHECK(unet::image_result(invented[0], {invented.data(), 3}).iou == doctest::Approx(2.0 / 6 / 2));
}

TEST_CASE("mean over images") {
  const std::vector<ImageResult> images = {{1, 0.5, 0.25}, {3, 1, 0.75}};
  const ImageResult result = unet::mean(images);
  CHECK(result.loss == 2);
  CHECK(result.iou == 0.75);
  CHECK(result.dice == 0.5);
  CHECK(unet::mean({}).loss == 0);
}

}  // namespace metrics_test
