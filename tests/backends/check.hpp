// Runs a case on the backend under test and on the reference in double, and compares.
//
// A case is one call of an operation with random operands. It has
//   explicit Case(Random&)                            draws the operands,
//   template <class B> Outputs run(Random layout)     makes the call on B,
//   Outputs magnitudes(const Outputs& expected)       for each value of the outputs the sum of the absolute values of the
//                                                     terms that it is computed from, which errors are relative to,
//   std::string describe()                            shapes and options, for messages.
#pragma once
#include <algorithm>

#include "../compiled_backends.hpp"
#include "draw.hpp"
#include "unet/core/parallel.hpp"

namespace conformance {

/// The reference: EigenBackend<double>.
using Reference = Double;

/// Largest error, relative to the sum of absolute terms. To be specialised by a backend that multiplies with less precision
/// than its scalar has.
template <class B>
inline constexpr double tolerance = 32.0 * static_cast<double>(std::numeric_limits<typename B::Scalar>::epsilon());

/// Layout of operands that is a case's own.
inline Random layout(int number) { return Random(7, unet::Purpose::test, 1, static_cast<std::uint32_t>(number)); }

/// Checks each value: |actual - expected| <= limit * magnitude.
inline void check_close(const Outputs& actual, const Outputs& expected, const Outputs& magnitudes, double limit) {
  REQUIRE(actual.size() == expected.size());
  REQUIRE(actual.size() == magnitudes.size());
  for (std::size_t o = 0; o < actual.size(); ++o) {
    const Values &a = actual[o].values, &e = expected[o].values, &m = magnitudes[o].values;
    REQUIRE(a.size() == e.size());
    REQUIRE(a.size() == m.size());
    std::size_t wrong = 0, first = 0;
    for (std::size_t i = a.size(); i-- > 0;)
      if (!(std::abs(a[i] - e[i]) <= limit * m[i])) {
        ++wrong;
        first = i;
      }
    CHECK_MESSAGE(wrong == 0, actual[o].name << ": " << wrong << " of " << a.size()
                                             << " values are wrong; the first, at " << first << ", is " << a[first]
                                             << " instead of " << e[first] << ", the sum of absolute terms is "
                                             << m[first]);
  }
}

inline void check_same_bits(const Outputs& actual, const Outputs& expected, const std::string& when) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t o = 0; o < actual.size(); ++o) {
    const bool same = same_bits(actual[o].values, expected[o].values);
    CHECK_MESSAGE(same, actual[o].name << ": other bits " << when);
  }
}

/// Sets the number of threads, and sets it back at the end of the scope.
class ThreadCount {
 public:
  ThreadCount() : before_(unet::thread_count()) {}
  ThreadCount(const ThreadCount&) = delete;
  ThreadCount& operator=(const ThreadCount&) = delete;
  ~ThreadCount() { unet::set_thread_count(before_); }

 private:
  int before_;
};

/// One case: right at one thread, and the same bits at any number of threads.
template <class B, class Case>
void check_case(const Case& c, int number) {
  INFO(std::string(B::name) << ", case " << number << ": " << c.describe());
  const Outputs expected = c.template run<Reference>(layout(0));
  const Outputs magnitudes = c.magnitudes(expected);
  const ThreadCount restored;
  unet::set_thread_count(1);
  const Outputs actual = c.template run<B>(layout(number));
  check_close(actual, expected, magnitudes, tolerance<B>);
  for (const int threads : {2, 3, 5}) {
    unet::set_thread_count(threads);
    check_same_bits(c.template run<B>(layout(number)), actual, "at " + std::to_string(threads) + " threads");
  }
}

template <class B, class Case>
void check_cases(int count) {
  for (int i = 0; i < count; ++i) {
    Random random(1, unet::Purpose::test, 0, static_cast<std::uint32_t>(i));
    check_case<B>(Case(random), i);
  }
}

}  // namespace conformance
