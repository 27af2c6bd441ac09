// The backends that most tests run on, compiled once (compiled_backends.cpp) instead of in each test: Eigen's templates
// are most of a test's compile time.
#pragma once
#include "unet/backends/contract.hpp"

/// The backend B behind functions that are not templates of Eigen's at the caller's.
template <class B, class T>
struct Compiled {
  using Scalar = T;
  static constexpr const char* name = "compiled";
  static constexpr int alignment = 1;
  using Index = unet::Index;
  using Input = unet::Input<T>;
  using Source = unet::Source<T>;
  using InputGradient = unet::InputGradient<T>;
  using Moments = unet::Moments<T>;
  using In = unet::View<const T>;
  using Out = unet::View<T>;

  static void* allocate(Index bytes);
  static void deallocate(void* memory);
  static void copy_to_host(const void* from, void* to, Index bytes);
  static void copy_to_backend(const void* from, void* to, Index bytes);
  static void copy(const void* from, void* to, Index bytes);
  static void fill(T* data, Index elements, T value);
  static void conv3x3_relu_forward(const Input& x, const T* w, const T* bias, Out y, unet::Padding padding,
                                   Moments moments);
  static void conv3x3_backward_data(In dz, const T* w, const InputGradient& dx);
  static void conv3x3_backward_weights(const Input& x, In dz, T* dw, T* dbias);
  static void up_conv_relu_forward(const Input& x, const T* w, const T* bias, Out y);
  static void up_conv_backward_data(In dz, const T* w, const InputGradient& dx);
  static void up_conv_backward_weights(const Input& x, In dz, T* dw, T* dbias);
  static void conv1x1_forward(const Input& x, const T* w, const T* bias, Out y);
  static void conv1x1_backward_data(In dz, const T* w, const InputGradient& dx);
  static void conv1x1_backward_weights(const Input& x, In dz, T* dw, T* dbias);
  static void max_pool_forward(const Source& x, Out y);
  static void max_pool_backward(const Source& x, In dy, Out dx, bool accumulate);
  static void norm_scale_shift(const T* mean, const T* variance, const T* gamma, const T* beta, Index channels,
                               double epsilon, T* scale, T* shift);
  static void norm_update_running(Moments moments, Index channels, Index count, double momentum, T* mean, T* variance);
  static void norm_relu_backward(In r, Out g, Moments moments, const T* gamma, double epsilon, T* dgamma, T* dbeta);
  static void relu_backward(In r, Out g);
  static void normalise(const Source& x, Out y);
  static void add(In x, Out y);
  static void binary_cross_entropy(In logits, In target, T pos_weight, Out dlogits, double* results);
  static void softmax_cross_entropy(In logits, In target, Out dlogits, double* results);
  static void adam_step(Index elements, const T* gradients, T* parameters, T* first, T* second,
                        const unet::AdamStep& step);
};

namespace unet {
template <class T>
struct EigenBackend;
template <class T>
struct Cpu;
}  // namespace unet

/// For tight tolerances.
using Double = Compiled<unet::EigenBackend<double>, double>;
/// The backend that programs use by default.
using Float = Compiled<unet::Cpu<float>, float>;

static_assert(unet::Backend<Double> && unet::Backend<Float>);
