// Cases of the losses, and their limits.
#pragma once
#include "pooling.hpp"
#include "unet/backends/operands.hpp"

namespace conformance {

/// A multiple of 1/2 from -8 to 8, so that zeros and ties are frequent.
inline double draw_logit(Random& random) { return (static_cast<double>(random.below(33)) - 16) / 2; }

/// Binary cross entropy for one channel, softmax cross entropy for more.
struct Loss {
  Map logits, target;
  double pos_weight;
  bool gradient;

  explicit Loss(Random& random) : pos_weight(static_cast<float>(random.uniform(0.5, 5))), gradient(random.below(4)) {
    Shape shape = draw_extent(random);
    constexpr Index classes[] = {1, 1, 1, 2, 3, 8, 17};
    shape.c = classes[random.below(7)];
    logits = draw_map(random, shape, draw_logit);
    const auto kinds = static_cast<std::uint32_t>(std::max<Index>(2, shape.c));
    shape.c = 1;
    target = Map(shape);
    for (double& value : target.values) value = random.below(kinds);
  }

  Index classes() const { return logits.shape.c; }

  template <class B>
  Outputs run(Random layout) const {
    using S = typename B::Scalar;
    Stage<B> stage(layout);
    auto* const results = stage.template output<double>("results", logits.shape.n * unet::results_per_image(classes()));
    const unet::MapView<B> dlogits = gradient ? stage.output("dlogits", logits.shape) : unet::MapView<B>();
    if (classes() == 1)
      B::binary_cross_entropy(stage.context, stage.input(logits), stage.scalars(target), static_cast<S>(pos_weight),
                              dlogits, results);
    else
      B::softmax_cross_entropy(stage.context, stage.input(logits), stage.scalars(target), dlogits, results);
    return stage.finish();
  }

  /// Counts must be exact; a loss is a mean of sums of terms as large as the logits and their weight.
  Outputs magnitudes(const Outputs& expected) const {
    Outputs result = exactly(expected);
    const double weight = classes() == 1 ? std::max(1.0, pos_weight) : 1;
    for (Index n = 0; n < logits.shape.n; ++n)
      result[0].values[static_cast<std::size_t>(n * unet::results_per_image(classes()))] = 10 * weight;
    if (gradient)
      std::fill(result[1].values.begin(), result[1].values.end(), weight / static_cast<double>(logits.shape.pixels()));
    return result;
  }
  std::string describe() const { return to_string(logits.shape) + (gradient ? "" : ", without gradient"); }
};

/// The pixel counts, counted here: intersection, predicted and true pixels of each class, in each image.
template <class B>
void check_loss_counts() {
  for (int i = 0; i < 20; ++i) {
    Random random(4, unet::Purpose::test, 0, static_cast<std::uint32_t>(i));
    const Loss loss(random);
    const Index classes = loss.classes(), report = unet::results_per_image(classes);
    const Shape s = loss.logits.shape;
    Values counts(static_cast<std::size_t>(s.n * report), 0.0);
    for (Index n = 0; n < s.n; ++n)
      for (Index y = 0; y < s.h; ++y)
        for (Index x = 0; x < s.w; ++x) {
          const double* const z = &loss.logits(n, y, x, 0);
          const auto truth = static_cast<Index>(loss.target(n, y, x, 0));
          // With one channel, class 1 is counted and class 0, the background, is not.
          const Index predicted = classes == 1 ? z[0] > 0 : std::max_element(z, z + classes) - z;
          for (Index k = 0; k < classes; ++k) {
            const Index counted = classes == 1 ? 1 : k;
            double* const count = counts.data() + n * report + 1 + 3 * k;
            count[0] += predicted == counted && truth == counted;
            count[1] += predicted == counted;
            count[2] += truth == counted;
          }
        }
    Outputs outputs = loss.run<B>(layout(i));
    for (Index n = 0; n < s.n; ++n) outputs[0].values[static_cast<std::size_t>(n * report)] = 0;
    INFO(std::string(B::name) << ", case " << i << ": " << loss.describe());
    CHECK(outputs[0].values == counts);
  }
}

/// Losses and gradients at logits that overflow a careless exp, against their formulas in double.
template <class B>
void check_extreme_logits() {
  using S = typename B::Scalar;
  const Index results = unet::results_per_image(1);
  for (const float logit : {-1e30f, -1e4f, -200.0f, -90.0f, -20.0f, 0.0f, 20.0f, 90.0f, 200.0f, 1e4f, 1e30f})
    for (const double t : {0.0, 1.0})
      for (const double p : {1.0, 3.0}) {
        Map logits({1, 1, 1, 1}), target({1, 1, 1, 1});
        const double z = logits.values[0] = logit;
        target.values[0] = t;
        Stage<B> stage(layout(0));
        auto* const report = stage.template output<double>("results", results);
        const auto dlogits = stage.output("dlogits", logits.shape);
        B::binary_cross_entropy(stage.context, stage.input(logits), stage.scalars(target), static_cast<S>(p), dlogits,
                                report);
        const Outputs outputs = stage.finish();
        const double wrong = t > 0 ? -z : z;  // how far on the wrong side
        const double weight = t > 0 ? p : 1;
        const double loss = weight * (std::max(wrong, 0.0) + std::log1p(std::exp(-std::abs(z))));
        const double gradient = (t > 0 ? -weight : weight) / (1 + std::exp(-wrong));
        INFO(std::string(B::name) << ": logit " << z << ", target " << t << ", pos_weight " << p);
        CHECK(std::abs(outputs[0].values[0] - loss) <= tolerance<B> * weight * std::max(1.0, std::abs(z)));
        CHECK(std::abs(outputs[1].values[0] - gradient) <= tolerance<B> * weight);
      }
  for (const float size : {90.0f, 1e4f, 1e30f}) {
    Map logits({1, 1, 2, 3}), target({1, 1, 2, 1});
    logits.values = {size, 0, -size, size, 0, -size};
    target.values = {0, 2};
    Stage<B> stage(layout(0));
    auto* const report = stage.template output<double>("results", unet::results_per_image(3));
    const auto dlogits = stage.output("dlogits", logits.shape);
    B::softmax_cross_entropy(stage.context, stage.input(logits), stage.scalars(target), dlogits, report);
    const Outputs outputs = stage.finish();
    INFO(std::string(B::name) << ": logits of size " << size);
    CHECK(std::abs(outputs[0].values[0] - logits.values[0]) <= tolerance<B> * size);  // (0 + 2 size) / 2
    const Values gradient = {0, 0, 0, 0.5, 0, -0.5};
    for (std::size_t i = 0; i < gradient.size(); ++i)
      CHECK(std::abs(outputs[1].values[i] - gradient[i]) <= tolerance<B>);
  }
}

}  // namespace conformance
