// The kernels for AMX, on registers that are emulated: no machine of ours has any. On one that has, the suite for each instruction set
// (cpu_conformance_test) runs them as well if UNET_ISA=amx.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "conformance.hpp"
#include "emulated_tiles.hpp"
#include "unet/backends/cpu/conv/amx/convolve.hpp"
#include "unet/backends/cpu/conv/weight_gradient.hpp"
#include "unet/core/host_tensor.hpp"
#include "unet/core/random.hpp"

namespace amx_test {

namespace {

using unet::Index;
namespace amx = unet::cpu::amx;

/// What goes with AMX is compiled for AVX-512 alone.
bool can_run() {
#if defined(__x86_64__)
  if (unet::cpu::current_isa() >= unet::cpu::Isa::avx512) return true;
  MESSAGE("not run: it takes AVX-512");
  return false;
#else
  return true;
#endif
}

/// Cpu<float> or Cpu<bf16>, whose 3x3 convolutions are AMX's from one channel on.
template <class B>
struct EmulatedAmx : B {
  using typename B::Context, typename B::In, typename B::Out, typename B::Input, typename B::InputGradient;
  using typename B::Epilogue, typename B::Weights;
  using T = typename B::Storage;
  static constexpr const char* name = std::is_same_v<T, float> ? "emulated AMX" : "emulated AMX bf16";
  static Index pack_bytes(unet::WeightShape) { return 0; }
  static void pack(Context&, unet::WeightShape, const float*, void*) {}

  static void conv3x3_forward(Context&, const Input& x, Weights w, Out y, unet::Padding padding,
                              const Epilogue& epilogue) {
    const auto view = unet::cpu::forward_view({unet::Operation::conv3x3, x.shape().c, y.shape.c}, w.values);
    amx::convolve<T, EmulatedTiles>(x, view, amx::pack<T>(view), epilogue, {{y, {}}, 1, false}, padding.top,
                                    padding.left);
  }
  static void conv3x3_backward_data(Context&, In dz, const float* w, const InputGradient& dx) {
    const Index in = dx.shape().c, out = dz.shape.c;
    const unet::cpu::WeightView view{w, 9, out, in, 1, out, true};
    amx::convolve<T, EmulatedTiles>({{{dz}, {}}, 1}, view, amx::pack<T>(view), {}, dx, 1, 1);
  }
  static void conv3x3_backward_weights(Context&, const Input& x, In dz, float* dw, float* dbias) {
    unet::cpu::weight_gradient<EmulatedTiles>(x, dz, 1, dw, dbias);
  }
};

}  // namespace

}  // namespace amx_test

template <>
struct unet::testing::Tolerance<amx_test::EmulatedAmx<Float>> {
  static double of(std::string_view operation) {
    return operation.starts_with("conv3x3") ? 3 * 0x1p-16 : Tolerance<Float>::of(operation);
  }
};

namespace amx_test {

TEST_CASE("kernels for AMX compute what the contract says") {
  if (!can_run()) return;
  // Some of the cases: emulation is slow, above all with sanitizers.
  check_conformance<EmulatedAmx<FastNarrow>>({.only = {"conv3x3"}, .share = 0.25, .threads = {3}});
  check_conformance<EmulatedAmx<Float>>({.only = {"conv3x3"}, .share = 0.25, .threads = {3}});
}

TEST_CASE("floats as two numbers of bf16: within 1e-5 of double's values") {
  if (!can_run()) return;
  constexpr Index in = 96, out = 64, size = 14;
  unet::Random random(1, unet::Purpose::test);
  const auto draw = [&](auto& values) {
    for (auto& value : values) value = static_cast<float>(random.normal());
  };
  unet::HostTensor<float> x({1, size, size, in}), dz({1, size, size, out});
  std::vector<float> w(9 * in * out);
  draw(x.values), draw(dz.values), draw(w);

  // Forward, backward-data and backward-weights, one after the other.
  const auto passes = [&]<class B>(const B&) {
    using S = typename B::Scalar;
    unet::HostTensor<S> a(x.shape), dy(dz.shape), y(dz.shape), dx(x.shape);
    const auto same = [](float value) { return static_cast<S>(value); };
    std::transform(x.values.begin(), x.values.end(), a.values.begin(), same);
    std::transform(dz.values.begin(), dz.values.end(), dy.values.begin(), same);
    const std::vector<S> weights(w.begin(), w.end());
    std::vector<S> dw(w.size());
    unet::HostContext context;
    B::conv3x3_forward(context, {{{a.view()}, {}}, 1}, {weights.data(), nullptr}, y.view(), {}, {});
    B::conv3x3_backward_data(context, dy.view(), weights.data(), {{dx.view(), {}}, 1, false});
    B::conv3x3_backward_weights(context, {{{a.view()}, {}}, 1}, dy.view(), dw.data(), nullptr);
    const auto wide = [](const auto& values) { return std::vector<double>(values.begin(), values.end()); };
    return std::array{wide(y.values), wide(dx.values), wide(dw)};
  };
  const auto actual = passes(EmulatedAmx<Float>()), expected = passes(Double());
  for (std::size_t pass = 0; pass < actual.size(); ++pass) {
    double error = 0, length = 0;
    for (std::size_t i = 0; i < expected[pass].size(); ++i) {
      error += std::pow(actual[pass][i] - expected[pass][i], 2);
      length += std::pow(expected[pass][i], 2);
    }
    MESSAGE("relative error " << std::sqrt(error / length));
    CHECK(std::sqrt(error / length) < 1e-5);
  }
}

}  // namespace amx_test
