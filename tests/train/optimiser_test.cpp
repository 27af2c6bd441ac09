// AdamW against independent numbers, with step and rate in backend memory.
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "../reference/reference_file.hpp"
#include "unet/core/buffer.hpp"
#include "unet/train/policies.hpp"

namespace optimiser_test {

using unet::Adam;
using unet::AdamW;
using unet::Index;

namespace {

/// Parameters after each of ten steps of the reference's gradients and rates.
template <class B, class Optimiser, class T = typename B::Scalar>
std::vector<std::vector<T>> ten_steps(const Optimiser& optimiser) {
  const ReferenceFile file("policies");
  const auto as = [](const std::vector<double>& values) { return std::vector<T>(values.begin(), values.end()); };
  const std::vector<double> rates = file.numbers("adamw.rates");
  typename B::Context context;
  const unet::Buffer<B> gradients(context, as(file.numbers("adamw.gradients")));
  unet::Buffer<B> parameters(context, as(file.numbers("adamw.start")));
  const Index count = parameters.size();
  const std::vector<T> zeros(static_cast<std::size_t>(count));
  unet::Buffer<B> first(context, zeros), second(context, zeros);
  unet::Buffer<B, typename Optimiser::Step> in_memory(1);
  std::vector<std::vector<T>> after;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const auto step = optimiser.step(rates[i], static_cast<long>(i + 1));
    in_memory.from_host(context, &step);
    Optimiser::template apply<B>(context, count, gradients.data() + static_cast<Index>(i) * count, parameters.data(),
                                 {first.data(), second.data()}, in_memory.data());
    after.push_back(parameters.to_host(context));
  }
  return after;
}

}  // namespace

TEST_CASE_TEMPLATE("ten steps of AdamW at changing rates", B, Double, Float) {
  const auto after = ten_steps<B>(AdamW{0.9, 0.99, 1e-6, 0.1});
  const std::vector<double> expected = ReferenceFile("policies").numbers("adamw.after");
  for (std::size_t i = 0; i < after.size(); ++i) {
    CAPTURE(i);
    const auto at = expected.begin() + static_cast<Index>(i * after[i].size());
    CHECK(relative_error(after[i], std::vector<double>(at, at + static_cast<Index>(after[i].size()))) <
          (sizeof(typename B::Scalar) == 8 ? 1e-14 : 1e-6));
  }
}

TEST_CASE_TEMPLATE("without decay AdamW is Adam, bit for bit; with it, it is not", B, Double, Float) {
  const auto adam = ten_steps<B>(Adam{0.9, 0.99, 1e-6});
  CHECK(ten_steps<B>(AdamW{0.9, 0.99, 1e-6, 0}) == adam);
  CHECK(ten_steps<B>(AdamW{0.9, 0.99, 1e-6, 1e-3}) != adam);
}

TEST_CASE("optimisers that make no sense") {
  CHECK_THROWS_WITH_AS((AdamW{0.9, 0.99, 1e-6, -1}.check()),
                       "AdamW's weight decay must be a number that is not negative, not -1.000000", unet::OptionError);
  for (const Adam& adam : {Adam{1}, Adam{-0.1}, Adam{0.9, 1}, Adam{0.9, 0.99, 0}}) {
    CHECK_THROWS_AS(adam.check(), unet::OptionError);
    CHECK_THROWS_AS((AdamW{adam.beta1, adam.beta2, adam.epsilon}.check()), unet::OptionError);
  }
  CHECK_NOTHROW(Adam{}.check());
  CHECK_NOTHROW(AdamW{}.check());
}

}  // namespace optimiser_test
