// Gradients of whole small nets with their losses, against finite differences in double.
#include <doctest/doctest.h>

#include "../layers/finite_differences.hpp"
#include "unet/models/unet.hpp"
#include "unet/train/loss.hpp"

using unet::HostTensor;
using unet::Index;
using unet::Shape;
using unet::UNet;

namespace {

template <class Net>
struct MeanLoss {
  HostTensor<double> target;
  double pos_weight;

  double operator()(const HostTensor<double>& logits) const { return compute(logits, nullptr); }
  HostTensor<double> gradient(const HostTensor<double>& logits) const {
    HostTensor<double> result(logits.shape);
    compute(logits, result.values.data());
    return result;
  }

 private:
  double compute(const HostTensor<double>& logits, double* gradient) const {
    std::vector<double> reports(static_cast<std::size_t>(logits.shape.n * unet::report_size<Net>));
    const unet::View<double> to = gradient ? unet::View<double>(gradient, logits.shape) : unet::View<double>();
    unet::HostContext context;
    unet::loss<Net, Double>(context, logits.view(), target.view(), pos_weight, to, reports.data());
    double sum = 0;
    for (Index n = 0; n < logits.shape.n; ++n) sum += reports[static_cast<std::size_t>(n * unet::report_size<Net>)];
    return sum / static_cast<double>(logits.shape.n);
  }
};

template <class Net>
void check(Shape shape, double pos_weight) {
  constexpr int classes = unet::classes_of<Net>;
  HostTensor<double> target({shape.n, shape.h, shape.w, 1});
  unet::Random random(3, unet::Purpose::test);
  for (double& value : target.values) value = random.below(classes == 1 ? 2 : classes);
  const MeanLoss<Net> loss{target, pos_weight};
  check_gradients<Net>(std::vector{LayerInput<double>(random_map(shape, 5))}, random_values<Net>(11), loss,
                       [&](const HostTensor<double>& logits) { return loss.gradient(logits); });
}

}  // namespace

TEST_CASE("binary net, batch 1 and 2") {
  check<UNet<1, 1, 2, 2>>({2, 8, 4, 1}, 2.5);
  check<UNet<1, 1, 2, 1>>({1, 6, 4, 1}, 0.5);
}

TEST_CASE("several classes and image channels") { check<UNet<2, 3, 1, 2>>({2, 12, 8, 2}, 1); }

TEST_CASE("a net of another block") {
  check<unet::UNetOf<1, 1, unet::Widths<2, 3>, unet::Conv3x3BNReLU>>({2, 6, 4, 1}, 2.5);
}

TEST_CASE("widths that do not double, and others on the way up") {
  check<unet::UNetOf<1, 1, unet::Widths<2, 3, 2>, unet::Conv3x3BN, unet::Widths<1, 4>>>({2, 12, 8, 1}, 1.5);
}
