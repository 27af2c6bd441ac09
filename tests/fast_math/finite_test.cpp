// Compiled with -ffast-math, which takes every number for finite: what is not one is noticed all the same.
#include "unet/core/finite.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "../train/toy_set.hpp"
#include "unet/backends/cpu/cpu.hpp"
#include "unet/io/json_text.hpp"
#include "unet/models/number_text.hpp"
#include "unet/models/unet.hpp"
#include "unet/train/trainer.hpp"

namespace finite_test {

#ifndef __FAST_MATH__
#error "this test is about programs that are compiled with -ffast-math"
#endif

namespace {

using Net = unet::UNet<1, 1, 2, 1>;
using Trainer = unet::Trainer<Net, unet::Cpu<float>>;

constexpr double infinite = std::bit_cast<double>(0x7FF0'0000'0000'0000u);
constexpr double not_a_number = std::bit_cast<double>(0x7FF8'0000'0000'0000u);
constexpr float not_a_float = std::bit_cast<float>(0x7FC0'0000u);

static_assert(!unet::is_finite(infinite) && !unet::is_finite(-infinite) && !unet::is_finite(not_a_number));
static_assert(unet::is_finite(0.0) && unet::is_finite(-0.0) && unet::is_finite(std::numeric_limits<double>::max()) &&
              unet::is_finite(std::numeric_limits<double>::denorm_min()));
static_assert(!unet::is_finite(not_a_float) && !unet::is_finite(std::bit_cast<float>(0xFF80'0000u)));
static_assert(unet::is_finite(std::numeric_limits<float>::max()) && unet::is_finite(-1.0f));
static_assert(unet::is_nan(not_a_number) && unet::is_nan(-not_a_number) && !unet::is_nan(infinite) &&
              !unet::is_nan(1.0));

/// What the compiler knows nothing about.
double hidden(double value) {
  volatile double there = value;
  return there;
}

unet::TrainOptions options(double learning_rate) {
  return {.epochs = 3, .batch_size = 2, .learning_rate = learning_rate, .seed = 1};
}

/// A set with one value that is no number.
struct SpoiltSet : ToySet {
  using ToySet::ToySet;
  bool image_is_spoilt = false, target_is_spoilt = false;
  void load(unet::Index i, unet::View<float> image, unet::View<float> target) const {
    ToySet::load(i, image, target);
    if (image_is_spoilt) *image.at(0, 3, 3) = not_a_float;
    if (target_is_spoilt) *target.at(0, 3, 3) = not_a_float;
  }
};

}  // namespace

TEST_CASE("numbers that the compiler does not know") {
  CHECK_FALSE(unet::is_finite(hidden(infinite)));
  CHECK_FALSE(unet::is_finite(hidden(not_a_number)));
  CHECK(unet::is_finite(hidden(1e308)));
  CHECK(unet::is_nan(hidden(not_a_number)));
  CHECK_FALSE(unet::is_nan(hidden(infinite)));
  CHECK(unet::json_number(hidden(not_a_number)) == "null");
  std::vector<double> values;
  CHECK_FALSE(unet::detail::read_numbers("1, inf", values));
  CHECK_FALSE(unet::detail::read_numbers("nan", values));
}

TEST_CASE("options that are no numbers are refused") {
  for (const double value : {not_a_number, infinite, -1.0, 0.0})
    CHECK_THROWS_AS(options(hidden(value)).check(), unet::OptionError);
  CHECK_THROWS_AS((unet::Dice{.smooth = hidden(not_a_number)}.check()), unet::OptionError);
  CHECK_THROWS_AS((unet::Plateau{.factor = hidden(not_a_number)}.check()), unet::OptionError);
  CHECK_THROWS_AS((unet::Adam{.beta1 = hidden(not_a_number)}.check()), unet::OptionError);
}

TEST_CASE("a run whose values grow without bounds, or whose images hold no numbers, diverges") {
  Trainer steep(options(1e30));
  CHECK_THROWS_AS(steep.fit(ToySet(4), ToySet(2, 1000)), unet::DivergedError);
  SpoiltSet images(4);
  images.image_is_spoilt = true;
  Trainer spoilt(options(0.01));
  CHECK_THROWS_AS(spoilt.fit(images, ToySet(2, 1000)), unet::DivergedError);
  SpoiltSet targets(4);
  targets.target_is_spoilt = true;
  Trainer refused(options(0.01));
  CHECK_THROWS_AS(refused.fit(targets, ToySet(2, 1000)), unet::OptionError);
}

}  // namespace finite_test
