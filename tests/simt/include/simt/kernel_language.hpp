// What CUDA adds to C++ in kernels: keywords, indices, barriers.
#pragma once
#include "block.hpp"

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __noinline__ [[gnu::noinline]]
#define __launch_bounds__(...)
#define __grid_constant__
#define __align__(bytes) alignas(bytes)

inline const uint3& threadIdx = simt::detail::thread_index;
inline const uint3& blockIdx = simt::detail::block_index;
inline const dim3& blockDim = simt::detail::block_size;
inline const dim3& gridDim = simt::detail::grid_size;
inline constexpr int warpSize = 32;

inline void __syncthreads(simt::Where where = simt::Where::current()) { simt::detail::block().barrier(where); }

/// Orders accesses to shared memory only between all lanes that still run: one of fewer lanes is a meeting and no more.
inline void __syncwarp(unsigned mask = ~0u, simt::Where where = simt::Where::current()) {
  int nothing = 0;
  simt::detail::Warp& warp = simt::detail::block().warp();
  simt::detail::block().collective("__syncwarp", mask, nothing, where, [&](int**) {
    if ((mask | warp.exited) == ~0u) ++warp.syncs;
  });
}

// One thread runs at a time and all see the same memory at once.
inline void __threadfence() {}
inline void __threadfence_block() {}
inline void __threadfence_system() {}

[[noreturn]] inline void __trap() { throw simt::Fault("__trap"); }
