// What tests choose and see of the emulated device.
#pragma once
#include <cuda_runtime.h>

#include "unet/core/error.hpp"

namespace cuda_test {

/// Threads run in the emulator's order of this number; work begins when somebody waits for it, or at once.
inline void choose_order(unsigned number, bool at_once = false) {
  simt::schedule = number;
  simt::start = at_once ? simt::at_once : simt::when_waited_for;
}

/// What kernels did until now.
inline long bank_conflicts() { return simt::counters.bank_conflicts; }

/// The device's memory is 1 GiB.
inline constexpr bool has_little_memory = true;

inline constexpr bool counts_graphs = true;
/// How many graphs a call launches.
template <class Call>
long graphs_of(const Call& call) {
  const long before = simt::counters.graph_launches;
  call();
  return simt::counters.graph_launches - before;
}

/// Whether a call takes device memory.
template <class Call>
bool allocates(const Call& call) {
  simt::fail_next("cudaMalloc", cudaErrorMemoryAllocation);
  bool failed = false;
  try {
    call();
  } catch (const unet::OutOfMemory&) {
    failed = true;
  }
  simt::fail_next("cudaMalloc", cudaSuccess);
  return failed;
}

}  // namespace cuda_test
