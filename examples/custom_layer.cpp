// A layer that the library does not have, in a network of its own, checked and trained: a 3x3 convolution with ReLU but
// without batch normalisation, as in the U-Net of 2015.
#include <cstdio>
#include <string>
#include <vector>

#include "unet/testing/check_gradients.hpp"
#include "unet/unet.hpp"

/// y = max(0, conv3x3(x) + bias). x: N x H x W x In; y: N x H x W x Out. What a layer must have is in layers/layer.hpp.
template <int In, int Out>
struct Conv3x3Relu {
  static constexpr int input_channels = In;
  static constexpr int output_channels(int) { return Out; }
  static constexpr int input_parts = 2, output_parts = 1;  // may stand after a Concat
  static constexpr bool recompute_needs_input = false;
  static constexpr int log2_scale = 0, log2_divisor = 0;  // keeps height and width
  static constexpr unet::Index weight = 0, bias = 9 * In * Out;
  static constexpr unet::Extent extent{bias + Out, 0};
  static constexpr unet::TensorSpec tensors[] = {
      {"conv", "weight", unet::TensorKind::convolution, 3, In, Out, false, weight, 0},
      {"conv", "bias", unet::TensorKind::vector, 3, In, Out, false, bias, 0},
  };

  template <class B>
  struct Saved {
    unet::Tensor<B> output;
  };

  template <class B>
  static unet::Activation<B> forward(unet::Pass<B>& pass, unet::Slot<B> slot, const unet::Activation<B>& x,
                                     Saved<B>* saved) {
    const unet::Shape s = x.shape();
    unet::Tensor<B> y(pass.arena, {s.n, s.h, s.w, Out});
    B::conv3x3_forward(pass.context, x.input(), pass.weights(slot.parameters + weight), y.view, unet::Padding{},
                       {slot.parameters + bias, unet::Activate::relu});
    if (saved) saved->output = y;
    return unet::Activation<B>(y);
  }

  template <class B>
  static unet::Activation<B> recompute(unet::Pass<B>&, const unet::Activation<B>&, const Saved<B>& saved) {
    return unet::Activation<B>(saved.output);
  }

  template <class B>
  static unet::Gradient<B> backward(unet::Pass<B>& pass, unet::Slot<B> slot, const unet::Activation<B>& x,
                                    Saved<B>& saved, unet::Gradient<B> dy, const unet::GradientRequest<B>& request) {
    const auto dz = dy.parts[0].view;
    B::relu_backward(pass.context, saved.output.view, dz);  // dz: through the ReLU
    saved = {};
    B::conv3x3_backward_weights(pass.context, x.input(), dz, slot.gradients + weight, slot.gradients + bias);
    unet::Gradient<B> dx = request.target(pass.arena, x);
    if (dx) B::conv3x3_backward_data(pass.context, dz, slot.parameters + weight, request.operand(dx));
    return dx;
  }
};

// A small U out of it. Layers that do not fit together would not compile.
using Net = unet::Sequential<Conv3x3Relu<1, 8>,
                             unet::Concat<unet::Sequential<unet::Pool, Conv3x3Relu<8, 16>, unet::UpConv<16, 8>>>,
                             Conv3x3Relu<16, 8>, unet::Conv1x1<8, 1>>;

/// Light squares on dark ground.
unet::Batch squares() {
  unet::Batch batch{unet::HostTensor<float>({4, 16, 16, 1}), unet::HostTensor<float>({4, 16, 16, 1})};
  unet::Random random(0, unet::Purpose::noise);
  for (float& value : batch.images.values) value = static_cast<float>(random.uniform(0, 0.6));
  for (int n = 0; n < 4; ++n)
    for (int y = 0; y < 8; ++y)
      for (int x = 0; x < 8; ++x) {
        batch.images(n, y + 2 * n, x + n, 0) += 0.4f;
        batch.targets(n, y + 2 * n, x + n, 0) = 1;
      }
  return batch;
}

int main() {
  const unet::Batch batch = squares();

  // Are the gradients right? Each is compared with finite differences in double: of the layer, and of a small network around
  // it.
  using unet::testing::check_gradients;
  std::vector<std::string> wrong = check_gradients<unet::Sequential<Conv3x3Relu<3, 2>>>({{2, 5, 4, 3}});
  using Small = unet::Sequential<Conv3x3Relu<1, 4>, unet::Concat<unet::Sequential<unet::Pool, unet::UpConv<4, 3>>>,
                                 Conv3x3Relu<7, 2>>;
  for (const std::string& text : check_gradients<Small>({{1, 4, 6, 1}})) wrong.push_back(text);
  for (const std::string& text : wrong) std::puts(text.c_str());
  std::printf("%zu of the gradients are wrong\n", wrong.size());

  // The same type on the fast backend, trained.
  unet::Trainer<Net, unet::Cpu<float>> trainer({});
  for (int i = 0; i <= 60; ++i) {
    const unet::ImageResult result = unet::mean(trainer.step(batch));
    if (i % 20 == 0) std::printf("step %2d: loss %.4f, IoU %.4f\n", i, result.loss, result.iou);
  }
  return wrong.empty() ? 0 : 1;
}
