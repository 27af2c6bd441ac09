// A backend that computes nothing: passes run on it only to learn how much memory they need.
#pragma once
#include <cstdint>

#include "unet/backends/context.hpp"
#include "unet/backends/loss_operands.hpp"
#include "unet/backends/operands.hpp"

namespace unet {

/// Satisfies the backend contract with empty operations; sizes are those of maps of T and of S for all else. Its addresses
/// are never read or written.
template <class T, class S = T>
struct Planner {
  using Storage = T;
  using Scalar = S;
  using Context = HostContext;
  using Event = HostEvent;
  static constexpr const char* name = "planner";
  static constexpr bool host_memory = true;
  static constexpr Index unlimited = Index{1} << 56;

  static void* allocate(Index) { return reinterpret_cast<void*>(std::uintptr_t{64}); }
  static void deallocate(void*) {}
  static void* allocate_host(Index bytes) { return allocate(bytes); }
  static void deallocate_host(void*) {}
  static void copy_to_host(Context&, const void*, void*, Index) {}
  static void copy_to_backend(Context&, const void*, void*, Index) {}
  static void copy_to_backend_async(Context&, const void*, void*, Index) {}
  static void copy(Context&, const void*, void*, Index) {}
  template <class Value>
  static void fill(Context&, Value*, Index, Value) {}
  static Event record(Context&) { return {}; }
  static void wait(Event) {}
  static void wait(Context&, Event) {}

  static constexpr Index pixel_alignment(Operation) { return 1; }
  static Index pack_bytes(WeightShape) { return 0; }
  static void pack(Context&, WeightShape, const S*, void*) {}

  static void conv3x3_forward(Context&, const Input<T, S>&, Weights<S>, View<T>, Padding, const Epilogue<S>&) {}
  static void conv3x3_backward_data(Context&, View<const T>, const S*, const InputGradient<T>&) {}
  static void conv3x3_backward_weights(Context&, const Input<T, S>&, View<const T>, S*, S*) {}
  static void up_conv_forward(Context&, const Input<T, S>&, Weights<S>, View<T>, const Epilogue<S>&) {}
  static void up_conv_backward_data(Context&, View<const T>, const S*, const InputGradient<T>&) {}
  static void up_conv_backward_weights(Context&, const Input<T, S>&, View<const T>, S*, S*) {}
  static void conv1x1_forward(Context&, const Input<T, S>&, Weights<S>, View<T>, const Epilogue<S>&) {}
  static void conv1x1_backward_data(Context&, View<const T>, const S*, const InputGradient<T>&) {}
  static void conv1x1_backward_weights(Context&, const Input<T, S>&, View<const T>, S*, S*) {}
  static void max_pool_forward(Context&, const Source<T, S>&, View<T>) {}
  static void max_pool_backward(Context&, const Source<T, S>&, View<const T>, View<T>, bool) {}
  static void norm_scale_shift(Context&, const S*, const S*, const S*, const S*, Index, double, S*, S*) {}
  static void norm_update_running(Context&, Moments<S>, Index, Index, double, S*, S*) {}
  static void norm_gather_moments(Context&, Moments<S>, Index, Index, int, int, double*) {}
  static void norm_merge_moments(Context&, const double*, int, Index, Moments<S>) {}
  static void norm_backward_sums(Context&, const Source<T, S>&, View<const T>, Moments<S>, double*) {}
  static void norm_backward_apply(Context&, const Source<T, S>&, View<T>, Moments<S>, const S*, double, Index,
                                  const double*, Activate, S*, S*) {}
  static void relu_backward(Context&, View<const T>, View<T>) {}
  template <class Value>
  static void normalise(Context&, const Source<T, S>&, View<Value>) {}
  static void add(Context&, View<const T>, View<T>) {}
  static void loss_sums(Context&, View<const T>, View<const S>, const LossTerms&, double*) {}
  template <class Loss>
  static void loss_derivatives(Context&, const Loss&, const double*, Index, Index, double*) {}
  static void loss_gradient(Context&, View<const T>, View<const S>, const LossTerms&, double, const double*, View<T>) {}
  static void adam_step(Context&, Index, const S*, S*, S*, S*, const AdamStep*) {}
};

/// The planner of passes on B.
template <class B>
using PlannerOf = Planner<typename B::Storage, typename B::Scalar>;

}  // namespace unet
