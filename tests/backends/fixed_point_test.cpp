// Products in whole numbers of 16 bits (Cpu<bf16> on AVX2 and on AVX-512 VNNI), with values that scaling has to cope with.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "../compiled_backends.hpp"
#include "unet/backends/cpu/conv/winograd/fixed_point.hpp"
#include "unet/core/host_tensor.hpp"
#include "unet/core/random.hpp"

namespace fixed_point_test {

using unet::HostTensor;
using unet::Index;
using unet::Shape;

namespace {

/// A 3x3 convolution of `channels` to 32 of them and what its passes give.
struct Case {
  HostTensor<double> x, dz;
  std::vector<double> w;

  explicit Case(Index channels) : x({1, 8, 12, channels}), dz({1, 8, 12, 32}), w(9 * 32 * channels) {
    unet::Random random(1, unet::Purpose::test);
    for (auto* values : {&x.values, &dz.values, &w})
      for (double& value : *values)
        value = static_cast<double>(static_cast<float>(unet::bf16(static_cast<float>(random.normal()))));
  }
};

template <class To, class From>
std::vector<To> as(const std::vector<From>& from) {
  std::vector<To> to;
  for (const From value : from) to.push_back(static_cast<To>(static_cast<float>(value)));
  return to;
}

template <class B>
std::vector<std::vector<double>> passes(const Case& c) {
  using T = typename B::Storage;
  using S = typename B::Scalar;
  HostTensor<T> x(c.x.shape), dz(c.dz.shape), y(c.dz.shape), dx(c.x.shape);
  x.values = as<T>(c.x.values);
  dz.values = as<T>(c.dz.values);
  const std::vector<S> w = as<S>(c.w);
  std::vector<S> dw(w.size()), dbias(32);
  unet::HostContext context;
  const typename B::Input source{{{std::as_const(x).view()}, {}}, 1};
  B::conv3x3_forward(context, source, {w.data(), nullptr}, y.view(), {}, {});
  B::conv3x3_backward_data(context, std::as_const(dz).view(), w.data(), {{dx.view(), {}}, 1, false});
  B::conv3x3_backward_weights(context, source, std::as_const(dz).view(), dw.data(), dbias.data());
  return {as<double>(y.values), as<double>(dx.values), as<double>(dw)};
}

void check_equal(const std::vector<std::vector<double>>& actual, const std::vector<std::vector<double>>& expected) {
  for (std::size_t pass = 0; pass < actual.size(); ++pass) {
    CAPTURE(pass);
    double difference = 0, length = 0;
    for (std::size_t i = 0; i < actual[pass].size(); ++i) {
      difference += std::pow(actual[pass][i] - expected[pass][i], 2);
      length += std::pow(expected[pass][i], 2);
    }
    CHECK(std::sqrt(difference) < 6e-3 * std::sqrt(length));
  }
}

void check_close(const Case& c) { check_equal(passes<FastNarrow>(c), passes<Double>(c)); }

void scale(std::vector<double>& values, double by) {
  for (double& value : values) value *= by;
}

}  // namespace

TEST_CASE("as exact as maps of bf16 are, for few channels and for many") {
  for (const Index channels : {16, 32, 40, 64, 512}) {
    CAPTURE(channels);
    check_close(Case(channels));
  }
}

TEST_CASE("of any size that floats have room for when squared") {
  for (const double by : {0x1p-50, 0x1p50}) {
    CAPTURE(by);
    Case c(64);
    scale(c.x.values, by);
    scale(c.dz.values, 1 / by);
    check_close(c);
    scale(c.w, by);
    scale(c.x.values, 1 / by);
    scale(c.dz.values, by);
    check_close(c);
  }
}

TEST_CASE("vectors as parallel as can be do not overflow: sums of the largest products, one channel alone") {
  for (const Index channels : {32, 512}) {
    CAPTURE(channels);
    Case same(channels);
    for (auto* values : {&same.x.values, &same.dz.values, &same.w}) std::fill(values->begin(), values->end(), 1.0);
    check_close(same);
    Case alone(channels);
    for (std::size_t i = 0; i < alone.x.values.size(); ++i)
      if (i % static_cast<std::size_t>(channels) != 5) alone.x.values[i] = 0;
    for (std::size_t i = 0; i < alone.w.size(); ++i)
      if (i / 32 % static_cast<std::size_t>(channels) != 5) alone.w[i] = 0;
    check_close(alone);
  }
}

TEST_CASE("zeros give zeros") {
  Case c(32);
  std::fill(c.x.values.begin(), c.x.values.end(), 0.0);
  std::fill(c.w.begin(), c.w.end(), 0.0);
  for (const auto& values : passes<FastNarrow>(c))
    CHECK(std::all_of(values.begin(), values.end(), [](double value) { return value == 0; }));
}

TEST_CASE("what is not finite stays so") {
  for (const double value : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    Case c(32), d(32), e(32);
    c.x.values[(3 * 12 + 5) * 32 + 7] = value;
    d.dz.values[(3 * 12 + 5) * 32 + 7] = value;
    e.w[7 * 32 + 3] = value;
    const auto of_x = passes<FastNarrow>(c), of_dz = passes<FastNarrow>(d), of_w = passes<FastNarrow>(e);
    for (Index o = 0; o < 32; ++o) {
      CAPTURE(o);
      CHECK_FALSE(std::isfinite(of_x[0][(3 * 12 + 5) * 32 + o]));
      CHECK_FALSE(std::isfinite(of_dz[1][(3 * 12 + 5) * 32 + o]));
      CHECK_FALSE(std::isfinite(of_x[2][(4 * 32 + 7) * 32 + o]));
      CHECK_FALSE(std::isfinite(of_dz[2][(4 * 32 + o) * 32 + 7]));
    }
    CHECK_FALSE(std::isfinite(of_w[0][(3 * 12 + 5) * 32 + 3]));
    CHECK_FALSE(std::isfinite(of_w[1][(3 * 12 + 5) * 32 + 7]));
  }
}

namespace {

/// A transposed convolution with normalised input, bias and ReLU, then its backward-data, added to ones.
template <class B>
std::vector<std::vector<double>> up_passes(Index in, Index out) {
  using T = typename B::Storage;
  using S = typename B::Scalar;
  unet::Random random(2, unet::Purpose::test);
  const auto draw = [&](auto& values) {
    for (auto& value : values)
      value = static_cast<std::remove_reference_t<decltype(value)>>(
          static_cast<float>(unet::bf16(static_cast<float>(random.normal()))));
  };
  HostTensor<T> x({2, 5, 30, in}), dz({2, 10, 60, out}), y(dz.shape), dx(x.shape);
  std::vector<S> w(static_cast<std::size_t>(4 * in * out)), bias(static_cast<std::size_t>(out)),
      scale(static_cast<std::size_t>(in)), shift(scale.size()), dw(w.size()), dbias(bias.size());
  draw(x.values), draw(dz.values), draw(w), draw(bias), draw(scale), draw(shift);
  std::fill(dx.values.begin(), dx.values.end(), static_cast<T>(1.0f));
  unet::HostContext context;
  const typename B::Input source{{{std::as_const(x).view(), scale.data(), shift.data()}, {}}, 1};
  B::up_conv_forward(context, source, {w.data(), nullptr}, y.view(), {bias.data(), unet::Activate::relu, {}});
  B::up_conv_backward_data(context, std::as_const(dz).view(), w.data(), {{dx.view(), {}}, 1, true});
  B::up_conv_backward_weights(context, source, std::as_const(dz).view(), dw.data(), dbias.data());
  return {as<double>(y.values), as<double>(dx.values), as<double>(dw), as<double>(dbias)};
}

}  // namespace

TEST_CASE("transposed convolutions, of channels that fill registers and that do not") {
  for (const auto& channels : {std::pair<Index, Index>{16, 40}, {64, 32}, {130, 17}}) {
    CAPTURE(channels.first);
    check_equal(up_passes<FastNarrow>(channels.first, channels.second),
                up_passes<Double>(channels.first, channels.second));
  }
}

TEST_CASE("in use where the machine has it, for maps of bf16 alone") {
  using unet::cpu::Isa;
  const Isa isa = unet::cpu::current_isa();
  CHECK(unet::cpu::winograd::in_fixed_point<unet::bf16>() == (isa == Isa::avx2 || isa >= Isa::avx512vnni));
  CHECK_FALSE(unet::cpu::winograd::in_fixed_point<float>());
}

TEST_CASE("where the processor rounds to bf16 itself, results are the same bits") {
  using unet::cpu::Isa;
  auto& isa = unet::cpu::current_isa();
  const Isa before = isa;
  if (before < Isa::avx512bf16) return;
  const Case c(40);
  const auto native = passes<FastNarrow>(c), native_up = up_passes<FastNarrow>(40, 33);
  isa = Isa::avx512vnni;
  const auto by_shifts = passes<FastNarrow>(c), by_shifts_up = up_passes<FastNarrow>(40, 33);
  isa = before;
  CHECK(native == by_shifts);
  CHECK(native_up == by_shifts_up);
}

}  // namespace fixed_point_test
