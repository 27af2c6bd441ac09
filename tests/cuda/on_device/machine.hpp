// What tests see of a device, which has an order of its own, another one in every run.
#pragma once
#include "unet/backends/cuda/runtime/memory.hpp"

namespace cuda_test {

inline void choose_order(unsigned, bool = false) {}

inline constexpr bool has_little_memory = false;

// Profilers count these, tests cannot.
inline long bank_conflicts() { return 0; }
inline constexpr bool counts_graphs = false;
template <class Call>
long graphs_of(const Call&) {
  return 0;
}

/// Whether a call takes device memory and keeps it.
template <class Call>
bool allocates(const Call& call) {
  const unet::Index before = unet::cuda::free_bytes();
  call();
  return unet::cuda::free_bytes() < before;
}

}  // namespace cuda_test
