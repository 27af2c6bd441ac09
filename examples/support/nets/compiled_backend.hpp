// A backend behind functions that are compiled once, instead of with each net: its kernels, and Eigen's templates, take long.
#pragma once
#include <type_traits>

#include "unet/backends/contract.hpp"
#include "unet/backends/eigen/memory.hpp"

// Only named where a compiled one is used.
namespace unet {
template <class S, class T>
struct EigenBackend;
template <class T>
struct Cpu;
}  // namespace unet

namespace app {

/// The backend B, a host's, of the given scalar and stored type. What it calls is instantiated in one translation unit, which
/// includes compiled_backend_of.hpp.
template <class B, class S, class T = S>
struct Compiled : unet::HostBackend, unet::eigen::Memory {
  using Scalar = S;
  using Storage = T;
  using Context = unet::HostContext;
  using Event = unet::HostEvent;
  static constexpr const char* name = "compiled";
  static constexpr bool host_memory = true;
  using Index = unet::Index;
  using Input = unet::Input<T, S>;
  using Source = unet::Source<T, S>;
  using InputGradient = unet::InputGradient<T>;
  using Moments = unet::Moments<S>;
  using Epilogue = unet::Epilogue<S>;
  using Weights = unet::Weights<S>;
  using In = unet::View<const T>;
  using Out = unet::View<T>;
  using Target = unet::View<const S>;

  /// As B's, which is not complete here: see backends.cpp.
  static constexpr Index pixel_alignment(unet::Operation operation) {
    return std::is_same_v<B, unet::Cpu<T>> && operation == unet::Operation::conv3x3 ? 4 : 1;
  }
  static Index pack_bytes(unet::WeightShape shape);
  static void pack(Context& context, unet::WeightShape shape, const S* w, void* to);
  static void conv3x3_forward(Context& context, const Input& x, Weights w, Out y, unet::Padding padding,
                              const Epilogue& epilogue);
  static void conv3x3_backward_data(Context& context, In dz, const S* w, const InputGradient& dx);
  static void conv3x3_backward_weights(Context& context, const Input& x, In dz, S* dw, S* dbias);
  static void up_conv_forward(Context& context, const Input& x, Weights w, Out y, const Epilogue& epilogue);
  static void up_conv_backward_data(Context& context, In dz, const S* w, const InputGradient& dx);
  static void up_conv_backward_weights(Context& context, const Input& x, In dz, S* dw, S* dbias);
  static void conv1x1_forward(Context& context, const Input& x, Weights w, Out y, const Epilogue& epilogue);
  static void conv1x1_backward_data(Context& context, In dz, const S* w, const InputGradient& dx);
  static void conv1x1_backward_weights(Context& context, const Input& x, In dz, S* dw, S* dbias);
  static void max_pool_forward(Context& context, const Source& x, Out y);
  static void max_pool_backward(Context& context, const Source& x, In dy, Out dx, bool accumulate);
  static void norm_scale_shift(Context& context, const S* mean, const S* variance, const S* gamma, const S* beta,
                               Index channels, double epsilon, S* scale, S* shift);
  static void norm_update_running(Context& context, Moments moments, Index channels, Index count, double momentum,
                                  S* mean, S* variance);
  static void norm_gather_moments(Context& context, Moments moments, Index channels, Index count, int rank, int ranks,
                                  double* all);
  static void norm_merge_moments(Context& context, const double* all, int ranks, Index channels, Moments moments);
  static void norm_backward_sums(Context& context, const Source& y, In g, Moments moments, double* sums);
  static void norm_backward_apply(Context& context, const Source& y, Out g, Moments moments, const S* gamma,
                                  double epsilon, Index count, const double* sums, unet::Activate before, S* dgamma,
                                  S* dbeta);
  static void relu_backward(Context& context, In r, Out g);
  template <class Value>
  static void normalise(Context& context, const Source& x, unet::View<Value> y) {
    if constexpr (std::is_same_v<Value, S>)
      normalise_to_scalars(context, x, y);
    else
      normalise_to_maps(context, x, y);
  }
  static void add(Context& context, In x, Out y);
  static void loss_sums(Context& context, In logits, Target target, const unet::LossTerms& terms, double* reports);
  template <class Loss>
  static void loss_derivatives(Context&, const Loss& loss, const double* reports, Index images, Index classes,
                               double* to) {
    unet::loss_derivatives_on_host(loss, reports, images, classes, to);
  }
  static void loss_gradient(Context& context, In logits, Target target, const unet::LossTerms& terms, double images,
                            const double* derivatives, Out dlogits);
  static void adam_step(Context& context, Index elements, const S* gradients, S* parameters, S* first, S* second,
                        const unet::AdamStep* step);

 private:
  static void normalise_to_scalars(Context& context, const Source& x, unet::View<S> y);
  static void normalise_to_maps(Context& context, const Source& x, Out y);
};

}  // namespace app
