// Weighted sums of losses.
#pragma once
#include <string>

#include "unet/backends/loss_operands.hpp"
#include "unet/core/error.hpp"
#include "unet/core/finite.hpp"
#include "unet/train/options.hpp"

namespace unet {

/// first_weight * first + second_weight * second; either may be a Sum itself. Cross entropy may stand in one of them.
template <class First, class Second>
struct Sum {
  static_assert(!(First::has_cross_entropy && Second::has_cross_entropy),
                "Sum<First, Second>: both losses are cross entropies; use one and its weight");
  static inline const std::string name = std::string(First::name) + "+" + Second::name;
  static constexpr bool has_cross_entropy = First::has_cross_entropy || Second::has_cross_entropy;
  static constexpr bool fits(Index classes) { return First::fits(classes) && Second::fits(classes); }
  First first{};
  Second second{};
  double first_weight = 1, second_weight = 1;

  /// Both as a run's options say, with weights of 1.
  static Sum from(const TrainOptions& options) { return {policy_from<First>(options), policy_from<Second>(options)}; }
  /// Throws OptionError.
  void check() const {
    first.check();
    second.check();
    for (const double weight : {first_weight, second_weight})
      if (!is_finite(weight) || weight < 0)
        throw OptionError("the weight of a loss in a sum must be a number that is not negative, not " +
                          std::to_string(weight));
  }

  constexpr LossTerms terms() const {
    const LossTerms a = first.terms(), b = second.terms();
    return {First::has_cross_entropy ? a.pos_weight : b.pos_weight, a.overlap || b.overlap};
  }
  constexpr double value(const LossSums& sums) const {
    return first_weight * first.value(sums) + second_weight * second.value(sums);
  }
  constexpr void add_derivatives(const LossSums& sums, double weight, const LossDerivatives& to) const {
    first.add_derivatives(sums, weight * first_weight, to);
    second.add_derivatives(sums, weight * second_weight, to);
  }

  template <class Self, class F>
  static void fields(Self& self, const F& f) {
    f("first_weight", self.first_weight);
    f("second_weight", self.second_weight);
    First::fields(self.first,
                  [&](const char* field, auto& value) { f((std::string("first.") + field).c_str(), value); });
    Second::fields(self.second,
                   [&](const char* field, auto& value) { f((std::string("second.") + field).c_str(), value); });
  }
  friend bool operator==(const Sum&, const Sum&) = default;
};

}  // namespace unet
