// Cases of the losses.
#pragma once
#include "unet/testing/cases/pooling.hpp"

namespace unet::testing {

/// A multiple of 1/2 from -8 to 8, so that zeros and ties are frequent.
inline double draw_logit(Draw& draw) { return (static_cast<double>(draw.below(33)) - 16) / 2; }

inline Shape draw_logits_shape(Draw& draw) {
  constexpr Index classes[] = {1, 1, 1, 2, 3, 8, 17};
  Shape shape = draw_extent(draw);
  shape.c = classes[draw.below(7)];
  return shape;
}

/// Binary cross entropy for one channel, softmax cross entropy for more.
struct Loss {
  HostMap logits, target;
  double pos_weight;
  bool gradient;

  explicit Loss(Draw& draw) : Loss(draw, draw_logits_shape(draw)) {}
  /// shape: of the logits.
  Loss(Draw& draw, Shape shape) : pos_weight(static_cast<float>(draw.uniform(0.5, 5))), gradient(draw.below(4)) {
    logits = draw_map(draw, shape, draw_logit);
    const auto kinds = static_cast<std::uint32_t>(std::max<Index>(2, shape.c));
    shape.c = 1;
    target = HostMap(shape);
    for (double& value : target.values) value = draw.below(kinds);
  }

  Index classes() const { return logits.shape.c; }

  template <class B>
  std::function<void()> prepare(Stage<B>& stage) const {
    using S = typename B::Scalar;
    double* const results = stage.template output<double>("results", logits.shape.n * results_per_image(classes()));
    const MapView<B> dlogits = gradient ? stage.output("dlogits", logits.shape) : MapView<B>();
    return [&stage, results, dlogits, z = stage.input(logits), t = stage.scalars(target),
            weight = static_cast<S>(pos_weight)] {
      if (z.shape.c == 1)
        B::binary_cross_entropy(stage.context, z, t, weight, dlogits, results);
      else
        B::softmax_cross_entropy(stage.context, z, t, dlogits, results);
    };
  }

  /// Counts must be exact; a loss is a mean of sums of terms as large as the logits and their weight.
  Outputs magnitudes(const Outputs& expected) const {
    Outputs result = exactly(expected);
    const double weight = classes() == 1 ? std::max(1.0, pos_weight) : 1;
    for (Index n = 0; n < logits.shape.n; ++n)
      result[0].values[static_cast<std::size_t>(n * results_per_image(classes()))] = 10 * weight;
    if (gradient)
      std::fill(result[1].values.begin(), result[1].values.end(), weight / static_cast<double>(logits.shape.pixels()));
    return result;
  }
  double flops() const { return 20 * static_cast<double>(logits.shape.size()); }
  std::string describe() const { return unet::to_string(logits.shape) + (gradient ? "" : ", without gradient"); }
};

}  // namespace unet::testing
