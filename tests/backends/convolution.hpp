// Cases of the three convolutions: forward, backward-data, backward-weights.
#pragma once
#include "check.hpp"
#include "unet/layers/packed_weights.hpp"

namespace conformance {

/// What tells the convolutions apart: taps of the kernel, the output's size, and the names of their operations.
struct Conv3x3 {
  static constexpr Index taps = 9;
  static constexpr bool padded = true;  ///< takes a Padding and computes moments
  static Shape output(Shape x, Index channels, unet::Padding p) {
    return {x.n, x.h + p.top + p.bottom - 2, x.w + p.left + p.right - 2, channels};
  }
  static constexpr unet::Operation operation = unet::Operation::conv3x3;
  template <class B>
  static void forward(Stage<B>& stage, const unet::InputOf<B>& x, unet::Weights<typename B::Scalar> w,
                      unet::MapView<B> y, unet::Padding padding, const unet::Epilogue<typename B::Scalar>& epilogue) {
    B::conv3x3_forward(stage.context, x, w, y, padding, epilogue);
  }
  template <class B>
  static void backward_data(Stage<B>& stage, unet::ConstMapView<B> dz, const typename B::Scalar* w,
                            const unet::InputGradient<typename B::Storage>& dx) {
    B::conv3x3_backward_data(stage.context, dz, w, dx);
  }
  template <class B>
  static void backward_weights(Stage<B>& stage, const unet::InputOf<B>& x, unet::ConstMapView<B> dz,
                               typename B::Scalar* dw, typename B::Scalar* dbias) {
    B::conv3x3_backward_weights(stage.context, x, dz, dw, dbias);
  }
};

struct UpConv {
  static constexpr Index taps = 4;
  static constexpr bool padded = false;
  static Shape output(Shape x, Index channels, unet::Padding) { return {x.n, 2 * x.h, 2 * x.w, channels}; }
  static constexpr unet::Operation operation = unet::Operation::up_conv;
  template <class B>
  static void forward(Stage<B>& stage, const unet::InputOf<B>& x, unet::Weights<typename B::Scalar> w,
                      unet::MapView<B> y, unet::Padding, const unet::Epilogue<typename B::Scalar>& epilogue) {
    B::up_conv_forward(stage.context, x, w, y, epilogue);
  }
  template <class B>
  static void backward_data(Stage<B>& stage, unet::ConstMapView<B> dz, const typename B::Scalar* w,
                            const unet::InputGradient<typename B::Storage>& dx) {
    B::up_conv_backward_data(stage.context, dz, w, dx);
  }
  template <class B>
  static void backward_weights(Stage<B>& stage, const unet::InputOf<B>& x, unet::ConstMapView<B> dz,
                               typename B::Scalar* dw, typename B::Scalar* dbias) {
    B::up_conv_backward_weights(stage.context, x, dz, dw, dbias);
  }
};

struct Conv1x1 {
  static constexpr Index taps = 1;
  static constexpr bool padded = false;
  static Shape output(Shape x, Index channels, unet::Padding) { return {x.n, x.h, x.w, channels}; }
  static constexpr unet::Operation operation = unet::Operation::conv1x1;
  template <class B>
  static void forward(Stage<B>& stage, const unet::InputOf<B>& x, unet::Weights<typename B::Scalar> w,
                      unet::MapView<B> y, unet::Padding, const unet::Epilogue<typename B::Scalar>& epilogue) {
    B::conv1x1_forward(stage.context, x, w, y, epilogue);
  }
  template <class B>
  static void backward_data(Stage<B>& stage, unet::ConstMapView<B> dz, const typename B::Scalar* w,
                            const unet::InputGradient<typename B::Storage>& dx) {
    B::conv1x1_backward_data(stage.context, dz, w, dx);
  }
  template <class B>
  static void backward_weights(Stage<B>& stage, const unet::InputOf<B>& x, unet::ConstMapView<B> dz,
                               typename B::Scalar* dw, typename B::Scalar* dbias) {
    B::conv1x1_backward_weights(stage.context, x, dz, dw, dbias);
  }
};

/// Sizes of a convolution with one or two input maps.
struct ConvolutionSizes {
  static constexpr Index most_products = 4'000'000;  // keeps the reference, and so the test, quick
  Shape extent;                                      ///< of the input, with one channel
  std::vector<Index> in;                             ///< channels of each input map
  Index out;

  ConvolutionSizes(Random& random, Index taps) : extent(draw_extent(random)) {
    do {
      in = {draw_channels(random)};
      if (random.below(2)) in.push_back(draw_channels(random));
      out = draw_channels(random);
    } while (taps * total_in() * out * extent.pixels() > most_products);
  }

  Index total_in() const { return in.size() == 1 ? in[0] : in[0] + in[1]; }
  Shape part(std::size_t p) const { return {extent.n, extent.h, extent.w, in[p]}; }
  std::vector<Part> draw_input(Random& random) const {
    std::vector<Part> x;
    for (std::size_t p = 0; p < in.size(); ++p) x.push_back(draw_part(random, part(p)));
    return x;
  }
  std::string describe() const {
    return to_string(part(0)) + (in.size() == 2 ? " and " + std::to_string(in[1]) + " channels" : "") + " to " +
           std::to_string(out) + " channels";
  }
};

template <class Kernel>
struct Forward {
  ConvolutionSizes sizes;
  std::vector<Part> x;
  Values w, bias;
  unet::Padding padding;
  unet::Activate activate;
  bool with_bias, packed;
  bool moments = false;

  explicit Forward(Random& random)
      : sizes(random, Kernel::taps),
        x(sizes.draw_input(random)),
        w(draw_values(random, Kernel::taps * sizes.total_in() * sizes.out)),
        bias(draw_values(random, sizes.out)),
        activate(random.below(3) ? unet::Activate::relu : unet::Activate::none),
        with_bias(random.below(4)),
        packed(random.below(2)) {
    if (Kernel::operation != unet::Operation::up_conv) moments = random.below(2);
    if (!Kernel::padded) return;
    const auto side = [&] { return static_cast<int>(random.below(2)); };
    do padding = {side(), side(), side(), side()};
    while (output().h < 1 || output().w < 1);
  }

  Shape output() const { return Kernel::output(sizes.extent, sizes.out, padding); }

  template <class B>
  Outputs run(Random layout) const {
    Stage<B> stage(layout);
    const auto y = stage.output("y", output());
    unet::Epilogue<typename B::Scalar> epilogue{with_bias ? stage.input(bias) : nullptr, activate, {}};
    if (moments) epilogue.moments = {stage.output("mean", sizes.out), stage.output("variance", sizes.out)};
    unet::Weights<typename B::Scalar> weights = stage.weights(w);
    unet::PackedWeights<B> kept;
    if (packed) {
      kept.pack(stage.context, weights.values, {Kernel::operation, sizes.total_in(), sizes.out});
      weights = kept.find(weights.values);
    }
    Kernel::template forward<B>(stage, stage.input(x), weights, y, padding, epilogue);
    return stage.finish();
  }

  Outputs magnitudes(const Outputs& expected) const {
    Forward absolute = *this;
    make_absolute(absolute.x);
    make_absolute(absolute.w);
    make_absolute(absolute.bias);
    Outputs result = absolute.run<Reference>(layout(0));
    if (!moments) return result;
    const auto channels = static_cast<std::size_t>(sizes.out);
    Values largest(channels);
    for (std::size_t i = 0; i < result[0].values.size(); ++i)
      largest[i % channels] = std::max(largest[i % channels], std::abs(result[0].values[i]));
    for (std::size_t c = 0; c < channels; ++c) {
      // An error e of y changes the variance v by up to 2 sqrt(v) e + e^2, with e = tolerance * largest.
      const double v = expected[2].values[c], e = largest[c];
      result[2].values[c] = v + 2 * std::sqrt(v) * e + 1e-5 * e * e;
    }
    return result;
  }

  std::string describe() const {
    return sizes.describe() + ", padding " + std::to_string(padding.top) + std::to_string(padding.bottom) +
           std::to_string(padding.left) + std::to_string(padding.right) +
           (activate == unet::Activate::relu ? ", ReLU" : "") + (with_bias ? "" : ", no bias") +
           (packed ? ", packed" : "") + (moments ? ", moments" : "");
  }
};

template <class Kernel>
struct BackwardData {
  ConvolutionSizes sizes;
  Map dz;
  Values w;
  std::vector<Map> before;  ///< what is in dx
  bool accumulate;

  explicit BackwardData(Random& random)
      : sizes(random, Kernel::taps),
        dz(draw_map(random, Kernel::output(sizes.extent, sizes.out, {}))),
        w(draw_values(random, Kernel::taps * sizes.total_in() * sizes.out)),
        accumulate(random.below(2)) {
    for (std::size_t p = 0; p < sizes.in.size(); ++p) before.push_back(draw_map(random, sizes.part(p)));
  }

  template <class B>
  Outputs run(Random layout) const {
    Stage<B> stage(layout);
    unet::InputGradient<typename B::Storage> dx;
    dx.count = static_cast<int>(before.size());
    dx.accumulate = accumulate;
    for (std::size_t p = 0; p < before.size(); ++p)
      dx.parts[p] = accumulate ? stage.changed("dx", before[p]) : stage.output("dx", before[p].shape);
    Kernel::template backward_data<B>(stage, stage.input(dz), stage.input(w), dx);
    return stage.finish();
  }

  Outputs magnitudes(const Outputs&) const {
    BackwardData absolute = *this;
    make_absolute(absolute.dz);
    make_absolute(absolute.w);
    make_absolute(absolute.before);
    return absolute.run<Reference>(layout(0));
  }

  std::string describe() const { return sizes.describe() + (accumulate ? ", accumulated" : ""); }
};

template <class Kernel>
struct BackwardWeights {
  ConvolutionSizes sizes;
  std::vector<Part> x;
  Map dz;
  bool with_bias;

  explicit BackwardWeights(Random& random)
      : sizes(random, Kernel::taps),
        x(sizes.draw_input(random)),
        dz(draw_map(random, Kernel::output(sizes.extent, sizes.out, {}))),
        with_bias(random.below(4)) {}

  template <class B>
  Outputs run(Random layout) const {
    Stage<B> stage(layout);
    const auto dw = stage.output("dw", Kernel::taps * sizes.total_in() * sizes.out);
    auto* const dbias = with_bias ? stage.output("dbias", sizes.out) : nullptr;
    Kernel::template backward_weights<B>(stage, stage.input(x), stage.input(dz), dw, dbias);
    return stage.finish();
  }

  Outputs magnitudes(const Outputs&) const {
    BackwardWeights absolute = *this;
    make_absolute(absolute.x);
    make_absolute(absolute.dz);
    return absolute.run<Reference>(layout(0));
  }

  std::string describe() const { return sizes.describe(); }
};

}  // namespace conformance
