// Cpu's kernels in the instruction set in use, where the conformance suite does not go: many channels, large batches, other numbers
// of threads, numbers below float's normal range.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "../compiled_backends.hpp"
#include "unet/backends/cpu/isa/dispatch.hpp"
#include "unet/core/host_tensor.hpp"
#include "unet/core/parallel.hpp"
#include "unet/core/random.hpp"

namespace fast_kernels_test {

using unet::HostTensor;
using unet::Index;
using unet::Shape;

namespace {

template <class T>
HostTensor<T> random_map(Shape shape, std::uint32_t seed) {
  HostTensor<T> map(shape);
  unet::Random random(seed, unet::Purpose::test);
  for (T& value : map.values)
    value = static_cast<T>(static_cast<unet::bf16>(random.normal()));  // the same in each type
  return map;
}

/// What each pass of a convolution gives, on maps of backend B.
template <class B>
struct Passes {
  using T = typename B::Storage;
  using S = typename B::Scalar;
  HostTensor<T> y, dx;
  std::vector<S> dw, dbias;

  Passes(unet::Operation operation, Shape in, Index out) : y(output(operation, in, out)), dx(in) {
    const bool up = operation == unet::Operation::up_conv;
    const HostTensor<T> x = random_map<T>(in, 1), dz = random_map<T>(y.shape, 2);
    const auto w = random_map<S>({1, 1, unet::WeightShape{operation, in.c, out}.taps() * in.c, out}, 3);
    dw.resize(w.values.size());
    dbias.resize(static_cast<std::size_t>(out));
    unet::HostContext context;
    const typename B::Input source{{{x.view()}, {}}, 1};
    const typename B::InputGradient gradient{{dx.view(), {}}, 1, false};
    if (up) {
      B::up_conv_forward(context, source, {w.values.data(), nullptr}, y.view(), {});
      B::up_conv_backward_data(context, dz.view(), w.values.data(), gradient);
      B::up_conv_backward_weights(context, source, dz.view(), dw.data(), dbias.data());
    } else {
      B::conv3x3_forward(context, source, {w.values.data(), nullptr}, y.view(), {}, {});
      B::conv3x3_backward_data(context, dz.view(), w.values.data(), gradient);
      B::conv3x3_backward_weights(context, source, dz.view(), dw.data(), dbias.data());
    }
  }

  /// All numbers, as double.
  std::vector<std::vector<double>> numbers() const {
    const auto wide = [](const auto& values) { return std::vector<double>(values.begin(), values.end()); };
    return {wide(y.values), wide(dx.values), wide(dw), wide(dbias)};
  }

 private:
  static Shape output(unet::Operation operation, Shape in, Index out) {
    const Index factor = operation == unet::Operation::up_conv ? 2 : 1;
    return {in.n, factor * in.h, factor * in.w, out};
  }
};

/// Euclidean length of the difference.
double distance(const std::vector<double>& actual, const std::vector<double>& expected) {
  double sum = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) sum += (actual[i] - expected[i]) * (actual[i] - expected[i]);
  return std::sqrt(sum);
}
/// Relative to that of `expected`.
double relative_error(const std::vector<double>& actual, const std::vector<double>& expected) {
  return distance(actual, expected) / distance(expected, std::vector<double>(expected.size()));
}

struct Case {
  unet::Operation operation;
  Shape in;
  Index out;
};
/// Winograd's strips of one thread and those shared by all, the direct kernel, the transposed convolution, grey images; the last batch
/// is 9.
const Case cases[] = {
    {unet::Operation::conv3x3, {1, 23, 37, 128}, 128}, {unet::Operation::conv3x3, {2, 9, 12, 256}, 512},
    {unet::Operation::conv3x3, {9, 17, 20, 3}, 16},    {unet::Operation::up_conv, {3, 11, 18, 128}, 64},
    {unet::Operation::conv3x3, {2, 33, 70, 1}, 32},    {unet::Operation::conv3x3, {1, 20, 21, 1}, 67},
    {unet::Operation::conv3x3, {9, 16, 16, 32}, 67}};

/// What double gives for each case; computed once, it takes longer than all else here.
const std::vector<std::vector<std::vector<double>>>& expected_numbers() {
  static const auto all = [] {
    std::vector<std::vector<std::vector<double>>> numbers;
    for (const Case& c : cases) numbers.push_back(Passes<Double>(c.operation, c.in, c.out).numbers());
    return numbers;
  }();
  return all;
}

template <class B>
void check_error(double most) {
  for (std::size_t k = 0; k < std::size(cases); ++k) {
    const Case& c = cases[k];
    const auto actual = Passes<B>(c.operation, c.in, c.out).numbers();
    for (std::size_t i = 0; i < actual.size(); ++i) {
      CAPTURE(c.in.c);
      CAPTURE(c.out);
      CAPTURE(i);
      CHECK(relative_error(actual[i], expected_numbers()[k][i]) < most);
    }
  }
}

/// With sanitizers, which are ten times slower and find the same in any number of threads, only 3.
const std::vector<int> thread_counts = UNET_CONFORMANCE_SHARE < 1 ? std::vector{3} : std::vector{2, 3, 5, 7};

template <class B>
void check_threads() {
  const int before = unet::thread_count();
  for (const Case& c : cases) {
    unet::set_thread_count(1);
    const auto expected = Passes<B>(c.operation, c.in, c.out).numbers();
    for (const int threads : thread_counts) {
      CAPTURE(threads);
      CAPTURE(c.in.c);
      unet::set_thread_count(threads);
      CHECK((Passes<B>(c.operation, c.in, c.out).numbers() == expected));
    }
  }
  unet::set_thread_count(before);
}

/// Reports and gradients of a loss with one logit a pixel, on maps of backend B.
template <class B>
struct LossOf {
  std::vector<double> reports, gradient;

  LossOf(Shape shape, double spread, const unet::LossTerms& terms)
      : reports(static_cast<std::size_t>(shape.n * unet::loss_report_size(1, terms))) {
    using T = typename B::Storage;
    using S = typename B::Scalar;
    HostTensor<T> logits = random_map<T>(shape, 4), dlogits(shape);
    for (T& z : logits.values) z = static_cast<T>(static_cast<unet::bf16>(static_cast<double>(z) * spread));
    HostTensor<S> target(shape);
    unet::Random random(5, unet::Purpose::test);
    for (S& t : target.values) t = static_cast<S>(random.uniform() > 0.4);
    std::vector<double> derivatives(static_cast<std::size_t>(shape.n * unet::loss_derivatives_size(1, terms)));
    for (double& d : derivatives) d = random.uniform() - 0.3;
    unet::HostContext context;
    B::loss_sums(context, logits.view(), target.view(), terms, reports.data());
    B::loss_gradient(context, logits.view(), target.view(), terms, 4, derivatives.data(), dlogits.view());
    gradient.assign(dlogits.values.begin(), dlogits.values.end());
  }
};

template <class B>
void check_loss(double most) {
  for (const bool overlap : {false, true})
    for (const double spread : {0.1, 3.0, 200.0, 1e30})
      for (Index width = 1; width <= 70; width += width < 34 ? 1 : 9) {
        const unet::LossTerms terms{2.9657, overlap};
        const Shape shape{2, 3, width, 1};
        const LossOf<B> actual(shape, spread, terms);
        const LossOf<Double> expected(shape, spread, terms);
        CAPTURE(overlap);
        CAPTURE(spread);
        CAPTURE(width);
        CHECK(relative_error(actual.reports, expected.reports) < 1e-6);
        // Where all logits are right and large, next to nothing is left of the gradient, by differences of numbers near 1.
        CHECK(distance(actual.gradient, expected.gradient) < most);
        if (spread < 10) CHECK(relative_error(actual.gradient, expected.gradient) < most);
      }
}

}  // namespace

TEST_CASE("losses of one logit a pixel, of rows of any width and logits of any size") {
  check_loss<Float>(1e-6);
  check_loss<FastNarrow>(4e-3);
}

TEST_CASE("of many channels and large batches: within 1e-5 of double's values in float, 1e-2 in bf16") {
  check_error<Float>(1e-5);
  check_error<FastNarrow>(1e-2);
}

TEST_CASE("the same bits with 1, 2, 3, 5 and 7 threads") {
  check_threads<Float>();
  check_threads<FastNarrow>();
}

#if defined(__x86_64__)
TEST_CASE("denormal numbers are taken as 0 within kernels, in every thread, and outside as before") {
  constexpr float denormal = 1e-39f, unit = 1;
  HostTensor<float> x({2, 40, 40, 32}), y({2, 40, 40, 32}), pooled({2, 20, 20, 32});
  std::fill(x.values.begin(), x.values.end(), denormal);
  const std::vector<float> w(9 * 32 * 32, 1000.0f);  // products would not be denormal
  const unsigned before = __builtin_ia32_stmxcsr();
  unet::HostContext context;
  Float::conv3x3_forward(context, {{{x.view()}, {}}, 1}, {w.data(), nullptr}, y.view(), {}, {});
  CHECK(std::all_of(y.values.begin(), y.values.end(), [](float value) { return value == 0; }));
  CHECK(__builtin_ia32_stmxcsr() == before);

  std::vector<float> gradient(200'000, denormal), parameters(gradient.size(), unit), first = gradient,
                                                                                     second = gradient;
  const unet::AdamStep step{};
  Float::adam_step(context, static_cast<Index>(gradient.size()), gradient.data(), parameters.data(), first.data(),
                   second.data(), &step);
  CHECK(std::all_of(second.begin(), second.end(), [](float value) { return value == 0; }));
  CHECK(std::all_of(parameters.begin(), parameters.end(), [](float value) { return value == 1; }));
  volatile float here = denormal;
  CHECK(here * 1000.0f > 0);
}
#endif

}  // namespace fast_kernels_test
