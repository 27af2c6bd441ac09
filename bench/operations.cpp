// Single operations of the backends on the shapes of the study's net, in GFLOP/s: which layer is worth tuning.
// --benchmark_filter=cpu and the other options are Google Benchmark's.
#include <benchmark/benchmark.h>

#include <vector>

#include "unet/unet.hpp"

namespace {

using unet::Index;
using unet::Shape;

/// Operands of a 3x3 convolution of in -> out channels on `n` images of size x size, with a pending normalisation.
struct Operands {
  std::vector<float> x, scale, shift, weights, bias, y, dx, dw;
  Shape in_shape, out_shape;

  Operands(Index in, Index out, Index size, Index n)
      : scale(static_cast<std::size_t>(in), 0.9f),
        shift(static_cast<std::size_t>(in), 0.1f),
        weights(static_cast<std::size_t>(9 * in * out)),
        bias(static_cast<std::size_t>(out), 0.01f),
        dw(weights.size()),
        in_shape{n, size, size, in},
        out_shape{n, size, size, out} {
    unet::Random random(0, unet::Purpose::test);
    for (float& w : weights) w = static_cast<float>(random.uniform(-0.1, 0.1));
    x.resize(static_cast<std::size_t>(in_shape.size()));
    for (float& v : x) v = static_cast<float>(random.uniform());
    y.resize(static_cast<std::size_t>(out_shape.size()), 0.5f);
    dx.resize(x.size());
  }

  unet::Input<float> input() const { return {{{{x.data(), in_shape}, scale.data(), shift.data()}, {}}, 1}; }
};

enum class Pass { forward, backward_data, backward_weights };

template <class B, Pass Which>
void convolution(benchmark::State& state) {
  const Index in = state.range(0), out = state.range(1), size = state.range(2), n = state.range(3);
  Operands o(in, out, size, n);
  std::vector<float> moments(static_cast<std::size_t>(2 * out)), db(static_cast<std::size_t>(out));
  typename B::Context context;
  const unet::View<float> y(o.y.data(), o.out_shape), dx(o.dx.data(), o.in_shape);
  for (auto _ : state) {
    if constexpr (Which == Pass::forward)
      B::conv3x3_forward(context, o.input(), {o.weights.data()}, y, unet::Padding{},
                         {o.bias.data(), unet::Activate::relu, {moments.data(), moments.data() + out}});
    else if constexpr (Which == Pass::backward_data)
      B::conv3x3_backward_data(context, y, o.weights.data(), {{dx, {}}, 1, false});
    else
      B::conv3x3_backward_weights(context, o.input(), y, o.dw.data(), db.data());
    benchmark::ClobberMemory();
  }
  const double flops = 2.0 * 9 * static_cast<double>(in * out * size * size * n);
  state.counters["GFLOP/s"] =
      benchmark::Counter(flops * static_cast<double>(state.iterations()) * 1e-9, benchmark::Counter::kIsRate);
}

/// In, out, size, images: the convolutions of the net at 256 x 256, two images' worth of work each.
void shapes(benchmark::internal::Benchmark* b) {
  b->ArgNames({"in", "out", "size", "n"})->UseRealTime()->Unit(benchmark::kMillisecond);
  b->Args({32, 32, 256, 2})->Args({64, 32, 256, 2})->Args({64, 64, 128, 2})->Args({128, 128, 64, 4});
  b->Args({256, 256, 32, 8})->Args({512, 512, 16, 8});
}

using Cpu = unet::Cpu<float>;
using Eigen = unet::EigenBackend<float>;
BENCHMARK(convolution<Cpu, Pass::forward>)->Name("cpu/conv3x3_forward")->Apply(shapes);
BENCHMARK(convolution<Cpu, Pass::backward_data>)->Name("cpu/conv3x3_backward_data")->Apply(shapes);
BENCHMARK(convolution<Cpu, Pass::backward_weights>)->Name("cpu/conv3x3_backward_weights")->Apply(shapes);
BENCHMARK(convolution<Eigen, Pass::forward>)->Name("eigen/conv3x3_forward")->Apply(shapes);

}  // namespace

BENCHMARK_MAIN();
