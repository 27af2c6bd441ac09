// Which of several largest values gets the gradient of max pooling.
#pragma once
#include "unet/testing/checker.hpp"

namespace unet::testing {

/// The gradient goes to the first of the largest, and nothing of it elsewhere: each set of equal largest values in turn.
template <class B>
void check_pooling_ties(Checker& checker) {
  checker.each_variant([&](const std::string& how) {
    for (unsigned largest = 1; largest < 16; ++largest)
      for (const double factor : {1.0, -1.0}) {
        const Index channels = 19;
        Part x{HostMap({1, 2, 2, channels}), {}, {}};
        HostMap dy({1, 1, 1, channels});
        std::fill(dy.values.begin(), dy.values.end(), 3.0);
        Values expected(x.map.values.size(), 0.0);
        for (Index c = 0; c < channels; ++c)
          for (unsigned q = 0, first = 4; q < 4; ++q) {
            const bool is_largest = largest >> q & 1;
            x.map(0, q / 2, q % 2, c) = factor * (is_largest ? 2 : 1);
            if (is_largest && first == 4) expected[static_cast<std::size_t>((first = q) * channels + c)] = 3;
          }
        if (factor < 0) {
          x.scale = Values(channels, factor);
          x.shift = Values(channels, 0.0);
        }
        Stage<B> stage(layout(static_cast<int>(largest)));
        const auto dx = stage.output("dx", x.map.shape);
        B::max_pool_backward(stage.context, stage.input(x), stage.input(dy), dx, false);
        const Outputs outputs = stage.finish();
        checker.about(std::string(B::name) + how + ", largest values (bits) " + std::to_string(largest) + ", factor " +
                      std::to_string(factor));
        checker.untouched(outputs);
        checker.holds(outputs[0].values == expected, [] { return "the gradient is not at the first of the largest"; });
      }
  });
}

}  // namespace unet::testing
