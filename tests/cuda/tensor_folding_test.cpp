// Normalisations that are folded into weights, as they are where means are known: they must be as exact as if they were not.
#include "tensor_cases.hpp"

namespace tensor_folding_test {

using namespace cuda_test;

namespace {

/// Values around 8, which the first part's normalisation takes away; others of the input have none pending.
template <class T>
std::vector<Part> normalised_input(Draw& draw, const ConvolutionSizes& sizes) {
  std::vector<Part> x;
  for (std::size_t p = 0; p < sizes.in.size(); ++p) {
    Part part{draw_map(draw, sizes.part(p), p == 0 ? [](Draw& d) { return 8 + draw_value(d); } : draw_value), {}, {}};
    if (p == 0) {
      part.scale = draw_values(draw, sizes.in[p]);
      part.shift = draw_values(draw, sizes.in[p]);
      for (std::size_t c = 0; c < part.scale.size(); ++c)
        part.shift[c] = static_cast<float>(part.shift[c] - 8 * part.scale[c]);
    }
    x.push_back(part);
  }
  return x;
}
template <class B>
InputOf<B> input_with_means(Stage<B>& stage, const std::vector<Part>& parts) {
  InputOf<B> x = stage.input(parts);
  x.parts[0].mean = stage.input(Values(parts[0].scale.size(), 8.0));
  return x;
}

template <class Calls>
struct FoldedForward : Forward<Calls> {
  template <class T>
  FoldedForward(T, Draw& draw, const ConvolutionSizes& sizes, Padding padding) : Forward<Calls>(draw, sizes) {
    this->x = normalised_input<T>(draw, sizes);
    this->padding = padding;
    this->moments = false;
  }
  template <class B>
  std::function<void()> prepare(Stage<B>& stage) const {
    const auto y = stage.output("y", this->output());
    const Epilogue<typename B::Scalar> epilogue{
        this->with_bias ? stage.input(this->bias) : nullptr, this->activate, {}};
    return [&stage, y, epilogue, w = stage.weights(this->w), x = input_with_means(stage, this->x), p = this->padding] {
      Calls::template forward<B>(stage.context, x, w, y, p, epilogue);
    };
  }
};

template <class Calls>
struct FoldedWeights : BackwardWeights<Calls> {
  template <class T>
  FoldedWeights(T, Draw& draw, const ConvolutionSizes& sizes) : BackwardWeights<Calls>(draw, sizes) {
    this->x = normalised_input<T>(draw, sizes);
  }
  template <class B>
  std::function<void()> prepare(Stage<B>& stage) const {
    auto* const dw = stage.output("dw", Calls::taps * this->sizes.total_in() * this->sizes.out);
    auto* const dbias = this->with_bias ? stage.output("dbias", this->sizes.out) : nullptr;
    return [&stage, dw, dbias, x = input_with_means(stage, this->x), dz = stage.input(this->dz)] {
      Calls::template backward_weights<B>(stage.context, x, dz, dw, dbias);
    };
  }
};

template <class Calls>
void check_folded(const ConvolutionSizes& sizes, Padding padding, std::uint32_t number) {
  Draw draw = draw_of<bf16>(number);
  const std::string name = Calls::name;
  const FoldedForward<Calls> forward(bf16(), draw, sizes, padding);
  const Values y = check_case<bf16>(name + "_forward", forward)[0].values;
  CHECK(relative_error(y, run<Double>(forward, layout(0))[0].values) < 2.4e-3);
  const FoldedWeights<Calls> weights(bf16(), draw, sizes);
  const Values dw = check_case<bf16>(name + "_backward_weights", weights)[0].values;
  CHECK(relative_error(dw, run<Double>(weights, layout(0))[0].values) < 1e-5);
}

/// Rectangles of an input whose normalisation is folded.
void check_folded_rectangles() {
  using B = Cuda<bf16>;
  Draw draw = draw_of<bf16>(50);
  const ConvolutionSizes sizes({1, 37, 41, 1}, {16}, 16);
  const FoldedForward<Conv3x3Calls> c(bf16(), draw, sizes, {});
  HostMap whole(c.output());
  whole.values = run<B>(c, layout(0))[0].values;
  Checker checker(CheckOptions{});
  checker.begin("conv3x3_forward", "rectangles");
  int k = 0;
  for (const PixelWindow& r : {PixelWindow{0, 0, 5, 7}, {3, 11, 17, 30}, {20, 5, 17, 1}, {1, 1, 36, 40}}) {
    const Index top = r.y > 0, left = r.x > 0, bottom = r.y + r.h < 37, right = r.x + r.w < 41;
    Stage<B> stage(layout(++k));
    const auto y = stage.output("y", {1, r.h, r.w, sizes.out});
    B::conv3x3_forward(
        stage.context,
        window(input_with_means(stage, c.x), {r.y - top, r.x - left, r.h + top + bottom, r.w + left + right}),
        stage.weights(c.w), y,
        {static_cast<int>(1 - top), static_cast<int>(1 - bottom), static_cast<int>(1 - left),
         static_cast<int>(1 - right)},
        {c.with_bias ? stage.input(c.bias) : nullptr, c.activate, {}});
    check_part(checker, stage.finish(), 0, whole, r, "folded");
  }
  report(checker.failures());
}

}  // namespace

TEST_CASE("folded normalisation") {
  check_folded<Conv3x3Calls>({{2, 17, 19, 1}, {32}, 40}, {}, 40);
  check_folded<Conv3x3Calls>({{1, 9, 20, 1}, {40, 24}, 64}, {1, 0, 0, 1}, 41);
  check_folded<Conv3x3Calls>({{1, 12, 33, 1}, {11, 21}, 33}, {0, 1, 1, 0}, 42);
  check_folded<Conv3x3Calls>({{2, 1, 1, 1}, {8}, 8}, {}, 43);
  check_folded<UpConvCalls>({{2, 17, 19, 1}, {72}, 40}, {}, 44);
  check_folded<UpConvCalls>({{1, 9, 20, 1}, {40, 24}, 64}, {}, 45);
  check_folded_rectangles();
}

TEST_CASE("a ReLU that follows the normalisation forbids folding") {
  Draw draw = draw_of<bf16>(51);
  const ConvolutionSizes sizes({1, 9, 20, 1}, {40, 24}, 40);
  FoldedForward<Conv3x3Calls> forward(bf16(), draw, sizes, {});
  FoldedWeights<UpConvCalls> weights(bf16(), draw, sizes);
  forward.x[0].activate = weights.x[0].activate = Activate::relu;
  check_case<bf16>("conv3x3_forward", forward);
  check_case<bf16>("up_conv_backward_weights", weights);
}

}  // namespace tensor_folding_test
