// Gradients of whole small nets with their losses, against finite differences in double.
#include <doctest/doctest.h>

#include "../layers/finite_differences.hpp"
#include "../train/run_loss.hpp"
#include "unet/models/unet.hpp"

namespace gradient_test {

using unet::HostTensor;
using unet::Shape;
using unet::UNet;

namespace {

template <class Net, class Loss>
void check(Shape shape, const Loss& loss) {
  constexpr int classes = unet::classes_of<Net>;
  HostTensor<double> target({shape.n, shape.h, shape.w, 1});
  unet::Random random(3, unet::Purpose::test);
  for (double& value : target.values) value = random.below(classes == 1 ? 2 : classes);
  const auto result = [&](const HostTensor<double>& logits) { return run_loss<Double>(loss, logits, target); };
  check_gradients<Net>(
      std::vector{LayerInput<double>(random_map(shape, 5))}, random_values<Net>(11),
      [&](const HostTensor<double>& logits) { return result(logits).value; },
      [&](const HostTensor<double>& logits) { return result(logits).gradient; });
}

}  // namespace

TEST_CASE("binary net, batch 1 and 2") {
  check<UNet<1, 1, 2, 2>>({2, 8, 4, 1}, unet::BinaryCrossEntropy{2.5});
  check<UNet<1, 1, 2, 1>>({1, 6, 4, 1}, unet::BinaryCrossEntropy{0.5});
}

TEST_CASE("several classes and image channels") { check<UNet<2, 3, 1, 2>>({2, 12, 8, 2}, unet::SoftmaxCrossEntropy{}); }

TEST_CASE("a net of another block") {
  check<unet::UNetOf<1, 1, unet::Widths<2, 3>, unet::Conv3x3BNReLU>>({2, 6, 4, 1}, unet::BinaryCrossEntropy{2.5});
}

TEST_CASE("widths that do not double, and others on the way up") {
  check<unet::UNetOf<1, 1, unet::Widths<2, 3, 2>, unet::Conv3x3BN, unet::Widths<1, 4>>>({2, 12, 8, 1},
                                                                                        unet::BinaryCrossEntropy{1.5});
}

TEST_CASE("Dice, alone and beside cross entropy") {
  check<UNet<1, 1, 2, 1>>({2, 6, 4, 1}, unet::Dice{});
  check<UNet<1, 3, 2, 1>>({2, 4, 6, 1}, unet::Sum<unet::SoftmaxCrossEntropy, unet::Dice>{});
}

}  // namespace gradient_test
