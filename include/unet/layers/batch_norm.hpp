// Batch normalisation in training, of a batch that several ranks may have a part of each.
//
// The forward functions are called by passes for inference as well, which a backend may be for alone: they do nothing there.
#pragma once
#include "unet/backends/contract/backward.hpp"
#include "unet/layers/layer.hpp"

namespace unet::detail {

/// Values of each channel in a map of this rank's images, and in those of all ranks.
template <class B>
Index values_of_all_ranks(const Pass<B>& pass, Shape map) {
  return pass.shared ? map.h * map.w * pass.shared->images : map.pixels();
}

template <class B>
bool several_ranks(const Pass<B>& pass) {
  return pass.shared && pass.shared->communicator->size() > 1;
}

/// Makes mean and variance of this rank's map those of all ranks' maps. map: shape of this rank's.
template <class B>
void merge_moments(Pass<B>& pass, Shape map, Moments<typename B::Scalar> moments) {
  if constexpr (BackwardOperations<B>) {
    if (!several_ranks(pass)) return;
    Communicator<B>& communicator = *pass.shared->communicator;
    const int ranks = communicator.size();
    const Index numbers = ranks * (1 + 2 * map.c);
    const auto memory = pass.arena.allocate(numbers * static_cast<Index>(sizeof(double)));
    double* const all = static_cast<double*>(memory.get());
    B::norm_gather_moments(pass.context, moments, map.c, map.pixels(), communicator.rank(), ranks, all);
    communicator.sum_statistics(pass.context, all, numbers);
    B::norm_merge_moments(pass.context, all, ranks, map.c, moments);
  }
}

/// Running statistics from those of all ranks' maps.
template <class B>
void update_running(Pass<B>& pass, Moments<typename B::Scalar> moments, Shape map, double momentum,
                    typename B::Scalar* running_mean, typename B::Scalar* running_var) {
  if constexpr (BackwardOperations<B>)
    B::norm_update_running(pass.context, moments, map.c, values_of_all_ranks(pass, map), momentum, running_mean,
                           running_var);
}

/// The gradient through a normalisation, in place: see norm_backward_sums and norm_backward_apply in the contract.
template <class B>
void norm_backward(Pass<B>& pass, const SourceOf<B>& y, MapView<B> g, Moments<typename B::Scalar> moments,
                   const typename B::Scalar* gamma, double epsilon, Activate before, typename B::Scalar* dgamma,
                   typename B::Scalar* dbeta) {
  const Index channels = g.shape.c;
  const auto memory = pass.arena.allocate(2 * channels * static_cast<Index>(sizeof(double)));
  double* const sums = static_cast<double*>(memory.get());
  B::norm_backward_sums(pass.context, y, g, moments, sums);
  if (several_ranks(pass)) pass.shared->communicator->sum_statistics(pass.context, sums, 2 * channels);
  B::norm_backward_apply(pass.context, y, g, moments, gamma, epsilon, values_of_all_ranks(pass, g.shape), sums, before,
                         dgamma, dbeta);
  // These are of all ranks by now, and the ranks' gradients will be added up.
  if (several_ranks(pass) && pass.shared->communicator->rank() > 0)
    for (typename B::Scalar* const gradient : {dgamma, dbeta})
      B::fill(pass.context, gradient, channels, typename B::Scalar(0));
}

}  // namespace unet::detail
