// Collects what is wrong with a backend.
#pragma once
#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "unet/core/parallel.hpp"
#include "unet/testing/draw.hpp"
#include "unet/testing/stage.hpp"
#include "unet/testing/tolerance.hpp"

namespace unet::testing {

struct Failure {
  std::string operation;  ///< "conv3x3_forward"
  std::string check;      ///< "random operands"
  std::string text;       ///< with what, and what was wrong
};

inline std::string to_string(const Failure& failure) {
  return failure.operation + ", " + failure.check + ": " + failure.text;
}

/// A way to run the same backend, such as an instruction set. All must be right, and are compared with one computation of
/// the reference.
struct Variant {
  std::string name;
  std::function<void()> enter;
};

struct CheckOptions {
  /// Only checks in whose "operation/name" one of these occurs; empty: all. See checks_of for the names.
  std::vector<std::string> only = {};
  double share = 1;                      ///< of the random cases of each check
  std::vector<int> threads = {2, 3, 5};  ///< numbers of threads at which results must have the bits of one thread's
  std::vector<Variant> variants = {};
};

/// Layout of operands that is a case's own.
inline Layout layout(int number) { return {Random(7, Purpose::test, 1, static_cast<std::uint32_t>(number))}; }

/// Makes a case's call on B.
template <class B, class Case>
Outputs run(const Case& c, const Layout& where) {
  Stage<B> stage(where);
  c.prepare(stage)();
  return stage.finish();
}

/// Sets the number of threads, and sets it back at the end of the scope.
class ThreadCount {
 public:
  ThreadCount() : before_(thread_count()) {}
  ThreadCount(const ThreadCount&) = delete;
  ThreadCount& operator=(const ThreadCount&) = delete;
  ~ThreadCount() { set_thread_count(before_); }

 private:
  int before_;
};

/// What checks are made with: it knows which operation is being checked and on what, and keeps the failures.
class Checker {
 public:
  explicit Checker(CheckOptions options) : options_(std::move(options)) {}

  const CheckOptions& options() const { return options_; }
  std::vector<Failure>& failures() { return failures_; }
  /// How many single comparisons were made.
  long comparisons() const { return comparisons_; }

  void begin(const std::string& operation, const std::string& check) {
    operation_ = operation;
    check_ = check;
    about_.clear();
    said_ = 0;
  }
  /// Shapes and options of what comes now, for messages.
  void about(const std::string& text) { about_ = text; }

  /// `text` is what to say if this does not hold. Of one check the first few failures are kept.
  bool holds(bool condition, const std::function<std::string()>& text) {
    ++comparisons_;
    if (!condition && ++said_ <= 5) failures_.push_back({operation_, check_, about_ + ": " + text()});
    return condition;
  }

  /// |actual - expected| <= limit * magnitude for each value, and nothing written elsewhere.
  void close(const Outputs& actual, const Outputs& expected, const Outputs& magnitudes, double limit) {
    untouched(actual);
    for (std::size_t o = 0; o < expected.all.size(); ++o) {
      const Values &a = actual[o].values, &e = expected[o].values, &m = magnitudes[o].values;
      std::size_t wrong = 0, first = 0;
      for (std::size_t i = a.size(); i-- > 0;)
        if (!(std::abs(a[i] - e[i]) <= limit * m[i])) {
          ++wrong;
          first = i;
        }
      holds(wrong == 0, [&] {
        return actual[o].name + ": " + std::to_string(wrong) + " of " + std::to_string(a.size()) +
               " values are wrong; the first, at " + std::to_string(first) + ", is " + std::to_string(a[first]) +
               " instead of " + std::to_string(e[first]) + ", the sum of absolute terms is " + std::to_string(m[first]);
      });
    }
  }
  /// |actual - expected| <= limit, for one number.
  void near(const std::string& what, double actual, double expected, double limit) {
    holds(std::abs(actual - expected) <= limit,
          [&] { return what + " is " + std::to_string(actual) + " instead of " + std::to_string(expected); });
  }
  void untouched(const Outputs& outputs) {
    holds(outputs.faults.empty(), [&] { return outputs.faults[0]; });
  }
  void same(const Outputs& actual, const Outputs& expected, const std::string& when) {
    untouched(actual);
    for (std::size_t o = 0; o < expected.all.size(); ++o)
      holds(same_bits(actual[o].values, expected[o].values), [&] { return actual[o].name + ": other bits " + when; });
  }

  /// Calls f(how) for each variant of the backend.
  template <class F>
  void each_variant(const F& f) {
    if (options_.variants.empty()) return f("");
    for (const Variant& variant : options_.variants) {
      variant.enter();
      f(" (" + variant.name + ")");
    }
  }

  /// One case: right at one thread, and the same bits at any number of threads.
  template <class B, class Reference, class Case>
  void check(const Case& c, int number) {
    const Outputs expected = run<Reference>(c, layout(0));
    const Outputs magnitudes = c.template magnitudes<Reference>(expected);
    each_variant([&](const std::string& how) {
      about(std::string(B::name) + how + ", case " + std::to_string(number) + ": " + c.describe());
      const ThreadCount restored;
      set_thread_count(1);
      const Outputs actual = run<B>(c, layout(number));
      close(actual, expected, magnitudes, Tolerance<B>::of(operation_));
      for (const int threads : options_.threads) {
        set_thread_count(threads);
        same(run<B>(c, layout(number)), actual, "at " + std::to_string(threads) + " threads");
      }
    });
  }
  /// `count` drawn cases, or the share of them that was asked for.
  template <class B, class Reference, class Case>
  void check_drawn(int count) {
    for (int i = 0; i < share(count); ++i) {
      Draw draw = draw_for<B>(Random(1, Purpose::test, 0, static_cast<std::uint32_t>(i)));
      check<B, Reference>(Case(draw), i);
    }
  }
  int share(int count) const { return std::max(1, static_cast<int>(std::ceil(options_.share * count))); }

 private:
  CheckOptions options_;
  std::string operation_, check_, about_;
  int said_ = 0;
  long comparisons_ = 0;
  std::vector<Failure> failures_;
};

}  // namespace unet::testing
