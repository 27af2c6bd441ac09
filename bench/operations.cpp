// Every operation of the backends on the shapes of the study's net, for images of 256 and 512 pixels: which is worth tuning.
// Names are backend/operation/shape, a shape is channels@side of the map, "32x64@256" from 32 to 64 channels, "64+64x64@256"
// from two concatenated maps. --benchmark_filter and the other options are Google Benchmark's:
//
//   operations --benchmark_filter='cpu/conv3x3_forward/'      one operation
//   operations --benchmark_filter='@512'                      maps of 512 x 512
//   operations --benchmark_filter='^cpu bf16/'                maps in bf16
//   operations --benchmark_filter='/add/'                     on all backends
//
// Without a filter all of cpu is measured. Operands are those of the conformance suite (unet/testing).
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstring>
#include <memory>

#include "net_convolutions.hpp"
#include "unet/testing/table.hpp"
#include "unet/unet.hpp"

namespace {

using namespace unet::testing;
using unet::Activate;
using unet::Index;
using unet::Shape;

constexpr Index batch = 2;

/// The call of a case on B, and what it works on.
template <class B, class Case>
struct Prepared {
  explicit Prepared(const Case& c) : stage({unet::Random(0, unet::Purpose::test), true}), call(c.prepare(stage)) {}
  Stage<B> stage;
  std::function<void()> call;
};

/// Google Benchmark calls a benchmark again and again until it knows how often to repeat it; operands are made once.
std::string prepared_name;
std::shared_ptr<void> prepared;

template <class B, class Case, class Make>
void add(const std::string& operation, const std::string& shape, const Make& make) {
  const std::string name = std::string(B::name) + "/" + operation + "/" + shape;
  const auto measure = [name, make](benchmark::State& state) {
    static double flops;
    if (prepared_name != name) {
      prepared.reset();
      Draw draw = draw_for<B>(unet::Random(0, unet::Purpose::test));
      const Case c = make(draw);
      flops = c.flops();
      prepared = std::make_shared<Prepared<B, Case>>(c);
      prepared_name = name;
    }
    auto& now = *static_cast<Prepared<B, Case>*>(prepared.get());
    now.call();  // memory that a backend keeps is taken
    B::wait(B::record(now.stage.context));
    const auto start = std::chrono::steady_clock::now();
    for (auto _ : state) {
      now.call();
      B::wait(B::record(now.stage.context));
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() /
                           static_cast<double>(state.iterations());
    if (flops > 0) state.counters["GFLOP/s"] = flops / seconds * 1e-9;
    state.counters["GB/s"] = now.stage.bytes() / seconds * 1e-9;
  };
  benchmark::RegisterBenchmark(name.c_str(), measure)->UseRealTime()->Unit(benchmark::kMicrosecond);
}

ConvolutionSizes sizes_of(const NetConvolution& layer) {
  return {{batch, layer.side, layer.side, 1}, layer.in, layer.out};
}

void normalised(std::vector<Part>& parts) {
  for (Part& part : parts) {
    part.scale.assign(static_cast<std::size_t>(part.map.shape.c), 0.9);
    part.shift.assign(part.scale.size(), 0.1);
    part.activate = Activate::none;
  }
}

template <class B, class Calls>
void add_convolution(const NetConvolution& layer) {
  const std::string operation = Calls::name;
  const auto forward = [layer](bool training) {
    return [layer, training](Draw& draw) {
      Forward<Calls> c(draw, sizes_of(layer));
      normalised(c.x);
      c.activate = Activate::relu;
      c.with_bias = true;
      c.packed = !training;
      c.moments = training && Calls::operation == unet::Operation::conv3x3;
      return c;
    };
  };
  add<B, Forward<Calls>>(operation + "_forward", layer.name(), forward(false));
  add<B, Forward<Calls>>(operation + "_forward_training", layer.name(), forward(true));
  add<B, BackwardData<Calls>>(operation + "_backward_data", layer.name(), [layer](Draw& draw) {
    BackwardData<Calls> c(draw, sizes_of(layer));
    c.accumulate = false;
    return c;
  });
  add<B, BackwardWeights<Calls>>(operation + "_backward_weights", layer.name(), [layer](Draw& draw) {
    BackwardWeights<Calls> c(draw, sizes_of(layer));
    normalised(c.x);
    c.with_bias = true;
    return c;
  });
  if (B::pack_bytes({Calls::operation, sizes_of(layer).total_in(), layer.out}) > 0)
    add<B, Pack<Calls>>(operation + "_pack", layer.name(),
                        [layer](Draw& draw) { return Pack<Calls>(draw, sizes_of(layer)); });
}

/// What works on a map of so many channels.
template <class B>
void add_maps(Index channels, Index side) {
  const Shape shape{batch, side, side, channels}, half{batch, side / 2, side / 2, channels};
  const std::string name = std::to_string(channels) + "@" + std::to_string(side);
  add<B, MaxPoolForward>("max_pool_forward", name, [half](Draw& draw) { return MaxPoolForward(draw, half); });
  add<B, MaxPoolBackward>("max_pool_backward", name, [half](Draw& draw) {
    MaxPoolBackward c(draw, half);
    c.accumulate = true;
    return c;
  });
  const auto backward = [shape](bool sums) {
    return [shape, sums](Draw& draw) {
      NormBackward c(draw, shape);
      c.before = Activate::relu;
      c.after = Activate::none;
      std::fill(c.gamma.begin(), c.gamma.end(), 1.0);
      c.sums = sums;
      c.apply = !sums;
      return c;
    };
  };
  add<B, NormBackward>("norm_backward_sums", name, backward(true));
  add<B, NormBackward>("norm_backward_apply", name, backward(false));
  add<B, ReluBackward>("relu_backward", name, [shape](Draw& draw) { return ReluBackward(draw, shape); });
  add<B, Add>("add", name, [shape](Draw& draw) { return Add(draw, shape); });
  add<B, Normalise>("normalise", name, [shape](Draw& draw) {
    std::vector<Part> x{Normalise(draw, shape).x};
    normalised(x);
    Normalise c(draw, {1, 1, 1, shape.c});
    c.x = x[0];
    return c;
  });
}

template <class B>
void add_losses(Index side) {
  for (const Index classes : {1, 3})
    for (const bool overlap : {false, true}) {
      const std::string name = std::to_string(classes) + "@" + std::to_string(side) + (overlap ? "+overlap" : "");
      const Shape shape{batch, side, side, classes};
      const unet::LossTerms terms{2, overlap};
      add<B, SumsOfLoss>("loss_sums", name, [=](Draw& draw) { return SumsOfLoss(draw, shape, terms); });
      add<B, GradientOfLoss>("loss_gradient", name, [=](Draw& draw) { return GradientOfLoss(draw, shape, terms); });
    }
}

/// The study's net, UNet<1, 1, 32, 4>, for images of side x side pixels.
template <class B>
void add_net(Index side) {
  for (const NetConvolution& layer : net_convolutions(side)) switch (layer.operation) {
      case unet::Operation::conv3x3:
        add_convolution<B, Conv3x3Calls>(layer);
        break;
      case unet::Operation::up_conv:
        add_convolution<B, UpConvCalls>(layer);
        break;
      default:
        add_convolution<B, Conv1x1Calls>(layer);
    }
  for (Index level = 0; level <= 4; ++level) add_maps<B>(Index{32} << level, side >> level);
  add_losses<B>(side);
}

template <class B>
void add_backend() {
  for (const Index side : {256, 512}) add_net<B>(side);
  for (const Index channels : {32, 512}) {
    const std::string name = std::to_string(channels);
    add<B, NormScaleShift>("norm_scale_shift", name, [channels](Draw& draw) { return NormScaleShift(draw, channels); });
    add<B, NormUpdateRunning>("norm_update_running", name,
                              [channels](Draw& draw) { return NormUpdateRunning(draw, channels, 1000); });
  }
  constexpr Index parameters = unet::UNet<1, 1, 32, 4>::extent.parameters;
  add<B, Adam>("adam_step", std::to_string(parameters), [](Draw& draw) { return Adam(draw, parameters); });
}

}  // namespace

int main(int argc, char** argv) {
  add_backend<unet::Cpu<float>>();
  add_backend<unet::Cpu<unet::bf16>>();
  add_backend<unet::EigenBackend<float>>();
  std::vector<char*> arguments(argv, argv + argc);
  char only_cpu[] = "--benchmark_filter=^cpu/";
  constexpr const char* filter = "--benchmark_filter";
  if (std::none_of(argv, argv + argc, [](const char* a) { return std::strncmp(a, filter, std::strlen(filter)) == 0; }))
    arguments.push_back(only_cpu);
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
  benchmark::RunSpecifiedBenchmarks();
  prepared.reset();
}
