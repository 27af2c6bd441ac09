// Convolutions on tensor cores: many channels, shares of gradients, moments of many tiles, pending ReLUs.
#include "tensor_cases.hpp"

namespace tensor_test {

using namespace cuda_test;

namespace {

/// Of two parts the first is normalised and cut off at 0, the second only normalised; of one that is another case each.
template <class T>
std::vector<Part> pending_input(Draw& draw, const ConvolutionSizes& sizes, bool with_relu) {
  std::vector<Part> x = sizes.draw_input(draw);
  for (std::size_t p = 0; p < x.size(); ++p) {
    x[p].scale = draw_values(draw, sizes.in[p]);
    x[p].shift = draw_values(draw, sizes.in[p]);
    x[p].activate = p == 0 && with_relu ? Activate::relu : Activate::none;
  }
  return x;
}

template <class T, class Calls>
void check_all_three(const ConvolutionSizes& sizes, std::uint32_t number) {
  Draw draw = draw_of<T>(number);
  const std::string name = Calls::name;
  Forward<Calls> forward(draw, sizes);
  BackwardData<Calls> backward_data(draw, sizes);
  BackwardWeights<Calls> backward_weights(draw, sizes);
  forward.x = backward_weights.x = pending_input<T>(draw, sizes, number % 2 == 1);
  backward_data.accumulate = number % 2 == 0;
  check_case<T>(name + "_forward", forward, {1, 7});
  check_case<T>(name + "_backward_data", backward_data, {1, 7});
  check_case<T>(name + "_backward_weights", backward_weights, {1, 7});
}

/// Gradients in three shares: with as many as the library makes, several tiles in each would be much to compute.
template <class Calls>
struct InFewShares : Calls {
  template <class B>
  static void backward_weights(typename B::Context& context, const InputOf<B>& x, ConstMapView<B> dz,
                               typename B::Scalar* dw, typename B::Scalar* dbias) {
    constexpr bool is_3x3 = Calls::taps == 9;
    if constexpr (B::host_memory)
      Calls::template backward_weights<B>(context, x, dz, dw, dbias);
    else if constexpr (is_3x3)
      cuda::tensor::conv3x3_backward_weights(context, x, dz, dw, dbias, 3);
    else
      cuda::tensor::up_conv_backward_weights(context, x, dz, dw, dbias, 3 * 4);
  }
};

/// Of positive terms errors that are not as often up as down would add up.
template <class Case>
void check_unbiased(const Case& c) {
  const Outputs expected = run<Double>(c, layout(0)), actual = run<Cuda<float>>(c, {Random(7, Purpose::test), true});
  CHECK(relative_error(actual[0].values, expected[0].values) < 1e-4);
}

}  // namespace

TEST_CASE_TEMPLATE("many channels", T, float, bf16) {
  // Several chunks of input channels, of which parts end inside one; several blocks of output channels.
  check_all_three<T, Conv3x3Calls>({{1, 17, 9, 1}, {72, 24}, 136}, 1);
  check_all_three<T, Conv3x3Calls>({{2, 5, 18, 1}, {40}, 160}, 2);
  check_all_three<T, UpConvCalls>({{1, 17, 9, 1}, {72, 24}, 136}, 3);
  check_all_three<T, UpConvCalls>({{2, 5, 18, 1}, {160}, 40}, 4);
}

TEST_CASE_TEMPLATE("several tiles in each share of a gradient", T, float, bf16) {
  Draw draw = draw_of<T>(20);
  check_case<T>("conv3x3_backward_weights",
                BackwardWeights<InFewShares<Conv3x3Calls>>(draw, {{2, 29, 35, 1}, {24}, 40}));
  check_case<T>("up_conv_backward_weights",
                BackwardWeights<InFewShares<UpConvCalls>>(draw, {{2, 29, 35, 1}, {24}, 40}));
}

TEST_CASE("moments of more tiles than are put together at once") {
  Draw draw = draw_of<bf16>(30);
  Forward<Conv3x3Calls> c(draw, {{260, 2, 3, 1}, {8}, 8});
  c.moments = true;
  const Outputs outputs = check_case<bf16>("conv3x3_forward", c, {7});
  HostMap y(c.output());
  y.values = outputs[0].values;
  Values mean, variance;
  moments_of(y, mean, variance);
  for (std::size_t k = 0; k < mean.size(); ++k) {
    CHECK(outputs[1].values[k] == doctest::Approx(mean[k]).epsilon(1e-5));
    CHECK(outputs[2].values[k] == doctest::Approx(variance[k]).epsilon(1e-5));
  }
}

TEST_CASE("floats are rounded to TF32, not cut off") {
  Draw draw = draw_of<float>(31);
  const ConvolutionSizes sizes({1, 8, 16, 1}, {48}, 32);
  Forward<Conv3x3Calls> forward(draw, sizes);
  make_absolute(forward.x);
  make_absolute(forward.w);
  make_absolute(forward.bias);
  check_unbiased(forward);
  BackwardData<Conv3x3Calls> backward_data(draw, sizes);
  make_absolute(backward_data.dz);
  make_absolute(backward_data.w);
  make_absolute(backward_data.before);
  check_unbiased(backward_data);
  BackwardWeights<Conv3x3Calls> backward_weights(draw, sizes);
  make_absolute(backward_weights.x);
  make_absolute(backward_weights.dz);
  check_unbiased(backward_weights);
}

}  // namespace tensor_test
