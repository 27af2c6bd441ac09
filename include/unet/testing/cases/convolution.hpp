// Cases of the three convolutions: forward, backward-data, backward-weights, packing.
//
// A case is one call of an operation. It has
//   explicit Case(Draw&)                        draws shapes and operands; further constructors take the shapes
//   prepare(Stage<B>&)                          puts the operands into memory of B, returns what makes the call
//   Outputs magnitudes<Reference>(expected)     for each value of the outputs the sum of the absolute values of the terms that
//                                               it is computed from, which errors are relative to
//   double flops()                              floating point operations of the call, about
//   std::string describe()                      shapes and options, for messages
#pragma once
#include <memory>

#include "unet/layers/packed_weights.hpp"
#include "unet/testing/checker.hpp"

namespace unet::testing {

/// What tells the convolutions apart: taps of the kernel, the output's size, and the names of their operations.
struct Conv3x3Calls {
  static constexpr const char* name = "conv3x3";
  static constexpr Index taps = 9;
  static constexpr bool padded = true;  ///< takes a Padding
  static constexpr Operation operation = Operation::conv3x3;
  static Shape output(Shape x, Index channels, Padding p) {
    return {x.n, x.h + p.top + p.bottom - 2, x.w + p.left + p.right - 2, channels};
  }
  template <class B>
  static void forward(typename B::Context& context, const InputOf<B>& x, Weights<typename B::Scalar> w, MapView<B> y,
                      Padding padding, const Epilogue<typename B::Scalar>& epilogue) {
    B::conv3x3_forward(context, x, w, y, padding, epilogue);
  }
  template <class B>
  static void backward_data(typename B::Context& context, ConstMapView<B> dz, const typename B::Scalar* w,
                            const InputGradient<typename B::Storage>& dx) {
    B::conv3x3_backward_data(context, dz, w, dx);
  }
  template <class B>
  static void backward_weights(typename B::Context& context, const InputOf<B>& x, ConstMapView<B> dz,
                               typename B::Scalar* dw, typename B::Scalar* dbias) {
    B::conv3x3_backward_weights(context, x, dz, dw, dbias);
  }
};

struct UpConvCalls {
  static constexpr const char* name = "up_conv";
  static constexpr Index taps = 4;
  static constexpr bool padded = false;
  static constexpr Operation operation = Operation::up_conv;
  static Shape output(Shape x, Index channels, Padding) { return {x.n, 2 * x.h, 2 * x.w, channels}; }
  template <class B>
  static void forward(typename B::Context& context, const InputOf<B>& x, Weights<typename B::Scalar> w, MapView<B> y,
                      Padding, const Epilogue<typename B::Scalar>& epilogue) {
    B::up_conv_forward(context, x, w, y, epilogue);
  }
  template <class B>
  static void backward_data(typename B::Context& context, ConstMapView<B> dz, const typename B::Scalar* w,
                            const InputGradient<typename B::Storage>& dx) {
    B::up_conv_backward_data(context, dz, w, dx);
  }
  template <class B>
  static void backward_weights(typename B::Context& context, const InputOf<B>& x, ConstMapView<B> dz,
                               typename B::Scalar* dw, typename B::Scalar* dbias) {
    B::up_conv_backward_weights(context, x, dz, dw, dbias);
  }
};

struct Conv1x1Calls {
  static constexpr const char* name = "conv1x1";
  static constexpr Index taps = 1;
  static constexpr bool padded = false;
  static constexpr Operation operation = Operation::conv1x1;
  static Shape output(Shape x, Index channels, Padding) { return {x.n, x.h, x.w, channels}; }
  template <class B>
  static void forward(typename B::Context& context, const InputOf<B>& x, Weights<typename B::Scalar> w, MapView<B> y,
                      Padding, const Epilogue<typename B::Scalar>& epilogue) {
    B::conv1x1_forward(context, x, w, y, epilogue);
  }
  template <class B>
  static void backward_data(typename B::Context& context, ConstMapView<B> dz, const typename B::Scalar* w,
                            const InputGradient<typename B::Storage>& dx) {
    B::conv1x1_backward_data(context, dz, w, dx);
  }
  template <class B>
  static void backward_weights(typename B::Context& context, const InputOf<B>& x, ConstMapView<B> dz,
                               typename B::Scalar* dw, typename B::Scalar* dbias) {
    B::conv1x1_backward_weights(context, x, dz, dw, dbias);
  }
};

/// Sizes of a convolution with one or two input maps.
struct ConvolutionSizes {
  static constexpr Index most_products = 4'000'000;  // keeps the reference, and so the check, quick
  Shape extent;                                      ///< of the input, with one channel
  std::vector<Index> in;                             ///< channels of each input map
  Index out;

  ConvolutionSizes(Shape extent, std::vector<Index> in, Index out)
      : extent{extent.n, extent.h, extent.w, 1}, in(std::move(in)), out(out) {}
  ConvolutionSizes(Draw& draw, Index taps) : extent(draw_extent(draw)) {
    do {
      in = {draw_channels(draw)};
      if (draw.below(2)) in.push_back(draw_channels(draw));
      out = draw_channels(draw);
    } while (products(taps) > most_products);
  }

  Index total_in() const { return in.size() == 1 ? in[0] : in[0] + in[1]; }
  Index products(Index taps) const { return taps * total_in() * out * extent.pixels(); }
  Shape part(std::size_t p) const { return {extent.n, extent.h, extent.w, in[p]}; }
  std::vector<Part> draw_input(Draw& draw) const {
    std::vector<Part> x;
    for (std::size_t p = 0; p < in.size(); ++p) x.push_back(draw_part(draw, part(p)));
    return x;
  }
  std::string describe() const {
    return unet::to_string(part(0)) + (in.size() == 2 ? " and " + std::to_string(in[1]) + " channels" : "") + " to " +
           std::to_string(out) + " channels";
  }
};

template <class Kernel>
struct Forward {
  ConvolutionSizes sizes;
  std::vector<Part> x;
  Values w, bias;
  Padding padding;
  Activate activate;
  bool with_bias, packed;
  bool moments = false;

  explicit Forward(Draw& draw) : Forward(draw, ConvolutionSizes(draw, Kernel::taps)) {
    if (!Kernel::padded) return;
    const auto side = [&] { return static_cast<int>(draw.below(2)); };
    do padding = {side(), side(), side(), side()};
    while (output().h < 1 || output().w < 1);
  }
  Forward(Draw& draw, const ConvolutionSizes& sizes)
      : sizes(sizes),
        x(sizes.draw_input(draw)),
        w(draw_values(draw, Kernel::taps * sizes.total_in() * sizes.out)),
        bias(draw_values(draw, sizes.out)),
        activate(draw.below(3) ? Activate::relu : Activate::none),
        with_bias(draw.below(4)),
        packed(draw.below(2)) {
    if (Kernel::operation != Operation::up_conv) moments = draw.below(2);
  }

  Shape output() const { return Kernel::output(sizes.extent, sizes.out, padding); }
  WeightShape weight_shape() const { return {Kernel::operation, sizes.total_in(), sizes.out}; }

  template <class B>
  std::function<void()> prepare(Stage<B>& stage) const {
    const auto y = stage.output("y", output());
    Epilogue<typename B::Scalar> epilogue{with_bias ? stage.input(bias) : nullptr, activate, {}};
    if (moments) epilogue.moments = {stage.output("mean", sizes.out), stage.output("variance", sizes.out)};
    Weights<typename B::Scalar> weights = stage.weights(w);
    const auto kept = std::make_shared<PackedWeights<B>>();
    if (packed) {
      kept->pack(stage.context, weights.values, weight_shape());
      weights = kept->find(weights.values);
    }
    return [&stage, kept, weights, y, epilogue, input = stage.input(x), padding = padding] {
      Kernel::template forward<B>(stage.context, input, weights, y, padding, epilogue);
    };
  }

  template <class Reference>
  Outputs magnitudes(const Outputs& expected) const {
    Forward absolute = *this;
    make_absolute(absolute.x);
    make_absolute(absolute.w);
    make_absolute(absolute.bias);
    Outputs result = run<Reference>(absolute, layout(0));
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
  double flops() const { return 2 * static_cast<double>(sizes.products(Kernel::taps)); }
  std::string describe() const {
    return sizes.describe() + ", padding " + std::to_string(padding.top) + std::to_string(padding.bottom) +
           std::to_string(padding.left) + std::to_string(padding.right) + (activate == Activate::relu ? ", ReLU" : "") +
           (with_bias ? "" : ", no bias") + (packed ? ", packed" : "") + (moments ? ", moments" : "");
  }
};

template <class Kernel>
struct BackwardData {
  ConvolutionSizes sizes;
  HostMap dz;
  Values w;
  std::vector<HostMap> before;  ///< what is in dx
  bool accumulate;

  explicit BackwardData(Draw& draw) : BackwardData(draw, ConvolutionSizes(draw, Kernel::taps)) {}
  BackwardData(Draw& draw, const ConvolutionSizes& sizes)
      : sizes(sizes),
        dz(draw_map(draw, Kernel::output(sizes.extent, sizes.out, {}))),
        w(draw_values(draw, Kernel::taps * sizes.total_in() * sizes.out)),
        accumulate(draw.below(2)) {
    for (std::size_t p = 0; p < sizes.in.size(); ++p) before.push_back(draw_map(draw, sizes.part(p)));
  }

  template <class B>
  std::function<void()> prepare(Stage<B>& stage) const {
    InputGradient<typename B::Storage> dx;
    dx.count = static_cast<int>(before.size());
    dx.accumulate = accumulate;
    for (std::size_t p = 0; p < before.size(); ++p)
      dx.parts[p] = accumulate ? stage.changed("dx", before[p]) : stage.output("dx", before[p].shape);
    return [&stage, dx, gradient = stage.input(dz), weights = stage.input(w)] {
      Kernel::template backward_data<B>(stage.context, gradient, weights, dx);
    };
  }

  template <class Reference>
  Outputs magnitudes(const Outputs&) const {
    BackwardData absolute = *this;
    make_absolute(absolute.dz);
    make_absolute(absolute.w);
    make_absolute(absolute.before);
    return run<Reference>(absolute, layout(0));
  }
  double flops() const { return 2 * static_cast<double>(sizes.products(Kernel::taps)); }
  std::string describe() const { return sizes.describe() + (accumulate ? ", accumulated" : ""); }
};

template <class Kernel>
struct BackwardWeights {
  ConvolutionSizes sizes;
  std::vector<Part> x;
  HostMap dz;
  bool with_bias;

  explicit BackwardWeights(Draw& draw) : BackwardWeights(draw, ConvolutionSizes(draw, Kernel::taps)) {}
  BackwardWeights(Draw& draw, const ConvolutionSizes& sizes)
      : sizes(sizes),
        x(sizes.draw_input(draw)),
        dz(draw_map(draw, Kernel::output(sizes.extent, sizes.out, {}))),
        with_bias(draw.below(4)) {}

  template <class B>
  std::function<void()> prepare(Stage<B>& stage) const {
    auto* const dw = stage.output("dw", Kernel::taps * sizes.total_in() * sizes.out);
    auto* const dbias = with_bias ? stage.output("dbias", sizes.out) : nullptr;
    return [&stage, dw, dbias, input = stage.input(x), gradient = stage.input(dz)] {
      Kernel::template backward_weights<B>(stage.context, input, gradient, dw, dbias);
    };
  }

  template <class Reference>
  Outputs magnitudes(const Outputs&) const {
    BackwardWeights absolute = *this;
    make_absolute(absolute.x);
    make_absolute(absolute.dz);
    return run<Reference>(absolute, layout(0));
  }
  double flops() const { return 2 * static_cast<double>(sizes.products(Kernel::taps)); }
  std::string describe() const { return sizes.describe(); }
};

/// Bringing weights into a backend's own form, for timing: what it must give is checked where it is used, in Forward.
template <class Kernel>
struct Pack {
  WeightShape shape;
  Values w;

  Pack(Draw& draw, const ConvolutionSizes& sizes)
      : shape{Kernel::operation, sizes.total_in(), sizes.out},
        w(draw_values(draw, Kernel::taps * sizes.total_in() * sizes.out)) {}

  template <class B>
  std::function<void()> prepare(Stage<B>& stage) const {
    const auto kept = std::make_shared<PackedWeights<B>>();
    return [&stage, kept, shape = shape, values = stage.input(w)] { kept->pack(stage.context, values, shape); };
  }
  double flops() const { return 0; }
};

}  // namespace unet::testing
