// What the machine can do at most, measured: products with additions, and memory.
#pragma once
#include <algorithm>
#include <chrono>
#include <vector>

#include "unet/backends/cpu/isa/lanes.hpp"
#include "unet/core/parallel.hpp"

namespace peak {

/// Independent chains of fused multiply-adds, as many as there are registers for, from registers alone.
struct MultiplyAdd {
  static constexpr int chains = 12;

  template <class I>
  UNET_INLINE static void run(unet::Index repetitions, float* result) {
    using V = unet::cpu::Lanes<I>;
    V sum[chains], factor, term;
    unet::cpu::load(factor, result);
    unet::cpu::load(term, result + I::width);
#pragma GCC unroll 12
    for (int i = 0; i < chains; ++i) sum[i] = term * static_cast<float>(i);
    for (unet::Index r = 0; r < repetitions; ++r) {
#pragma GCC unroll 12
      for (int i = 0; i < chains; ++i) sum[i] = sum[i] * factor + term;
    }
#pragma GCC unroll 12
    for (int i = 1; i < chains; ++i) sum[0] += sum[i];
    unet::cpu::store(result, sum[0]);
  }
};

template <class Call>
double best_seconds(int rounds, const Call& call) {
  using Clock = std::chrono::steady_clock;
  double best = 1e30;
  for (int i = 0; i < rounds; ++i) {
    const Clock::time_point start = Clock::now();
    call();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

/// GFLOP/s of all threads in the instruction set in use.
inline double gflops() {
  constexpr unet::Index repetitions = 4'000'000;
  const int threads = unet::thread_count();
  const double seconds = best_seconds(5, [&] {
    unet::parallel_for(threads, [&](unet::Index) {
      float values[32];
      std::fill_n(values, 32, 0.5f);
      unet::cpu::dispatch<MultiplyAdd>(repetitions, static_cast<float*>(values));
      volatile float result = values[0];
      static_cast<void>(result);
    });
  });
  return 2.0 * MultiplyAdd::chains * unet::cpu::current_width() * static_cast<double>(repetitions) * threads / seconds *
         1e-9;
}

/// GB/s of all threads: one map read, another written (and so read before), both larger than caches. Counted as operations count
/// theirs: each value read or written once.
inline double gigabytes() {
  constexpr unet::Index floats = 32 * 1024 * 1024, piece = 65536;
  std::vector<float> from(floats, 1.0f), to(floats);
  const double seconds = best_seconds(7, [&] {
    unet::parallel_for(floats / piece, [&](unet::Index i) {
      const float* const a = from.data() + i * piece;
      float* const b = to.data() + i * piece;
      for (unet::Index k = 0; k < piece; ++k) b[k] = a[k] * 0.5f + 1.0f;
    });
  });
  return 2.0 * sizeof(float) * static_cast<double>(floats) / seconds * 1e-9;
}

}  // namespace peak
