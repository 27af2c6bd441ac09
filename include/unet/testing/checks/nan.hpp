// What is not a number is never lost.
#pragma once
#include "unet/testing/cases/convolution.hpp"

namespace unet::testing {

/// Every output that a NaN of the input reaches is NaN, through ReLU as well.
template <class B, class Reference, class Calls>
void check_nan_is_kept(Checker& checker) {
  for (int i = 0; i < checker.share(10); ++i) {
    Draw draw = draw_for<B>(Random(8, Purpose::test, 0, static_cast<std::uint32_t>(i)));
    Forward<Calls> c(draw);
    c.padding = {};
    c.moments = false;
    Values& values = c.x.back().map.values;
    values[draw.below(static_cast<std::uint32_t>(values.size()))] = std::numeric_limits<double>::quiet_NaN();
    const Values expected = run<Reference>(c, layout(0))[0].values;
    checker.each_variant([&](const std::string& how) {
      const Outputs outputs = run<B>(c, layout(i));
      const Values& actual = outputs[0].values;
      std::size_t reached = 0, lost = 0;
      for (std::size_t k = 0; k < expected.size(); ++k) {
        reached += std::isnan(expected[k]);
        lost += std::isnan(expected[k]) && !std::isnan(actual[k]);
      }
      checker.about(std::string(B::name) + how + ": " + c.describe());
      checker.untouched(outputs);
      checker.holds(reached >= static_cast<std::size_t>(c.sizes.out), [] { return "the reference lost a NaN"; });
      checker.holds(lost == 0, [&] { return std::to_string(lost) + " values that a NaN reaches are none"; });
    });
  }
}

}  // namespace unet::testing
