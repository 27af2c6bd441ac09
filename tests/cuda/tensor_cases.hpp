// Cases of convolutions on tensor cores, against sums in double.
#pragma once
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "backends.hpp"
#include "machine.hpp"
#include "unet/testing/check_backend.hpp"

/// TF32 rounds each factor by at most 2^-11. With bf16 maps weights are rounded by 2^-9, inputs with a pending activation by as
/// much, and what is stored by 2^-9 (twice when it is accumulated).
template <class T>
struct unet::testing::Tolerance<unet::Cuda<T>> {
  static double of(std::string_view operation) {
    const bool narrow = sizeof(T) == 2, product = operation.starts_with("conv3x3") || operation.starts_with("up_conv");
    return (product ? (narrow ? 0x1p-8 : 0x1.1p-10) : 32 * epsilon_of<float>()) + (narrow ? 0x1p-8 : 0);
  }
};

namespace cuda_test {

using namespace unet;
using namespace unet::testing;

inline void report(const std::vector<Failure>& failures) {
  for (const auto& failure : failures) FAIL_CHECK(to_string(failure));
  CHECK(failures.empty());
}

/// Right where operands are aligned, and of the same bits under other schedules where most are not.
template <class T, class Case>
Outputs check_case(const std::string& operation, const Case& c, const std::vector<unsigned>& schedules = {0, 1, 7}) {
  Checker checker(CheckOptions{});
  checker.begin(operation, "large");
  checker.about(std::string(Cuda<T>::name) + ": " + c.describe());
  const Outputs expected = run<Double>(c, layout(0));
  const Outputs actual = run<Cuda<T>>(c, {Random(7, Purpose::test), true});
  checker.close(actual, expected, c.template magnitudes<Double>(expected), Tolerance<Cuda<T>>::of(operation));
  for (const unsigned number : schedules) {
    choose_order(number);
    checker.same(run<Cuda<T>>(c, layout(static_cast<int>(number) + 1)), actual,
                 "under schedule " + std::to_string(number));
  }
  choose_order(0);
  report(checker.failures());
  CHECK(bank_conflicts() == 0);
  return actual;
}

template <class T>
Draw draw_of(std::uint32_t number) {
  return draw_for<Cuda<T>>(Random(11, Purpose::test, 0, number));
}

/// Root mean square of the errors, relative to that of the values: single values leave much room where terms cancel.
inline double relative_error(const Values& actual, const Values& expected) {
  double errors = 0, squares = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    errors += (actual[i] - expected[i]) * (actual[i] - expected[i]);
    squares += expected[i] * expected[i];
  }
  return std::sqrt(errors / squares);
}

}  // namespace cuda_test
