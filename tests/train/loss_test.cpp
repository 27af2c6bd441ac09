// Losses against PyTorch's numbers, also for extreme logits, and the pixel counts that they report.
#include "unet/train/loss.hpp"

#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "../reference/reference_file.hpp"
#include "unet/core/buffer.hpp"
#include "unet/train/metrics.hpp"

using unet::HostTensor;
using unet::Index;
using unet::Shape;

namespace {

template <class T>
struct Result {
  std::vector<double> reports;  ///< of all images
  std::vector<T> gradient;
};

template <class B, class T = typename B::Scalar>
Result<T> compute(const HostTensor<T>& logits, const HostTensor<T>& target, double pos_weight,
                  bool with_gradient = true) {
  const Index classes = logits.shape.c;
  typename B::Context context;
  const unet::Buffer<B> z(context, logits.values), t(context, target.values);
  unet::Buffer<B> dz(context, std::vector<T>(logits.values.size(), T(NAN)));
  unet::Buffer<B, double> reports(logits.shape.n * unet::results_per_image(classes));
  const unet::View<const T> logits_view(z.data(), logits.shape), target_view(t.data(), target.shape);
  const unet::View<T> gradient = with_gradient ? unet::View<T>(dz.data(), logits.shape) : unet::View<T>();
  if (classes == 1)
    B::binary_cross_entropy(context, logits_view, target_view, static_cast<T>(pos_weight), gradient, reports.data());
  else
    B::softmax_cross_entropy(context, logits_view, target_view, gradient, reports.data());
  return {reports.to_host(context), dz.to_host(context)};
}

template <class B>
constexpr double tolerance = sizeof(typename B::Scalar) == 8 ? 1e-13 : 1e-6;

template <class B>
void check_case(const std::string& name, double pos_weight) {
  using T = typename B::Scalar;
  const ReferenceFile file("losses");
  const HostTensor<T> logits = file.map<T>(name + ".logits"), target = file.map<T>(name + ".target");
  const Result<T> result = compute<B>(logits, target, pos_weight);
  const std::vector<double> expected = file.numbers(name + ".image_losses");
  const auto each = result.reports.size() / expected.size();
  double mean = 0;
  for (std::size_t n = 0; n < expected.size(); ++n) {
    CHECK(result.reports[n * each] == doctest::Approx(expected[n]).epsilon(tolerance<B>));
    mean += result.reports[n * each] / static_cast<double>(expected.size());
  }
  CHECK(mean == doctest::Approx(file.number(name + ".loss")).epsilon(tolerance<B>));
  CHECK(relative_error(result.gradient, file.map<double>(name + ".logits_grad").values) < tolerance<B>);

  const Result<T> without = compute<B>(logits, target, pos_weight, false);
  CHECK(without.reports == result.reports);
  for (const T value : without.gradient) CHECK(std::isnan(value));  // not touched
}

}  // namespace

TEST_CASE_TEMPLATE("binary cross entropy with pos_weight", B, Double, Float) {
  check_case<B>("bce", ReferenceFile("losses").number("bce.pos_weight"));
}

TEST_CASE_TEMPLATE("softmax cross entropy", B, Double, Float) { check_case<B>("ce", 1); }

TEST_CASE_TEMPLATE("binary: extreme logits give exact losses and gradients, nothing overflows", B, Double, Float) {
  using T = typename B::Scalar;
  HostTensor<T> logits({1, 1, 8, 1}), target({1, 1, 8, 1});
  logits.values = {T(1e4), T(1e4), T(-1e4), T(-1e4), T(1e30), T(-1e30), T(0), T(0)};
  target.values = {1, 0, 1, 0, 1, 0, 1, 0};
  const Result<T> result = compute<B>(logits, target, 3);
  const double expected = (0 + 1e4 + 3e4 + 0 + 0 + 0 + 3 * std::log(2) + std::log(2)) / 8;
  CHECK(result.reports[0] == doctest::Approx(expected).epsilon(1e-6));
  const std::vector<double> gradient = {0, 1, -3, 0, 0, 0, -1.5, 0.5};
  for (std::size_t i = 0; i < 8; ++i)
    CHECK(static_cast<double>(result.gradient[i]) == doctest::Approx(gradient[i] / 8).epsilon(1e-6));
}

TEST_CASE_TEMPLATE("softmax: extreme logits", B, Double, Float) {
  using T = typename B::Scalar;
  HostTensor<T> logits({1, 1, 3, 3}), target({1, 1, 3, 1});
  logits.values = {T(1e4), T(-1e4), 0, T(1e4), T(-1e4), 0, T(1e30), T(1e30), T(-1e30)};
  target.values = {0, 1, 0};
  const Result<T> result = compute<B>(logits, target, 1);
  CHECK(result.reports[0] == doctest::Approx((0 + 2e4 + std::log(2)) / 3).epsilon(1e-6));
  const std::vector<double> gradient = {0, 0, 0, 1, -1, 0, -0.5, 0.5, 0};
  for (std::size_t i = 0; i < 9; ++i)
    CHECK(static_cast<double>(result.gradient[i]) == doctest::Approx(gradient[i] / 3).epsilon(1e-6));
}

TEST_CASE_TEMPLATE("a logit that is not a number gives a loss that is not a number", B, Double, Float) {
  using T = typename B::Scalar;
  HostTensor<T> logits({2, 1, 2, 1}), target({2, 1, 2, 1});
  logits.values = {0, 0, T(NAN), 0};
  const Result<T> result = compute<B>(logits, target, 1);
  CHECK(std::isfinite(result.reports[0]));
  CHECK(std::isnan(result.reports[4]));
}

TEST_CASE_TEMPLATE("reported pixel counts: intersection, predicted, true", B, Double, Float) {
  using T = typename B::Scalar;
  HostTensor<T> logits({2, 2, 2, 1}), target({2, 2, 2, 1});
  logits.values = {1,     T(-1), 1,     0,       //
                   T(-1), T(-1), T(-1), T(-1)};  // a logit of 0 is not predicted
  target.values = {1, 1, 0, 1,                   //
                   0, 0, 0, 0};
  const Result<T> binary = compute<B>(logits, target, 1);
  CHECK(std::vector<double>(binary.reports.begin() + 1, binary.reports.begin() + 4) == std::vector<double>{1, 2, 3});
  CHECK(std::vector<double>(binary.reports.begin() + 5, binary.reports.end()) == std::vector<double>{0, 0, 0});

  HostTensor<T> several({1, 1, 4, 3}), numbers({1, 1, 4, 1});
  several.values = {1, 0, 0, 0, 2, 2, 0, 0, 3, 5, 0, 0};  // predicted 0, 1 (the first of two largest), 2, 0
  numbers.values = {0, 2, 2, 0};
  const Result<T> classes = compute<B>(several, numbers, 1);
  CHECK(std::vector<double>(classes.reports.begin() + 1, classes.reports.end()) ==
        std::vector<double>{2, 2, 2, 0, 1, 0, 1, 1, 2});
}
