// A pending normalisation as part of a convolution's weights and bias: w (scale x + shift) = (w scale) x + w shift. It costs
// the product nothing, and the input is not rounded once more.
//
// Padding is 0, not shift, so where taps lie outside the bias is another: there is one for each case of borders. Rounding the
// weights meets x itself, which may be far from 0, so the bias also takes (w scale - rounded) mean: then only deviations from
// the mean meet it. Without, the error grows as sqrt(1 + (mean / standard deviation)^2).
#pragma once
#include "unet/backends/cuda/conv/tensor/packing.hpp"

namespace unet::cuda::tensor {

/// Not in TF32, where x itself would have to be rounded; nor where a ReLU follows, or nobody knows the means.
template <class T>
bool can_fold(const Input<T, float>& x) {
  bool scaled = false;
  for (int p = 0; p < x.count; ++p) {
    const Source<T, float>& part = x.parts[p];
    if (part.activate != Activate::none || (part.scale && !part.mean)) return false;
    scaled = scaled || part.scale;
  }
  return sizeof(T) == 2 && scaled;
}

/// What goes into the bias.
struct FoldedBias {
  const float* bias;  ///< may be null
  const float *shift[2] = {}, *mean[2] = {};
};

template <class T>
WeightSource folded_weights(WeightSource source, const Input<T, float>& x) {
  for (int p = 0; p < x.count; ++p) source.scale[p] = x.parts[p].scale;
  source.first = x.count == 2 ? static_cast<int>(x.parts[0].x.shape.c) : 0;
  return source;
}
template <class T>
FoldedBias folded_bias(const float* bias, const Input<T, float>& x) {
  FoldedBias folded{bias};
  for (int p = 0; p < x.count; ++p) {
    folded.shift[p] = x.parts[p].shift;
    folded.mean[p] = x.parts[p].scale ? x.parts[p].mean : nullptr;
  }
  return folded;
}

/// Cases of a 3x3 kernel; bits: the upper, lower, left, right taps lie outside.
struct BorderCases {
  static constexpr int taps = 9, count = 16;
  __device__ static bool has(int which, int tap) {
    const int k = tap / 3, l = tap % 3;
    return !((which & 1 && k == 0) || (which & 2 && k == 2) || (which & 4 && l == 0) || (which & 8 && l == 2));
  }
};
/// A transposed convolution's taps are outputs of their own.
struct TapCases {
  static constexpr int taps = 4, count = 4;
  __device__ static bool has(int which, int tap) { return which == tap; }
};

/// table[case][o]; 32 output channels a block, whose eight warps share the input channels.
template <class T, class Cases>
__global__ void __launch_bounds__(256) fold_bias_kernel(WeightSource source, FoldedBias folded, float* table) {
  float* const sums = reinterpret_cast<float*>(dynamic_shared());  // [warp][tap][lane]
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const int o = static_cast<int>(blockIdx.x) * 32 + lane;
  for (int tap = 0; tap < Cases::taps; ++tap) {
    float sum = 0;
    if (o < source.out)
      for (int c = warp; c < source.in; c += 8) {
        const float w = source.scaled(tap, c, o);
        sum = fmaf(source.at(tap, c, o), source.of_channel(folded.shift, c, 0), sum);
        sum = fmaf(w - rounded<T>(w), source.of_channel(folded.mean, c, 0), sum);
      }
    shared_store(sums + (warp * Cases::taps + tap) * 32 + lane, sum);
  }
  __syncthreads();
  if (o >= source.out) return;
  for (int which = warp; which < Cases::count; which += 8) {
    float sum = folded.bias ? folded.bias[o] : 0;
    for (int tap = 0; tap < Cases::taps; ++tap)
      if (Cases::has(which, tap))
        for (int w = 0; w < 8; ++w) sum += shared_load<float>(sums + (w * Cases::taps + tap) * 32 + lane);
    table[which * source.out + o] = sum;
  }
}
template <class T, class Cases>
void fold_bias(Context& context, const WeightSource& source, const FoldedBias& folded, float* table) {
  launch(context, "folding a normalisation",
         {dim3(blocks(source.out, 32)), 256, 256 * Cases::taps * static_cast<int>(sizeof(float))},
         fold_bias_kernel<T, Cases>, source, folded, table);
}

}  // namespace unet::cuda::tensor
