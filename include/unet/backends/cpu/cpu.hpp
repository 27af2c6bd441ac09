// The fast backend for processors: OpenMP and SIMD kernels in place of the reference's hot operations.
#pragma once
#include <cmath>
#include <type_traits>

#include "unet/backends/cpu/conv/choice.hpp"
#include "unet/backends/cpu/conv/convolve.hpp"
#include "unet/backends/cpu/conv/head.hpp"
#include "unet/backends/cpu/conv/up_weight_gradient.hpp"
#include "unet/backends/cpu/conv/weight_gradient.hpp"
#include "unet/backends/cpu/conv/winograd/weight_gradient.hpp"
#include "unet/backends/cpu/ops/binary_loss.hpp"
#include "unet/backends/cpu/ops/elementwise.hpp"
#include "unet/backends/cpu/ops/loss.hpp"
#include "unet/backends/cpu/ops/max_pool.hpp"
#include "unet/backends/cpu/ops/norm.hpp"
#include "unet/backends/cpu/threads/tasks.hpp"
#include "unet/backends/eigen/eigen_backend.hpp"

namespace unet {

/// Host memory, all threads. Computes in float and stores feature maps and their gradients in T: float, or bf16, which takes half
/// the memory and a third of the digits. See backends/contract.hpp for the operations; what is not here is the reference's.
/// The instruction set is chosen when the program runs; environment variable UNET_ISA (portable, avx2, avx512, avx512vnni, avx512bf16)
/// forces a lower one, or asks for amx, which is not used otherwise. The same bits for any number of threads; other instruction sets round differently.
template <class T = float>
struct Cpu : EigenBackend<float, T> {
  static_assert(std::is_same_v<T, float> || std::is_same_v<T, bf16>,
                "Cpu<T>: the kernels are for maps of float or bf16; EigenBackend takes any scalar");
  static constexpr const char* name = std::is_same_v<T, float> ? "cpu" : "cpu bf16";
  /// The one in use, for messages.
  static std::string instruction_set() { return cpu::to_string(cpu::current_isa()); }

  /// Winograd's squares lie on every fourth pixel.
  static constexpr Index pixel_alignment(Operation operation) { return operation == Operation::conv3x3 ? 4 : 1; }

  static Index pack_bytes(WeightShape shape) { return cpu::kept_bytes<T>(shape); }
  static void pack(HostContext&, WeightShape shape, const float* w, void* to) { cpu::keep_packed<T>(shape, w, to); }

  static void conv3x3_forward(HostContext&, const Input<T, float>& x, Weights<float> w, View<T> y, Padding padding,
                              const Epilogue<float>& epilogue) {
    cpu::convolve_forward(Operation::conv3x3, x, w, y, padding, epilogue);
  }
  static void conv3x3_backward_data(HostContext&, View<const T> dz, const float* w, const InputGradient<T>& dx) {
    cpu::convolve_backward_data(Operation::conv3x3, dz, w, dx);
  }
  static void conv3x3_backward_weights(HostContext&, const Input<T, float>& x, View<const T> dz, float* dw,
                                       float* dbias) {
#if defined(__x86_64__)
    // (The type by name: nvcc loses this expression without it.)
    if (cpu::by_amx(WeightShape{Operation::conv3x3, x.shape().c, dz.shape.c}))
      return cpu::weight_gradient<cpu::amx::Tiles>(x, dz, 1, dw, dbias);
#endif
    if (cpu::by_winograd(x.shape().c, dz.shape.c))
      cpu::winograd::WeightGradient<T>(x, dz).run(dw, dbias);
    else
      cpu::weight_gradient(x, dz, 1, dw, dbias);
  }

  static void up_conv_forward(HostContext&, const Input<T, float>& x, Weights<float> w, View<T> y,
                              const Epilogue<float>& epilogue) {
    cpu::up_convolve(x, w, y, epilogue);
  }
  static void up_conv_backward_data(HostContext&, View<const T> dz, const float* w, const InputGradient<T>& dx) {
    cpu::up_convolve_backward_data(dz, w, dx);
  }
  static void up_conv_backward_weights(HostContext&, const Input<T, float>& x, View<const T> dz, float* dw,
                                       float* dbias) {
    cpu::UpWeightGradient<T>(x, dz).run(dw, dbias);
  }

  static void conv1x1_forward(HostContext&, const Input<T, float>& x, Weights<float> w, View<T> y,
                              const Epilogue<float>& epilogue) {
    if (cpu::as_head(y.shape.c) && !epilogue.moments)
      cpu::head::forward(x, w.values, y, epilogue);
    else
      cpu::convolve_forward(Operation::conv1x1, x, w, y, {}, epilogue);
  }
  static void conv1x1_backward_data(HostContext&, View<const T> dz, const float* w, const InputGradient<T>& dx) {
    if (cpu::as_head(dz.shape.c))
      cpu::head::backward_data(dz, w, dx);
    else
      cpu::convolve_backward_data(Operation::conv1x1, dz, w, dx);
  }
  static void conv1x1_backward_weights(HostContext&, const Input<T, float>& x, View<const T> dz, float* dw,
                                       float* dbias) {
    if (cpu::as_head(dz.shape.c))
      cpu::head::backward_weights(x, dz, dw, dbias);
    else
      cpu::weight_gradient(x, dz, 0, dw, dbias);
  }

  static void max_pool_forward(HostContext&, const Source<T, float>& x, View<T> y) {
    cpu::parallel_rows(y.shape, [&](Index n, Index i) { cpu::dispatch<cpu::PoolRow<T>>(x, y, n, i); });
  }
  static void max_pool_backward(HostContext&, const Source<T, float>& x, View<const T> dy, View<T> dx,
                                bool accumulate) {
    cpu::parallel_rows(dy.shape,
                       [&](Index n, Index i) { cpu::dispatch<cpu::PoolRowBackward<T>>(x, dy, dx, n, i, accumulate); });
  }

  static void norm_backward_sums(HostContext&, const Source<T, float>& y, View<const T> g, Moments<float> moments,
                                 double* sums) {
    cpu::norm_backward_sums(y, g, moments, sums);
  }
  static void norm_backward_apply(HostContext&, const Source<T, float>& y, View<T> g, Moments<float> moments,
                                  const float* gamma, double epsilon, Index count, const double* sums, Activate before,
                                  float* dgamma, float* dbeta) {
    cpu::norm_backward_apply(y, g, moments, gamma, epsilon, count, sums, before, dgamma, dbeta);
  }
  static void relu_backward(HostContext&, View<const T> r, View<T> g) {
    cpu::parallel_rows(r.shape, [&](Index n, Index y) { cpu::dispatch<cpu::ReluBackwardRow>(r, g, n, y); });
  }

  static void loss_sums(HostContext& context, View<const T> logits, View<const float> target, const LossTerms& terms,
                        double* reports) {
    const bool binary = cpu::pixels_side_by_side(logits) && cpu::pixels_side_by_side(target);
    cpu::loss_sums_by_rows(logits, target, terms, reports, [&](View<const T> z, View<const float> t, double* report) {
      if (!binary) return EigenBackend<float, T>::loss_sums(context, z, t, terms, report);
      cpu::dispatch<cpu::BinaryLossSums>(z.data, t.data, z.shape.w, terms, report);
      report[0] /= static_cast<double>(z.shape.w);
    });
  }
  static void loss_gradient(HostContext&, View<const T> logits, View<const float> target, const LossTerms& terms,
                            double images, const double* derivatives, View<T> dlogits) {
    const Shape s = logits.shape;
    const Index size = loss_derivatives_size(s.c, terms);
    const auto row = static_cast<float>(1 / (images * static_cast<double>(s.h))),
               image = static_cast<float>(1 / images);
    const bool binary =
        cpu::pixels_side_by_side(logits) && cpu::pixels_side_by_side(target) && cpu::pixels_side_by_side(dlogits);
    cpu::parallel_rows(s, [&](Index n, Index y) {
      const double* const d = derivatives + n * size;
      const eigen::LossScale<float> scale{static_cast<float>(d[0] / static_cast<double>(s.w)), row, image};
      if (binary)
        return cpu::dispatch<cpu::BinaryLossGradient<T>>(
            cpu::BinaryLossGradient<T>{scale.pixel, scale.row, scale.image, terms, d}, logits.at(n, y, 0),
            target.at(n, y, 0), s.w, dlogits.at(n, y, 0));
      EigenBackend<float, T>::gradient_of_image(cpu::row_as_image(logits, n, y), cpu::row_as_image(target, n, y), terms,
                                                d, scale, cpu::row_as_image(dlogits, n, y));
    });
  }

  static void adam_step(HostContext&, Index elements, const float* gradients, float* parameters, float* first,
                        float* second, const AdamStep* step) {
    constexpr Index range = 65536;
    const auto t = static_cast<double>(step->step);
    const cpu::AdamRange adam{static_cast<float>(step->learning_rate / (1 - std::pow(step->beta1, t))),
                              static_cast<float>(1 / std::sqrt(1 - std::pow(step->beta2, t))),
                              static_cast<float>(1 - step->beta1),
                              static_cast<float>(step->beta2),
                              static_cast<float>(1 - step->beta2),
                              static_cast<float>(step->epsilon),
                              static_cast<float>(1 - step->learning_rate * step->weight_decay)};
    cpu::current_isa();  // may throw: once, and not in each task
    cpu::parallel_tasks((elements + range - 1) / range, [&](Index i) {
      const Index at = i * range;
      cpu::dispatch<cpu::AdamRange>(adam, std::min(range, elements - at), gradients + at, parameters + at, first + at,
                                    second + at);
    });
  }
};

}  // namespace unet
