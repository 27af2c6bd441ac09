// What losses report of pixels, and their values where a careless formula overflows.
#pragma once
#include "unet/testing/cases/loss.hpp"

namespace unet::testing {

/// The pixel counts, counted here: intersection, predicted and true pixels of each class, in each image.
template <class B>
void check_loss_counts(Checker& checker) {
  for (int i = 0; i < checker.share(20); ++i) {
    Draw draw = draw_for<B>(Random(4, Purpose::test, 0, static_cast<std::uint32_t>(i)));
    SumsOfLoss loss(draw);
    loss.terms.overlap = false;
    const Index classes = loss.classes(), report = loss_report_size(classes, loss.terms);
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
    checker.each_variant([&](const std::string& how) {
      Outputs outputs = run<B>(loss, layout(i));
      for (Index n = 0; n < s.n; ++n) outputs[0].values[static_cast<std::size_t>(n * report)] = 0;
      checker.about(std::string(B::name) + how + ", case " + std::to_string(i) + ": " + loss.describe());
      checker.untouched(outputs);
      checker.holds(outputs[0].values == counts, [] { return "counts of pixels are wrong"; });
    });
  }
}

/// A loss of all sums, as backends must take it: any type.
struct LossOfAllSums {
  LossTerms wanted;
  constexpr LossTerms terms() const { return wanted; }
  constexpr void add_derivatives(const LossSums& sums, double weight, const LossDerivatives& to) const {
    to.cross_entropy() += weight * 2 * sums.cross_entropy();
    if (!wanted.overlap) return;
    for (Index k = 0; k < sums.classes; ++k) {
      to.intersection(k) += weight * sums.pixels(k).truth;
      to.predicted(k) += weight * (sums.soft(k).intersection + sums.soft(k).truth);
    }
  }
};

template <class B>
void check_loss_derivatives(Checker& checker) {
  for (const bool overlap : {false, true})
    for (const Index classes : {1, 3})
      checker.each_variant([&](const std::string& how) {
        const LossOfAllSums loss{{1, overlap}};
        const Index images = 2, each = loss_report_size(classes, loss.terms());
        std::vector<double> reports, expected;
        for (Index i = 0; i < images * each; ++i) reports.push_back(static_cast<double>(i + 1));
        for (Index n = 0; n < images; ++n) {
          const double* const r = reports.data() + n * each;
          expected.push_back(2 * r[0]);
          for (Index k = 0; overlap && k < classes; ++k) {
            expected.push_back(r[3 + 3 * k]);
            expected.push_back(r[1 + 3 * classes + 3 * k] + r[3 + 3 * classes + 3 * k]);
          }
        }
        typename B::Context context;
        const Buffer<B, double> from(context, reports);
        Buffer<B, double> to(static_cast<Index>(expected.size()));
        B::loss_derivatives(context, loss, from.data(), images, classes, to.data());
        checker.about(std::string(B::name) + how + ": " + std::to_string(classes) + " classes" +
                      (overlap ? ", with overlap" : ""));
        const std::vector<double> derivatives = to.to_host(context);
        checker.holds(derivatives == expected, [] { return "derivatives are wrong"; });
      });
}

/// Sums and gradient of cross entropy at these logits, as an image's loss.
template <class B>
Outputs cross_entropy_at(const HostMap& logits, const HostMap& target, double pos_weight) {
  const LossTerms terms{pos_weight, true};
  Stage<B> stage(layout(0));
  double* const report = stage.template output<double>("report", loss_report_size(logits.shape.c, terms));
  const auto dlogits = stage.output("dlogits", logits.shape);
  Values derivatives(static_cast<std::size_t>(loss_derivatives_size(logits.shape.c, terms)), 0.0);
  derivatives[0] = 1;
  double* const given = stage.template changed<double>("derivatives", derivatives);
  const auto z = stage.input(logits);
  const auto t = stage.scalars(target);
  B::loss_sums(stage.context, z, t, terms, report);
  B::loss_gradient(stage.context, z, t, terms, 1, given, dlogits);
  return stage.finish();
}

/// Losses and gradients at logits that overflow a careless exp, against their formulas in double.
template <class B>
void check_extreme_binary_logits(Checker& checker) {
  const auto limit = Tolerance<B>::of("loss_sums");
  const Draw draw = draw_for<B>(Random(0, Purpose::test));
  for (const double logit : {-1e30, -1e4, -200.0, -90.0, -20.0, 0.0, 20.0, 90.0, 200.0, 1e4, 1e30})
    for (const double t : {0.0, 1.0})
      for (const double p : {1.0, 3.0})
        checker.each_variant([&](const std::string& how) {
          HostMap logits({1, 1, 1, 1}), target({1, 1, 1, 1});
          const double z = logits.values[0] = draw.stored(logit);
          target.values[0] = t;
          const Outputs outputs = cross_entropy_at<B>(logits, target, p);
          const double wrong = t > 0 ? -z : z;  // how far on the wrong side
          const double weight = t > 0 ? p : 1;
          const double loss = weight * (std::max(wrong, 0.0) + std::log1p(std::exp(-std::abs(z))));
          const double gradient = (t > 0 ? -weight : weight) / (1 + std::exp(-wrong));
          const double probability = 1 / (1 + std::exp(-z));
          checker.about(std::string(B::name) + how + ": logit " + std::to_string(z) + ", target " + std::to_string(t) +
                        ", pos_weight " + std::to_string(p));
          checker.untouched(outputs);
          checker.near("the loss", outputs[0].values[0], loss, limit * weight * std::max(1.0, std::abs(z)));
          checker.near("p^2", outputs[0].values[5], probability * probability, limit);
          checker.near("the gradient", outputs[1].values[0], gradient, limit * weight);
        });
}

template <class B>
void check_extreme_softmax_logits(Checker& checker) {
  const auto limit = Tolerance<B>::of("loss_sums");
  const Draw draw = draw_for<B>(Random(0, Purpose::test));
  for (const double given : {90.0, 1e4, 1e30})
    checker.each_variant([&](const std::string& how) {
      const double size = draw.stored(given);
      HostMap logits({1, 1, 2, 3}), target({1, 1, 2, 1});
      logits.values = {size, 0, -size, size, 0, -size};
      target.values = {0, 2};
      const Outputs outputs = cross_entropy_at<B>(logits, target, 1);
      checker.about(std::string(B::name) + how + ": logits of size " + std::to_string(size));
      checker.untouched(outputs);
      checker.near("the loss", outputs[0].values[0], size, limit * size);  // (0 + 2 size) / 2
      const Values gradient = {0, 0, 0, 0.5, 0, -0.5};
      for (std::size_t i = 0; i < gradient.size(); ++i)
        checker.near("the gradient at " + std::to_string(i), outputs[1].values[i], gradient[i], limit);
    });
}

}  // namespace unet::testing
