// A backend that notes how long each of its operations takes, by operation and shape.
#pragma once
#include <map>
#include <string>

#include "unet/backends/contract.hpp"
#include "unet/backends/recordings.hpp"

/// What one operation took on maps of one shape, since the last clear().
struct OperationTime {
  unet::Index calls = 0;
  double seconds = 0;
  double flops = 0;  ///< of the direct convolution, 0 for what is none
  double bytes = 0;  ///< of the maps and weights, each read or written once
};

/// Keys are "operation in>out@side" for convolutions, else "operation channels@side", side being the output's height.
inline std::map<std::string, OperationTime>& operation_times() {
  static std::map<std::string, OperationTime> times;
  return times;
}

/// B, a backend that computes in float, with a stopwatch around the operations whose time depends on the size of maps or nets:
/// Stopwatch::time(context, OperationTime&, call) adds the call's seconds, now or when Stopwatch::read() is called.
template <class B, class Stopwatch>
struct Timed : B {
  using Context = typename B::Context;
  using Recordings = unet::NoRecordings;  // of which single operations could not be told apart
  using Index = unet::Index;
  using Map = typename B::Storage;
  using Input = unet::Input<Map, float>;
  using Source = unet::Source<Map, float>;
  using InputGradient = unet::InputGradient<Map>;
  using Moments = unet::Moments<float>;
  using Epilogue = unet::Epilogue<float>;
  using Weights = unet::Weights<float>;
  using In = unet::View<const Map>;
  using Out = unet::View<Map>;
  using Target = unet::View<const float>;

  static void conv3x3_forward(Context& k, const Input& x, Weights w, Out y, unet::Padding p, const Epilogue& e) {
    convolution(k, "conv3x3_forward", 9, x.shape(), y.shape, [&] { B::conv3x3_forward(k, x, w, y, p, e); });
  }
  static void conv3x3_backward_data(Context& k, In dz, const float* w, const InputGradient& dx) {
    convolution(k, "conv3x3_backward_data", 9, dx.shape(), dz.shape, [&] { B::conv3x3_backward_data(k, dz, w, dx); });
  }
  static void conv3x3_backward_weights(Context& k, const Input& x, In dz, float* dw, float* db) {
    convolution(k, "conv3x3_backward_weights", 9, x.shape(), dz.shape,
                [&] { B::conv3x3_backward_weights(k, x, dz, dw, db); });
  }
  static void up_conv_forward(Context& k, const Input& x, Weights w, Out y, const Epilogue& e) {
    convolution(k, "up_conv_forward", 1, x.shape(), y.shape, [&] { B::up_conv_forward(k, x, w, y, e); });
  }
  static void up_conv_backward_data(Context& k, In dz, const float* w, const InputGradient& dx) {
    convolution(k, "up_conv_backward_data", 1, dx.shape(), dz.shape, [&] { B::up_conv_backward_data(k, dz, w, dx); });
  }
  static void up_conv_backward_weights(Context& k, const Input& x, In dz, float* dw, float* db) {
    convolution(k, "up_conv_backward_weights", 1, x.shape(), dz.shape,
                [&] { B::up_conv_backward_weights(k, x, dz, dw, db); });
  }
  static void conv1x1_forward(Context& k, const Input& x, Weights w, Out y, const Epilogue& e) {
    convolution(k, "conv1x1_forward", 1, x.shape(), y.shape, [&] { B::conv1x1_forward(k, x, w, y, e); });
  }
  static void conv1x1_backward_data(Context& k, In dz, const float* w, const InputGradient& dx) {
    convolution(k, "conv1x1_backward_data", 1, dx.shape(), dz.shape, [&] { B::conv1x1_backward_data(k, dz, w, dx); });
  }
  static void conv1x1_backward_weights(Context& k, const Input& x, In dz, float* dw, float* db) {
    convolution(k, "conv1x1_backward_weights", 1, x.shape(), dz.shape,
                [&] { B::conv1x1_backward_weights(k, x, dz, dw, db); });
  }
  static void max_pool_forward(Context& k, const Source& x, Out y) {
    map(k, "max_pool_forward", x.x.shape, 1.25, [&] { B::max_pool_forward(k, x, y); });
  }
  static void max_pool_backward(Context& k, const Source& x, In dy, Out dx, bool accumulate) {
    map(k, "max_pool_backward", x.x.shape, accumulate ? 3.25 : 2.25,
        [&] { B::max_pool_backward(k, x, dy, dx, accumulate); });
  }
  static void norm_backward_sums(Context& k, const Source& y, In g, Moments moments, double* sums) {
    map(k, "norm_backward_sums", g.shape, 2, [&] { B::norm_backward_sums(k, y, g, moments, sums); });
  }
  static void norm_backward_apply(Context& k, const Source& y, Out g, Moments moments, const float* gamma,
                                  double epsilon, Index count, const double* sums, unet::Activate before, float* dgamma,
                                  float* dbeta) {
    map(k, "norm_backward_apply", g.shape, 3,
        [&] { B::norm_backward_apply(k, y, g, moments, gamma, epsilon, count, sums, before, dgamma, dbeta); });
  }
  static void relu_backward(Context& k, In r, Out g) {
    map(k, "relu_backward", g.shape, 3, [&] { B::relu_backward(k, r, g); });
  }
  static void loss_sums(Context& k, In logits, Target target, const unet::LossTerms& terms, double* reports) {
    map(k, "loss_sums", logits.shape, 2, [&] { B::loss_sums(k, logits, target, terms, reports); });
  }
  static void loss_gradient(Context& k, In logits, Target target, const unet::LossTerms& terms, double images,
                            const double* derivatives, Out dlogits) {
    map(k, "loss_gradient", logits.shape, 3,
        [&] { B::loss_gradient(k, logits, target, terms, images, derivatives, dlogits); });
  }
  static void adam_step(Context& k, Index elements, const float* gradients, float* parameters, float* first,
                        float* second, const unet::AdamStep* step) {
    timed(k, "adam_step " + std::to_string(elements), 0, 7.0 * sizeof(float) * static_cast<double>(elements),
          [&] { B::adam_step(k, elements, gradients, parameters, first, second, step); });
  }

 private:
  template <class Call>
  static void timed(Context& k, const std::string& key, double flops, double bytes, const Call& call) {
    OperationTime& time = operation_times()[key];
    Stopwatch::time(k, time, call);
    time.calls += 1;
    time.flops += flops;
    time.bytes += bytes;
  }
  /// `taps`: multiplications for each output and input channel.
  template <class Call>
  static void convolution(Context& k, const char* name, int taps, unet::Shape x, unet::Shape y, const Call& call) {
    const double products = static_cast<double>(taps * x.c) * static_cast<double>(y.size());
    timed(
        k, std::string(name) + " " + std::to_string(x.c) + ">" + std::to_string(y.c) + "@" + std::to_string(y.h),
        2 * products,
        static_cast<double>(x.size() + y.size()) * sizeof(Map) + static_cast<double>(taps * x.c * y.c) * sizeof(float),
        call);
  }
  template <class Call>
  static void map(Context& k, const char* name, unet::Shape x, double passes, const Call& call) {
    timed(k, std::string(name) + " " + std::to_string(x.c) + "@" + std::to_string(x.h), 0,
          passes * sizeof(Map) * static_cast<double>(x.size()), call);
  }
};
