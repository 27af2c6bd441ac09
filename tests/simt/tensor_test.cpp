// Convolutions on tensor cores: many channels, shares of gradients, moments of many tiles, pending ReLUs.
#include "tensor_cases.hpp"

using namespace simt_test;

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
  check_case<T>("conv3x3_backward_weights", BackwardWeights<Conv3x3Calls>(draw, {{1, 39, 79, 1}, {120}, 192}), {7});
  check_case<T>("up_conv_backward_weights", BackwardWeights<UpConvCalls>(draw, {{1, 39, 79, 1}, {120}, 96}), {7});
}

TEST_CASE("moments of more tiles than are put together at once") {
  Draw draw = draw_of<bf16>(30);
  Forward<Conv3x3Calls> c(draw, {{260, 2, 3, 1}, {8}, 8});
  c.moments = true;
  check_case<bf16>("conv3x3_forward", c, {7});
}
