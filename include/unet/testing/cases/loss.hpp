// Cases of the losses.
#pragma once
#include "unet/backends/loss_operands.hpp"
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

/// Logits with targets for binary segmentation (one channel) or classes, and the sums that are wanted of them.
struct LossOperands {
  HostMap logits, target;
  LossTerms terms;

  explicit LossOperands(Draw& draw)  // braces: drawn from left to right
      : LossOperands{draw, draw_logits_shape(draw),
                     LossTerms{static_cast<float>(draw.uniform(0.5, 5)), draw.below(2) == 0}} {}
  /// shape: of the logits.
  LossOperands(Draw& draw, Shape shape, const LossTerms& terms) : terms(terms) {
    logits = draw_map(draw, shape, draw_logit);
    const auto kinds = static_cast<std::uint32_t>(std::max<Index>(2, shape.c));
    shape.c = 1;
    target = HostMap(shape);
    for (double& value : target.values) value = draw.below(kinds);
  }

  Index classes() const { return logits.shape.c; }
  double weight() const { return classes() == 1 ? std::max(1.0, terms.pos_weight) : 1; }
  double flops() const { return (terms.overlap ? 20 : 10) * static_cast<double>(logits.shape.size()); }
  std::string describe() const {
    return unet::to_string(logits.shape) + (terms.overlap ? ", with overlap" : ", without overlap");
  }
};

struct SumsOfLoss : LossOperands {
  using LossOperands::LossOperands;

  template <class B>
  std::function<void()> prepare(Stage<B>& stage) const {
    auto* const reports = stage.template output<double>("reports", logits.shape.n * loss_report_size(classes(), terms));
    return [&stage, reports, z = stage.input(logits), t = stage.scalars(target), terms = terms] {
      B::loss_sums(stage.context, z, t, terms, reports);
    };
  }

  /// Counts must be exact; cross entropy is a mean of terms as large as the logits and their weight, overlap sums what is not
  /// larger than 1.
  template <class Reference>
  Outputs magnitudes(const Outputs& expected) const {
    Outputs result = exactly(expected);
    const Index each = loss_report_size(classes(), terms);
    for (Index n = 0; n < logits.shape.n; ++n)
      for (Index i = 0; i < each; ++i)
        if (i == 0 || i > 3 * classes())
          result[0].values[static_cast<std::size_t>(n * each + i)] =
              i == 0 ? 10 * weight() : static_cast<double>(logits.shape.h * logits.shape.w);
    return result;
  }
};

/// The gradient of a loss of which only the derivatives are known, drawn at random.
struct GradientOfLoss : LossOperands {
  Values derivatives;
  double images;  ///< more than these where they are a part of a batch

  template <class... Given>
  explicit GradientOfLoss(Draw& draw, const Given&... given)
      : LossOperands(draw, given...),
        derivatives(draw_values(draw, logits.shape.n * loss_derivatives_size(classes(), terms))),
        images(static_cast<double>(logits.shape.n + draw.below(5))) {}

  template <class B>
  std::function<void()> prepare(Stage<B>& stage) const {
    const auto dlogits = stage.output("dlogits", logits.shape);
    double* const given = stage.template changed<double>("derivatives", derivatives);
    return [&stage, dlogits, given, z = stage.input(logits), t = stage.scalars(target), terms = terms,
            images = images] { B::loss_gradient(stage.context, z, t, terms, images, given, dlogits); };
  }

  template <class Reference>
  Outputs magnitudes(const Outputs& expected) const {
    Outputs result = expected;
    const Shape s = logits.shape;
    const Index each = loss_derivatives_size(classes(), terms);
    for (Index n = 0; n < s.n; ++n) {
      const double* const d = derivatives.data() + n * each;
      double of_pixel = std::abs(d[0]) * weight() / static_cast<double>(s.h * s.w);
      for (Index i = 1; i < each; ++i) of_pixel += 2 * std::abs(d[i]);
      std::fill_n(result[0].values.begin() + n * s.h * s.w * s.c, s.h * s.w * s.c, of_pixel / images);
    }
    std::fill(result[1].values.begin(), result[1].values.end(), 0.0);  // not changed
    return result;
  }
};

}  // namespace unet::testing
