// The fast backend for processors: OpenMP and SIMD kernels in place of the reference's hot operations.
#pragma once
#include <cmath>
#include <type_traits>

#include "unet/backends/cpu/conv/convolve.hpp"
#include "unet/backends/cpu/conv/weight_gradient.hpp"
#include "unet/backends/cpu/ops/elementwise.hpp"
#include "unet/backends/cpu/ops/loss.hpp"
#include "unet/backends/cpu/ops/max_pool.hpp"
#include "unet/backends/cpu/ops/norm.hpp"
#include "unet/backends/eigen/eigen_backend.hpp"

namespace unet {

/// Host memory, all threads, float. See backends/contract.hpp for the operations; what is not here is the reference's.
/// The instruction set is chosen when the program runs; environment variable UNET_ISA (portable, avx2, avx512) forces a
/// lower one. The same bits for any number of threads; other instruction sets round differently.
template <class T = float>
struct Cpu : EigenBackend<T> {
  static_assert(std::is_same_v<T, float>, "Cpu<T>: the kernels are for float; EigenBackend takes any scalar");
  static constexpr const char* name = "cpu";
  static constexpr int alignment = 1;

  static void conv3x3_relu_forward(const Input<T>& x, const T* w, const T* bias, View<T> y, Padding padding,
                                   Moments<T> moments) {
    const Index in = x.shape().c, out = y.shape.c;
    cpu::convolve(x, {w, 9, in, out, out, 1, false}, bias, true, cpu::only(y), 1, padding.top, padding.left, moments);
  }
  static void conv3x3_backward_data(View<const T> dz, const T* w, const InputGradient<T>& dx) {
    const Index in = dx.shape().c, out = dz.shape.c;
    cpu::convolve({{{dz}, {}}, 1}, {w, 9, out, in, 1, out, true}, nullptr, false, dx, 1, 1, 1, {});
  }
  static void conv3x3_backward_weights(const Input<T>& x, View<const T> dz, T* dw, T* dbias) {
    cpu::weight_gradient(x, dz, 1, dw, dbias);
  }

  static void up_conv_relu_forward(const Input<T>& x, const T* w, const T* bias, View<T> y) {
    cpu::up_convolve(x, w, bias, y);
  }
  static void up_conv_backward_data(View<const T> dz, const T* w, const InputGradient<T>& dx) {
    cpu::up_convolve_backward_data(dz, w, dx);
  }
  static void up_conv_backward_weights(const Input<T>& x, View<const T> dz, T* dw, T* dbias) {
    for (Index q = 0; q < 4; ++q)
      cpu::weight_gradient(x, cpu::every_second(dz, q / 2, q % 2), 0, dw + q * x.shape().c * dz.shape.c, dbias, q > 0);
  }

  static void conv1x1_forward(const Input<T>& x, const T* w, const T* bias, View<T> y) {
    const Index in = x.shape().c, out = y.shape.c;
    cpu::convolve(x, {w, 1, in, out, out, 1, false}, bias, false, cpu::only(y), 0, 0, 0, {});
  }
  static void conv1x1_backward_data(View<const T> dz, const T* w, const InputGradient<T>& dx) {
    const Index in = dx.shape().c, out = dz.shape.c;
    cpu::convolve({{{dz}, {}}, 1}, {w, 1, out, in, 1, out, false}, nullptr, false, dx, 0, 0, 0, {});
  }
  static void conv1x1_backward_weights(const Input<T>& x, View<const T> dz, T* dw, T* dbias) {
    cpu::weight_gradient(x, dz, 0, dw, dbias);
  }

  static void max_pool_forward(const Source<T>& x, View<T> y) {
    cpu::parallel_rows(y.shape, [&](Index n, Index i) { cpu::dispatch<cpu::PoolRow>(x, y, n, i); });
  }
  static void max_pool_backward(const Source<T>& x, View<const T> dy, View<T> dx, bool accumulate) {
    cpu::parallel_rows(dy.shape,
                       [&](Index n, Index i) { cpu::dispatch<cpu::PoolRowBackward>(x, dy, dx, n, i, accumulate); });
  }

  static void norm_relu_backward(View<const T> r, View<T> g, Moments<T> moments, const T* gamma, double epsilon,
                                 T* dgamma, T* dbeta) {
    cpu::norm_relu_backward(r, g, moments, gamma, epsilon, dgamma, dbeta);
  }
  static void relu_backward(View<const T> r, View<T> g) {
    cpu::parallel_rows(r.shape, [&](Index n, Index y) { cpu::dispatch<cpu::ReluBackwardRow>(r, g, n, y); });
  }

  static void binary_cross_entropy(View<const T> logits, View<const T> target, T pos_weight, View<T> dlogits,
                                   double* results) {
    const T share = T(1) / static_cast<T>(logits.shape.n * logits.shape.h);  // of a row's mean in the batch's
    cpu::loss_by_rows(logits, target, dlogits, results_per_image(1), results,
                      [&](View<const T> z, View<const T> t, View<T> d, double* report) {
                        EigenBackend<T>::binary_cross_entropy(z, t, pos_weight, d, report);
                        if (d) eigen::row(d, 0, 0) *= share;
                      });
  }
  static void softmax_cross_entropy(View<const T> logits, View<const T> target, View<T> dlogits, double* results) {
    const T share = T(1) / static_cast<T>(logits.shape.n * logits.shape.h);
    cpu::loss_by_rows(logits, target, dlogits, results_per_image(logits.shape.c), results,
                      [&](View<const T> z, View<const T> t, View<T> d, double* report) {
                        EigenBackend<T>::softmax_cross_entropy(z, t, d, report);
                        if (d) eigen::row(d, 0, 0) *= share;
                      });
  }

  static void adam_step(Index elements, const T* gradients, T* parameters, T* first, T* second, const AdamStep& step) {
    constexpr Index range = 65536;
    const auto t = static_cast<double>(step.step);
    const cpu::AdamRange adam{static_cast<T>(step.learning_rate / (1 - std::pow(step.beta1, t))),
                              static_cast<T>(1 / std::sqrt(1 - std::pow(step.beta2, t))),
                              static_cast<T>(1 - step.beta1),
                              static_cast<T>(step.beta2),
                              static_cast<T>(1 - step.beta2),
                              static_cast<T>(step.epsilon)};
    cpu::current_isa();  // may throw, which a task must not
    parallel_for((elements + range - 1) / range, [&](Index i) {
      const Index at = i * range;
      cpu::dispatch<cpu::AdamRange>(adam, std::min(range, elements - at), gradients + at, parameters + at, first + at,
                                    second + at);
    });
  }
};

}  // namespace unet
