// Losses against independent numbers and finite differences, also for extreme logits, and the pixel counts that they report.
#include "unet/train/loss.hpp"

#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "../layers/finite_differences.hpp"
#include "../reference/reference_file.hpp"
#include "run_loss.hpp"
#include "unet/core/parallel.hpp"

namespace loss_test {

using unet::BinaryCrossEntropy;
using unet::Dice;
using unet::HostTensor;
using unet::Index;
using unet::Shape;
using unet::SoftmaxCrossEntropy;
using unet::Sum;

namespace {

template <class B>
constexpr double tolerance = sizeof(typename B::Scalar) == 8 ? 1e-13 : 1e-6;

/// One case of a reference file.
template <class B, class Loss>
void check_case(const ReferenceFile& file, const std::string& name, const Loss& loss) {
  CAPTURE(name);
  using T = typename B::Scalar;
  const HostTensor<T> logits = file.map<T>(name + ".logits"), target = file.map<T>(name + ".target");
  const LossResult<T> result = run_loss<B>(loss, logits, target);
  const std::vector<double> expected = file.numbers(name + ".image_losses");
  REQUIRE(result.images.size() == expected.size());
  double mean = 0;
  for (std::size_t n = 0; n < expected.size(); ++n) {
    CHECK(result.images[n] == doctest::Approx(expected[n]).epsilon(tolerance<B>));
    mean += expected[n] / static_cast<double>(expected.size());
  }
  CHECK(result.value == doctest::Approx(mean).epsilon(tolerance<B>));
  CHECK(relative_error(result.gradient.values, file.map<double>(name + ".logits_grad").values) < tolerance<B>);
}

/// Three images of 5 x 7 with ties, extreme and ordinary logits; targets are classes, or 0, 1 and some between.
struct RandomCase {
  HostTensor<double> logits, target;
  RandomCase(Index classes, std::uint32_t number) : logits({3, 5, 7, classes}), target({3, 5, 7, 1}) {
    unet::Random random(5, unet::Purpose::test, 0, number);
    for (double& z : logits.values) z = random.below(10) ? 2 * random.normal() : (random.below(2) ? 30.0 : -30.0);
    for (double& t : target.values)
      t = classes > 1 ? random.below(static_cast<std::uint32_t>(classes)) : random.below(5) / 4.0;
    for (Index i = 0; i < 35; ++i) target.values[static_cast<std::size_t>(i)] = 0;  // an image of background
  }
};

template <class Loss>
void check_finite_differences(const Loss& loss, Index classes) {
  CAPTURE(std::string(Loss::name));
  RandomCase c(classes, 1);
  const LossResult<double> result = run_loss<Double>(loss, c.logits, c.target);
  CHECK(unet::testing::wrong_gradient("logits", c.logits.values.data(), result.gradient.values.data(),
                                      c.logits.shape.size(),
                                      [&] { return run_loss<Double>(loss, c.logits, c.target).value; }) == "");
  // As a part of a batch of 12, whose mean goes over all of them.
  const LossResult<double> part = run_loss<Double>(loss, c.logits, c.target, 12);
  for (std::size_t i = 0; i < part.gradient.values.size(); ++i)
    CHECK(part.gradient.values[i] == doctest::Approx(result.gradient.values[i] / 4).epsilon(1e-12));
}

}  // namespace

TEST_CASE_TEMPLATE("binary cross entropy with pos_weight", B, Double, Float) {
  const ReferenceFile file("losses");
  check_case<B>(file, "bce", BinaryCrossEntropy{file.number("bce.pos_weight")});
}

TEST_CASE_TEMPLATE("softmax cross entropy", B, Double, Float) {
  check_case<B>(ReferenceFile("losses"), "ce", SoftmaxCrossEntropy{});
}

TEST_CASE_TEMPLATE("Dice, of one logit a pixel and of several", B, Double, Float) {
  const ReferenceFile file("policies");
  check_case<B>(file, "dice", Dice{});
  check_case<B>(file, "dice_exact", Dice{0});
  check_case<B>(file, "dice_classes", Dice{});
}

TEST_CASE_TEMPLATE("weighted sums of losses", B, Double, Float) {
  const ReferenceFile file("policies");
  const BinaryCrossEntropy binary{2.97};
  check_case<B>(file, "sum", Sum<BinaryCrossEntropy, Dice>{binary, {}, 0.7, 1.3});
  check_case<B>(file, "sum", Sum<Dice, BinaryCrossEntropy>{{}, binary, 1.3, 0.7});
  check_case<B>(file, "sum", Sum<Sum<BinaryCrossEntropy, Dice>, Dice>{{binary, {}, 0.7, 1}, {}, 1, 0.3});
  check_case<B>(file, "sum_classes", Sum<SoftmaxCrossEntropy, Dice>{{}, {}, 2, 0.5});
  check_case<B>(file, "dice", Sum<BinaryCrossEntropy, Dice>{binary, {}, 0, 1});
}

TEST_CASE("gradients against finite differences") {
  check_finite_differences(BinaryCrossEntropy{2.5}, 1);
  check_finite_differences(SoftmaxCrossEntropy{}, 4);
  for (const double smooth : {0.0, 1.0, 20.0}) {
    check_finite_differences(Dice{smooth}, 1);
    check_finite_differences(Dice{smooth}, 2);
    check_finite_differences(Dice{smooth}, 4);
  }
  check_finite_differences(Sum<Dice, BinaryCrossEntropy>{{}, {3}, 0.5, 2}, 1);
  check_finite_differences(Sum<Dice, SoftmaxCrossEntropy>{{}, {}, 0.5, 2}, 3);
}

TEST_CASE_TEMPLATE("an image's loss is its own, and the sums of its rows add up to it", B, Double, Float) {
  using T = typename B::Scalar;
  for (const Index classes : {1, 3}) {
    CAPTURE(classes);
    const RandomCase c(classes, 2);
    HostTensor<T> logits(c.logits.shape), target(c.target.shape);
    std::copy(c.logits.values.begin(), c.logits.values.end(), logits.values.begin());
    std::copy(c.target.values.begin(), c.target.values.end(), target.values.begin());
    const auto check = [&](const auto& loss) {
      const LossResult<T> all = run_loss<B>(loss, logits, target);
      const Index each = loss_report_size(classes, loss.terms());
      for (Index n = 0; n < 3; ++n) {
        HostTensor<T> z({1, 5, 7, classes}), t({1, 5, 7, 1});
        copy_view(std::as_const(logits).view().images(n, 1), z.view());
        copy_view(std::as_const(target).view().images(n, 1), t.view());
        const LossResult<T> one = run_loss<B>(loss, z, t);
        CHECK(std::equal(one.reports.begin(), one.reports.end(), all.reports.begin() + n * each));

        z.shape = {5, 1, 7, classes};  // its rows as images
        t.shape = {5, 1, 7, 1};
        const LossResult<T> rows = run_loss<B>(loss, z, t);
        std::vector<double> sum(static_cast<std::size_t>(each));
        for (std::size_t i = 0; i < rows.reports.size(); ++i) sum[i % sum.size()] += rows.reports[i];
        CHECK(loss.value({sum.data(), classes, 5}) == doctest::Approx(one.value).epsilon(1e-12));
      }
    };
    if (classes == 1)
      check(Sum<BinaryCrossEntropy, Dice>{{2}, {}, 1, 1});
    else
      check(Sum<SoftmaxCrossEntropy, Dice>{});
  }
}

TEST_CASE("Dice of masks that are all there or not there at all") {
  HostTensor<double> logits({1, 2, 2, 1}), target({1, 2, 2, 1});
  const auto dice = [&](double z, double t, double smooth) {
    std::fill(logits.values.begin(), logits.values.end(), z);
    std::fill(target.values.begin(), target.values.end(), t);
    const LossResult<double> result = run_loss<Double>(Dice{smooth}, logits, target);
    for (const double d : result.gradient.values) CHECK(std::isfinite(d));
    return result.value;
  };
  CHECK(dice(800, 1, 0) == 0);
  CHECK(dice(-800, 1, 0) == 1);
  CHECK(dice(-800, 0, 0) == 0);  // nothing predicted, nothing true
  CHECK(dice(800, 0, 0) == 1);
  CHECK(dice(800, 0, 1) == doctest::Approx(1 - 1.0 / 5));
  CHECK(dice(-800, 0, 1) == 0);
}

TEST_CASE("losses that make no sense") {
  CHECK_THROWS_WITH_AS(BinaryCrossEntropy{0}.check(), "pos_weight must be a positive number, not 0.000000",
                       unet::OptionError);
  CHECK_THROWS_AS(Dice{-1}.check(), unet::OptionError);
  CHECK_THROWS_AS(Dice{NAN}.check(), unet::OptionError);
  using Both = Sum<BinaryCrossEntropy, Dice>;
  CHECK_THROWS_AS((Both{{-1}, {}, 1, 1}.check()), unet::OptionError);
  CHECK_THROWS_AS((Both{{1}, {-1}, 1, 1}.check()), unet::OptionError);
  CHECK_THROWS_AS((Both{{1}, {}, -1, 1}.check()), unet::OptionError);
  CHECK_NOTHROW(Both{}.check());
}

TEST_CASE_TEMPLATE("binary: extreme logits give exact losses and gradients, nothing overflows", B, Double, Float) {
  using T = typename B::Scalar;
  HostTensor<T> logits({1, 1, 8, 1}), target({1, 1, 8, 1});
  logits.values = {T(1e4), T(1e4), T(-1e4), T(-1e4), T(1e30), T(-1e30), T(0), T(0)};
  target.values = {1, 0, 1, 0, 1, 0, 1, 0};
  const LossResult<T> result = run_loss<B>(BinaryCrossEntropy{3}, logits, target);
  const double expected = (0 + 1e4 + 3e4 + 0 + 0 + 0 + 3 * std::log(2) + std::log(2)) / 8;
  CHECK(result.reports[0] == doctest::Approx(expected).epsilon(1e-6));
  const std::vector<double> gradient = {0, 1, -3, 0, 0, 0, -1.5, 0.5};
  for (std::size_t i = 0; i < 8; ++i)
    CHECK(static_cast<double>(result.gradient.values[i]) == doctest::Approx(gradient[i] / 8).epsilon(1e-6));
}

TEST_CASE_TEMPLATE("softmax: extreme logits", B, Double, Float) {
  using T = typename B::Scalar;
  HostTensor<T> logits({1, 1, 3, 3}), target({1, 1, 3, 1});
  logits.values = {T(1e4), T(-1e4), 0, T(1e4), T(-1e4), 0, T(1e30), T(1e30), T(-1e30)};
  target.values = {0, 1, 0};
  const LossResult<T> result = run_loss<B>(SoftmaxCrossEntropy{}, logits, target);
  CHECK(result.reports[0] == doctest::Approx((0 + 2e4 + std::log(2)) / 3).epsilon(1e-6));
  const std::vector<double> gradient = {0, 0, 0, 1, -1, 0, -0.5, 0.5, 0};
  for (std::size_t i = 0; i < 9; ++i)
    CHECK(static_cast<double>(result.gradient.values[i]) == doctest::Approx(gradient[i] / 3).epsilon(1e-6));
}

TEST_CASE_TEMPLATE("a logit that is not a number gives a loss that is not a number", B, Double, Float) {
  using T = typename B::Scalar;
  HostTensor<T> logits({2, 1, 2, 1}), target({2, 1, 2, 1}), several({2, 1, 2, 3});
  logits.values = {0, 0, T(NAN), 0};
  several.values[7] = T(NAN);
  const auto check = [](const LossResult<T>& result) {
    CHECK(std::isfinite(result.images[0]));
    CHECK(std::isnan(result.images[1]));
  };
  check(run_loss<B>(BinaryCrossEntropy{}, logits, target));
  check(run_loss<B>(Dice{}, logits, target));
  check(run_loss<B>(SoftmaxCrossEntropy{}, several, target));
  check(run_loss<B>(Dice{}, several, target));
}

TEST_CASE_TEMPLATE("reported pixel counts: intersection, predicted, true", B, Double, Float) {
  using T = typename B::Scalar;
  HostTensor<T> logits({2, 2, 2, 1}), target({2, 2, 2, 1});
  logits.values = {1,     T(-1), 1,     0,       //
                   T(-1), T(-1), T(-1), T(-1)};  // a logit of 0 is not predicted
  target.values = {1, 1, 0, 1,                   //
                   0, 0, 0, 0};
  const LossResult<T> binary = run_loss<B>(BinaryCrossEntropy{}, logits, target);
  CHECK(std::vector<double>(binary.reports.begin() + 1, binary.reports.begin() + 4) == std::vector<double>{1, 2, 3});
  CHECK(std::vector<double>(binary.reports.begin() + 5, binary.reports.end()) == std::vector<double>{0, 0, 0});

  HostTensor<T> several({1, 1, 4, 3}), numbers({1, 1, 4, 1});
  several.values = {1, 0, 0, 0, 2, 2, 0, 0, 3, 5, 0, 0};  // predicted 0, 1 (the first of two largest), 2, 0
  numbers.values = {0, 2, 2, 0};
  const LossResult<T> classes = run_loss<B>(SoftmaxCrossEntropy{}, several, numbers);
  CHECK(std::vector<double>(classes.reports.begin() + 1, classes.reports.end()) ==
        std::vector<double>{2, 2, 2, 0, 1, 0, 1, 1, 2});
}

}  // namespace loss_test
