// oneDNN's convolutions on the shapes of the study's net, as bench/operations measures ours, and by the same names:
//
//   onednn --benchmark_filter='conv3x3_forward/'
//   onednn --benchmark_filter='^onednn bf16/'
//
// Each in the memory format that oneDNN likes best, conversions to and from it not counted. Forward with bias and ReLU; ours
// also normalises its input. For oneDNN 2 (libdnnl-dev of Debian 12).
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>

#include "../net_convolutions.hpp"
#include "unet/core/bf16.hpp"

namespace {

using dnnl::algorithm;
using dnnl::memory;
using unet::Index;

constexpr Index batch = 2;

enum class Direction { forward, backward_data, backward_weights };
constexpr const char* operations[] = {"conv3x3", "conv1x1", "up_conv"};
constexpr const char* suffixes[] = {"_forward", "_backward_data", "_backward_weights"};

const dnnl::engine& cpu() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

/// The primitives of a convolution and of a transposed one have the same form and other names.
struct Plain {
  using Forward = dnnl::convolution_forward;
  using BackwardData = dnnl::convolution_backward_data;
  using BackwardWeights = dnnl::convolution_backward_weights;
  static constexpr algorithm method = algorithm::convolution_auto;
};
struct Transposed {
  using Forward = dnnl::deconvolution_forward;
  using BackwardData = dnnl::deconvolution_backward_data;
  using BackwardWeights = dnnl::deconvolution_backward_weights;
  static constexpr algorithm method = algorithm::deconvolution_direct;
};

/// One primitive with the memory that it works on.
class Work {
 public:
  Work(const NetConvolution& layer, Direction direction, memory::data_type type) : stream_(cpu()) {
    if (layer.operation == unet::Operation::up_conv)
      prepare<Transposed>(layer, direction, type);
    else
      prepare<Plain>(layer, direction, type);
  }

  void run() {
    primitive_.execute(stream_, arguments_);
    stream_.wait();
  }

 private:
  template <class Kind>
  void prepare(const NetConvolution& layer, Direction direction, memory::data_type type) {
    const bool up = layer.operation == unet::Operation::up_conv;
    const Index in = layer.in[0] + (layer.in.size() > 1 ? layer.in[1] : 0), to = up ? 2 * layer.side : layer.side;
    const Index kernel = up ? 2 : layer.operation == unet::Operation::conv3x3 ? 3 : 1, pad = kernel == 3 ? 1 : 0;
    const auto any = [](const memory::dims& dims, memory::data_type t) {
      return memory::desc(dims, t, memory::format_tag::any);
    };
    const auto x = any({batch, in, layer.side, layer.side}, type), w = any({layer.out, in, kernel, kernel}, type),
               y = any({batch, layer.out, to, to}, type), bias = any({layer.out}, memory::data_type::f32);
    const memory::dims stride{up ? 2 : 1, up ? 2 : 1}, border{pad, pad};

    dnnl::primitive_attr relu;
    if (direction == Direction::forward) {
      dnnl::post_ops after;
      after.append_eltwise(1, algorithm::eltwise_relu, 0, 0);
      relu.set_post_ops(after);
    }
    const typename Kind::Forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, Kind::method, x, w, bias, y, stride, border, border}, relu, cpu());
    if (direction == Direction::forward) {
      primitive_ = typename Kind::Forward(forward);
      add(DNNL_ARG_SRC, forward.src_desc());
      add(DNNL_ARG_WEIGHTS, forward.weights_desc());
      add(DNNL_ARG_BIAS, forward.bias_desc());
      add(DNNL_ARG_DST, forward.dst_desc());
    } else if (direction == Direction::backward_data) {
      const typename Kind::BackwardData::primitive_desc backward({Kind::method, x, w, y, stride, border, border}, cpu(),
                                                                 forward);
      primitive_ = typename Kind::BackwardData(backward);
      add(DNNL_ARG_DIFF_SRC, backward.diff_src_desc());
      add(DNNL_ARG_WEIGHTS, backward.weights_desc());
      add(DNNL_ARG_DIFF_DST, backward.diff_dst_desc());
    } else {
      const typename Kind::BackwardWeights::primitive_desc backward(
          {Kind::method, x, any({layer.out, in, kernel, kernel}, memory::data_type::f32), bias, y, stride, border,
           border},
          cpu(), forward);
      primitive_ = typename Kind::BackwardWeights(backward);
      add(DNNL_ARG_SRC, backward.src_desc());
      add(DNNL_ARG_DIFF_WEIGHTS, backward.diff_weights_desc());
      add(DNNL_ARG_DIFF_BIAS, backward.diff_bias_desc());
      add(DNNL_ARG_DIFF_DST, backward.diff_dst_desc());
    }
  }

  /// Values of about one, of no pattern.
  void add(int argument, const memory::desc& desc) {
    const memory block(desc, cpu());
    std::uint32_t state = 1;
    const bool narrow = desc.data_type() == memory::data_type::bf16;
    const std::size_t count = desc.get_size() / (narrow ? 2 : 4);
    for (std::size_t i = 0; i < count; ++i) {
      state = state * 1664525u + 1013904223u;
      const float value = static_cast<float>(static_cast<std::int32_t>(state)) * 0x1p-31f;
      if (narrow)
        static_cast<unet::bf16*>(block.get_data_handle())[i] = unet::bf16(value);
      else
        static_cast<float*>(block.get_data_handle())[i] = value;
    }
    arguments_.emplace(argument, block);
  }

  dnnl::stream stream_;
  dnnl::primitive primitive_;
  std::unordered_map<int, memory> arguments_;
};

double flops(const NetConvolution& layer) {
  const Index in = layer.in[0] + (layer.in.size() > 1 ? layer.in[1] : 0);
  const Index taps = unet::WeightShape{layer.operation}.taps();
  return 2.0 * static_cast<double>(batch * layer.side * layer.side * taps * in * layer.out);
}

std::string prepared_name;
std::unique_ptr<Work> prepared;

void add(const NetConvolution& layer, Direction direction, memory::data_type type) {
  const std::string name = std::string(type == memory::data_type::bf16 ? "onednn bf16/" : "onednn/") +
                           operations[static_cast<int>(layer.operation)] + suffixes[static_cast<int>(direction)] + "/" +
                           layer.name();
  const auto measure = [=](benchmark::State& state) {
    if (prepared_name != name) {
      prepared.reset();
      prepared_name.clear();
      try {
        prepared = std::make_unique<Work>(layer, direction, type);
      } catch (const dnnl::error& e) {
        state.SkipWithError(e.what());
        return;
      }
      prepared_name = name;
    }
    prepared->run();
    const auto start = std::chrono::steady_clock::now();
    for (auto _ : state) prepared->run();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() /
                           static_cast<double>(state.iterations());
    state.counters["GFLOP/s"] = flops(layer) / seconds * 1e-9;
  };
  benchmark::RegisterBenchmark(name.c_str(), measure)->UseRealTime()->Unit(benchmark::kMicrosecond);
}

}  // namespace

int main(int argc, char** argv) {
  for (const memory::data_type type : {memory::data_type::f32, memory::data_type::bf16})
    for (const Index side : {256, 512})
      for (const NetConvolution& layer : net_convolutions(side))
        for (const Direction direction : {Direction::forward, Direction::backward_data, Direction::backward_weights})
          add(layer, direction, type);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  prepared.reset();
}
