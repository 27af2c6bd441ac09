// A backend behind functions that are compiled once, instead of with each net: its kernels, and Eigen's templates, take long.
#pragma once
#include "unet/backends/contract.hpp"

namespace app {

/// The backend B. What it calls is instantiated in one translation unit, which includes compiled_backend_of.hpp.
template <class B, class T>
struct Compiled : unet::HostBackend {
  using Storage = T;
  using Scalar = T;
  using Context = unet::HostContext;
  using Event = unet::HostEvent;
  static constexpr const char* name = "compiled";
  static constexpr bool host_memory = true;
  using Index = unet::Index;
  using Input = unet::Input<T>;
  using Source = unet::Source<T>;
  using InputGradient = unet::InputGradient<T>;
  using Moments = unet::Moments<T>;
  using Epilogue = unet::Epilogue<T>;
  using Weights = unet::Weights<T>;
  using In = unet::View<const T>;
  using Out = unet::View<T>;

  static void* allocate(Index bytes);
  static void deallocate(void* memory);
  static void* allocate_host(Index bytes) { return allocate(bytes); }
  static void deallocate_host(void* memory) { deallocate(memory); }
  static void copy_to_host(Context& context, const void* from, void* to, Index bytes);
  static void copy_to_backend(Context& context, const void* from, void* to, Index bytes);
  static void copy_to_backend_async(Context& context, const void* from, void* to, Index bytes) {
    copy_to_backend(context, from, to, bytes);
  }
  static void copy(Context& context, const void* from, void* to, Index bytes);
  static void fill(Context& context, T* data, Index elements, T value);
  static Event record(Context&) { return {}; }
  static void wait(Event) {}
  static void wait(Context&, Event) {}
  static constexpr Index pixel_alignment(unet::Operation) { return 1; }
  static Index pack_bytes(unet::WeightShape shape);
  static void pack(Context& context, unet::WeightShape shape, const T* w, void* to);
  static void conv3x3_forward(Context& context, const Input& x, Weights w, Out y, unet::Padding padding,
                              const Epilogue& epilogue);
  static void conv3x3_backward_data(Context& context, In dz, const T* w, const InputGradient& dx);
  static void conv3x3_backward_weights(Context& context, const Input& x, In dz, T* dw, T* dbias);
  static void up_conv_forward(Context& context, const Input& x, Weights w, Out y, const Epilogue& epilogue);
  static void up_conv_backward_data(Context& context, In dz, const T* w, const InputGradient& dx);
  static void up_conv_backward_weights(Context& context, const Input& x, In dz, T* dw, T* dbias);
  static void conv1x1_forward(Context& context, const Input& x, Weights w, Out y, const Epilogue& epilogue);
  static void conv1x1_backward_data(Context& context, In dz, const T* w, const InputGradient& dx);
  static void conv1x1_backward_weights(Context& context, const Input& x, In dz, T* dw, T* dbias);
  static void max_pool_forward(Context& context, const Source& x, Out y);
  static void max_pool_backward(Context& context, const Source& x, In dy, Out dx, bool accumulate);
  static void norm_scale_shift(Context& context, const T* mean, const T* variance, const T* gamma, const T* beta,
                               Index channels, double epsilon, T* scale, T* shift);
  static void norm_update_running(Context& context, Moments moments, Index channels, Index count, double momentum,
                                  T* mean, T* variance);
  static void norm_gather_moments(Context& context, Moments moments, Index channels, Index count, int rank, int ranks,
                                  double* all);
  static void norm_merge_moments(Context& context, const double* all, int ranks, Index channels, Moments moments);
  static void norm_backward_sums(Context& context, const Source& y, In g, Moments moments, double* sums);
  static void norm_backward_apply(Context& context, const Source& y, Out g, Moments moments, const T* gamma,
                                  double epsilon, Index count, const double* sums, unet::Activate before, T* dgamma,
                                  T* dbeta);
  static void relu_backward(Context& context, In r, Out g);
  static void normalise(Context& context, const Source& x, Out y);
  static void add(Context& context, In x, Out y);
  static void loss_sums(Context& context, In logits, In target, const unet::LossTerms& terms, double* reports);
  template <class Loss>
  static void loss_derivatives(Context&, const Loss& loss, const double* reports, Index images, Index classes,
                               double* to) {
    unet::loss_derivatives_on_host(loss, reports, images, classes, to);
  }
  static void loss_gradient(Context& context, In logits, In target, const unet::LossTerms& terms, double images,
                            const double* derivatives, Out dlogits);
  static void adam_step(Context& context, Index elements, const T* gradients, T* parameters, T* first, T* second,
                        const unet::AdamStep* step);
};

}  // namespace app
