// What is not a number is never lost.
#pragma once
#include "unet/testing/cases/convolution.hpp"
#include "unet/testing/cases/pooling.hpp"

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

/// Of a square of four the largest is not a number when one of them is none, whichever it is.
template <class B>
void check_nan_is_pooled(Checker& checker) {
  for (const Index channels : {1, 5, 16, 33})
    for (Index q = 0; q < 4; ++q) {
      Draw draw = draw_for<B>(Random(9, Purpose::test, 0, static_cast<std::uint32_t>(4 * channels + q)));
      MaxPoolForward c(draw, {2, 2, 3, channels});
      const auto at = [&](Index n, Index y, Index x) {
        return static_cast<std::size_t>(((n * 4 + y) * 6 + x) * channels);
      };
      for (Index n = 0; n < 2; ++n)
        c.x.map.values[at(n, 2 + q / 2, 4 + q % 2) + static_cast<std::size_t>(channels - 1)] =
            std::numeric_limits<double>::quiet_NaN();
      checker.each_variant([&](const std::string& how) {
        const Outputs outputs = run<B>(c, layout(static_cast<int>(q)));
        const Values& y = outputs[0].values;
        const auto nans = std::count_if(y.begin(), y.end(), [](double value) { return std::isnan(value); });
        checker.about(std::string(B::name) + how + ": " + c.describe() + ", NaN in pixel " + std::to_string(q) +
                      " of a square");
        checker.untouched(outputs);
        checker.holds(
            nans == 2 &&
                std::isnan(
                    y[static_cast<std::size_t>((0 * 2 + 1) * 3 + 2 + 1) * static_cast<std::size_t>(channels) - 1]),
            [&] { return std::to_string(nans) + " values are not numbers instead of 2, or in another place"; });
      });
    }
}

}  // namespace unet::testing
