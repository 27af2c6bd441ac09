// Cases of the three convolutions: forward, backward-data, backward-weights.
#pragma once
#include "check.hpp"

namespace conformance {

/// What tells the convolutions apart: taps of the kernel, the output's size, and the names of their operations.
struct Conv3x3 {
  static constexpr Index taps = 9;
  static constexpr bool padded = true;  ///< takes a Padding and computes moments
  static Shape output(Shape x, Index channels, unet::Padding p) {
    return {x.n, x.h + p.top + p.bottom - 2, x.w + p.left + p.right - 2, channels};
  }
  template <class B, class T = typename B::Scalar>
  static void forward(const unet::Input<T>& x, const T* w, const T* bias, View<T> y, unet::Padding padding,
                      unet::Moments<T> moments) {
    B::conv3x3_relu_forward(x, w, bias, y, padding, moments);
  }
  template <class B, class T = typename B::Scalar>
  static void backward_data(View<const T> dz, const T* w, const unet::InputGradient<T>& dx) {
    B::conv3x3_backward_data(dz, w, dx);
  }
  template <class B, class T = typename B::Scalar>
  static void backward_weights(const unet::Input<T>& x, View<const T> dz, T* dw, T* dbias) {
    B::conv3x3_backward_weights(x, dz, dw, dbias);
  }
};

struct UpConv {
  static constexpr Index taps = 4;
  static constexpr bool padded = false;
  static Shape output(Shape x, Index channels, unet::Padding) { return {x.n, 2 * x.h, 2 * x.w, channels}; }
  template <class B, class T = typename B::Scalar>
  static void forward(const unet::Input<T>& x, const T* w, const T* bias, View<T> y, unet::Padding, unet::Moments<T>) {
    B::up_conv_relu_forward(x, w, bias, y);
  }
  template <class B, class T = typename B::Scalar>
  static void backward_data(View<const T> dz, const T* w, const unet::InputGradient<T>& dx) {
    B::up_conv_backward_data(dz, w, dx);
  }
  template <class B, class T = typename B::Scalar>
  static void backward_weights(const unet::Input<T>& x, View<const T> dz, T* dw, T* dbias) {
    B::up_conv_backward_weights(x, dz, dw, dbias);
  }
};

struct Conv1x1 {
  static constexpr Index taps = 1;
  static constexpr bool padded = false;
  static Shape output(Shape x, Index channels, unet::Padding) { return {x.n, x.h, x.w, channels}; }
  template <class B, class T = typename B::Scalar>
  static void forward(const unet::Input<T>& x, const T* w, const T* bias, View<T> y, unet::Padding, unet::Moments<T>) {
    B::conv1x1_forward(x, w, bias, y);
  }
  template <class B, class T = typename B::Scalar>
  static void backward_data(View<const T> dz, const T* w, const unet::InputGradient<T>& dx) {
    B::conv1x1_backward_data(dz, w, dx);
  }
  template <class B, class T = typename B::Scalar>
  static void backward_weights(const unet::Input<T>& x, View<const T> dz, T* dw, T* dbias) {
    B::conv1x1_backward_weights(x, dz, dw, dbias);
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
  bool moments = false;

  explicit Forward(Random& random)
      : sizes(random, Kernel::taps),
        x(sizes.draw_input(random)),
        w(draw_values(random, Kernel::taps * sizes.total_in() * sizes.out)),
        bias(draw_values(random, sizes.out)) {
    if (!Kernel::padded) return;
    moments = random.below(2);
    const auto side = [&] { return static_cast<int>(random.below(2)); };
    do padding = {side(), side(), side(), side()};
    while (output().h < 1 || output().w < 1);
  }

  Shape output() const { return Kernel::output(sizes.extent, sizes.out, padding); }

  template <class B>
  Outputs run(Random layout) const {
    Stage<B> stage(layout);
    const auto y = stage.output("y", output());
    unet::Moments<typename B::Scalar> statistics;
    if (moments) statistics = {stage.output("mean", sizes.out), stage.output("variance", sizes.out)};
    Kernel::template forward<B>(stage.input(x), stage.input(w), stage.input(bias), y, padding, statistics);
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
      largest[i % channels] = std::max(largest[i % channels], result[0].values[i]);
    for (std::size_t c = 0; c < channels; ++c) {
      // An error e of y changes the variance v by up to 2 sqrt(v) e + e^2, with e = tolerance * largest.
      const double v = expected[2].values[c], e = largest[c];
      result[2].values[c] = v + 2 * std::sqrt(v) * e + 1e-5 * e * e;
    }
    return result;
  }

  std::string describe() const {
    return sizes.describe() + ", padding " + std::to_string(padding.top) + std::to_string(padding.bottom) +
           std::to_string(padding.left) + std::to_string(padding.right);
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
    unet::InputGradient<typename B::Scalar> dx;
    dx.count = static_cast<int>(before.size());
    dx.accumulate = accumulate;
    for (std::size_t p = 0; p < before.size(); ++p)
      dx.parts[p] = accumulate ? stage.changed("dx", before[p]) : stage.output("dx", before[p].shape);
    Kernel::template backward_data<B>(stage.input(dz), stage.input(w), dx);
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

  explicit BackwardWeights(Random& random)
      : sizes(random, Kernel::taps),
        x(sizes.draw_input(random)),
        dz(draw_map(random, Kernel::output(sizes.extent, sizes.out, {}))) {}

  template <class B>
  Outputs run(Random layout) const {
    Stage<B> stage(layout);
    const auto dw = stage.output("dw", Kernel::taps * sizes.total_in() * sizes.out);
    const auto dbias = stage.output("dbias", sizes.out);
    Kernel::template backward_weights<B>(stage.input(x), stage.input(dz), dw, dbias);
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
