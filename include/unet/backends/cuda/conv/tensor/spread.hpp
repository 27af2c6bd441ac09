// Mean and variance of values in parts, put together without losing digits where the mean is far from zero
// (Chan, Golub & LeVeque 1979).
#pragma once
#include "unet/backends/cuda/device/number.hpp"
#include "unet/backends/cuda/runtime/launch.hpp"
#include "unet/backends/operands.hpp"

namespace unet::cuda::tensor {

/// Mean and squared deviations of `count` values.
struct Spread {
  float count, mean, m2;
};
__device__ inline Spread combine(const Spread& a, const Spread& b) {
  const float count = a.count + b.count;
  if (count == 0) return {0, 0, 0};
  const float distance = b.mean - a.mean, share = b.count / count;
  return {count, fmaf(distance, share, a.mean), a.m2 + b.m2 + distance * distance * a.count * share};
}

__device__ inline Spread load_spread(const Spread* from) {
  return {shared_load<float>(&from->count), shared_load<float>(&from->mean), shared_load<float>(&from->m2)};
}
__device__ inline void store_spread(Spread* to, const Spread& spread) {
  shared_store(&to->count, spread.count);
  shared_store(&to->mean, spread.mean);
  shared_store(&to->m2, spread.m2);
}

/// Spreads that one block puts together.
inline constexpr int spreads_each = 256;

/// finish(row, channel, spread) for each `spreads_each` rows of from[count][channels]; 32 channels a block, whose eight warps
/// share the rows. The order follows from the count alone.
template <class Finish>
__global__ void __launch_bounds__(256) combine_kernel(const Spread* from, int count, int channels, Finish finish) {
  Spread* const shared = reinterpret_cast<Spread*>(dynamic_shared());  // [warp][lane]
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const int c = static_cast<int>(blockIdx.x) * 32 + lane, begin = static_cast<int>(blockIdx.y) * spreads_each;
  Spread all = {0, 0, 0};
  if (c < channels)
    for (int i = begin + warp; i < min(begin + spreads_each, count); i += 8)
      all = combine(all, from[static_cast<Index>(i) * channels + c]);
  store_spread(shared + warp * 32 + lane, all);
  __syncthreads();
  if (warp != 0 || c >= channels) return;
  for (int w = 1; w < 8; ++w) all = combine(all, load_spread(shared + w * 32 + lane));
  finish(static_cast<int>(blockIdx.y), c, all);
}

struct KeepSpread {
  Spread* to;
  int channels;
  __device__ void operator()(int row, int c, const Spread& spread) const {
    to[static_cast<Index>(row) * channels + c] = spread;
  }
};
struct StoreMoments {
  Moments<float> to;
  __device__ void operator()(int, int c, const Spread& spread) const {
    to.mean[c] = spread.mean;
    to.variance[c] = spread.m2 / spread.count;
  }
};

/// Spreads that store_moments() needs room for, those that it is given included.
constexpr Index spreads_space(int count, int channels) {
  Index rows = count;
  for (int left = count; left > spreads_each; rows += left) left = (left + spreads_each - 1) / spreads_each;
  return rows * channels;
}
/// Mean and biased variance of each channel, from spreads[count][channels]; behind those is the rest of spreads_space().
inline void store_moments(Context& context, Spread* spreads, int count, int channels, const Moments<float>& to) {
  constexpr int shared_bytes = 256 * static_cast<int>(sizeof(Spread));
  const unsigned columns = blocks(channels, 32);
  while (count > spreads_each) {
    const int left = (count + spreads_each - 1) / spreads_each;
    Spread* const next = spreads + static_cast<Index>(count) * channels;
    launch(context, "combining moments", {dim3(columns, static_cast<unsigned>(left)), 256, shared_bytes},
           combine_kernel<KeepSpread>, spreads, count, channels, KeepSpread{next, channels});
    spreads = next;
    count = left;
  }
  launch(context, "combining moments", {dim3(columns), 256, shared_bytes}, combine_kernel<StoreMoments>, spreads, count,
         channels, StoreMoments{to});
}

}  // namespace unet::cuda::tensor
