// A backend that computes nothing: passes run on it only to learn how much memory they need.
#pragma once
#include <cstdint>

#include "unet/backends/operands.hpp"

namespace unet {

/// Satisfies the backend contract with empty operations; sizes are those of `T`. Its addresses are never read or written.
template <class T>
struct Planner {
  using Scalar = T;
  static constexpr const char* name = "planner";
  static constexpr int alignment = 1;
  static constexpr Index unlimited = Index{1} << 56;

  static void* allocate(Index) { return reinterpret_cast<void*>(std::uintptr_t{64}); }
  static void deallocate(void*) {}
  static void copy_to_host(const void*, void*, Index) {}
  static void copy_to_backend(const void*, void*, Index) {}
  static void copy(const void*, void*, Index) {}
  static void fill(T*, Index, T) {}

  static void conv3x3_relu_forward(const Input<T>&, const T*, const T*, View<T>, Padding, Moments<T>) {}
  static void conv3x3_backward_data(View<const T>, const T*, const InputGradient<T>&) {}
  static void conv3x3_backward_weights(const Input<T>&, View<const T>, T*, T*) {}
  static void up_conv_relu_forward(const Input<T>&, const T*, const T*, View<T>) {}
  static void up_conv_backward_data(View<const T>, const T*, const InputGradient<T>&) {}
  static void up_conv_backward_weights(const Input<T>&, View<const T>, T*, T*) {}
  static void conv1x1_forward(const Input<T>&, const T*, const T*, View<T>) {}
  static void conv1x1_backward_data(View<const T>, const T*, const InputGradient<T>&) {}
  static void conv1x1_backward_weights(const Input<T>&, View<const T>, T*, T*) {}
  static void max_pool_forward(const Source<T>&, View<T>) {}
  static void max_pool_backward(const Source<T>&, View<const T>, View<T>, bool) {}
  static void norm_scale_shift(const T*, const T*, const T*, const T*, Index, double, T*, T*) {}
  static void norm_update_running(Moments<T>, Index, Index, double, T*, T*) {}
  static void norm_relu_backward(View<const T>, View<T>, Moments<T>, const T*, double, T*, T*) {}
  static void relu_backward(View<const T>, View<T>) {}
  static void normalise(const Source<T>&, View<T>) {}
  static void add(View<const T>, View<T>) {}
  static void binary_cross_entropy(View<const T>, View<const T>, T, View<T>, double*) {}
  static void softmax_cross_entropy(View<const T>, View<const T>, View<T>, double*) {}
  static void adam_step(Index, const T*, T*, T*, T*, const AdamStep&) {}
};

}  // namespace unet
