// Sums of dz over the pixels at which a tap of a 3x3 kernel lies inside the map: all of them, less a border row, less a border
// column, plus the corner of both.
#pragma once
#include "unet/backends/cuda/conv/tensor/maps.hpp"

namespace unet::cuda::tensor {

/// Of an image: the upper and lower row, the left and right column, the corners 00, 01, 10, 11.
inline constexpr int borders = 8;

/// to[image][border][channels]; blocks: 32 channels, an image, one of the four sides and, with a row, its two corners.
template <class T>
__global__ void __launch_bounds__(256) border_sums_kernel(const __grid_constant__ Maps<const T> dz, float* to) {
  float* const sums = reinterpret_cast<float*>(dynamic_shared());  // [warp][lane]
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const int channels = dz.channels(), c = static_cast<int>(blockIdx.x) * 32 + lane;
  const int image = static_cast<int>(blockIdx.y), side = static_cast<int>(blockIdx.z);
  const bool is_row = side < 2;
  const int fixed = side % 2 == 0 ? 0 : (is_row ? dz.h : dz.w) - 1, length = is_row ? dz.w : dz.h;
  float sum = 0;
  if (c < channels) {
#pragma unroll 4
    for (int i = warp; i < length; i += 8)
      sum += to_float(*dz.parts[0].at(image, is_row ? fixed : i, is_row ? i : fixed, c));
  }
  shared_store(sums + warp * 32 + lane, sum);
  __syncthreads();
  if (warp != 0 || c >= channels) return;
  for (int w = 1; w < 8; ++w) sum += shared_load<float>(sums + w * 32 + lane);
  float* const own = to + static_cast<Index>(image) * borders * channels + c;
  own[side * channels] = sum;
  if (!is_row) return;
  own[(4 + 2 * side) * channels] = to_float(*dz.parts[0].at(image, fixed, 0, c));
  own[(5 + 2 * side) * channels] = to_float(*dz.parts[0].at(image, fixed, dz.w - 1, c));
}

/// inside[tap][padded]: from the sums of all pixels and those of the borders of each image.
struct InsideSums {
  const float *all, *of_borders;
  int images, channels, padded;
  float* inside;

  __device__ void operator()(Index i) const {
    const int c = static_cast<int>(i % channels), tap = static_cast<int>(i / channels), k = tap / 3, l = tap % 3;
    float sum = all[c];
    for (int image = 0; image < images; ++image) {
      const float* const of = of_borders + static_cast<Index>(image) * borders * channels + c;
      if (k != 1) sum -= of[k / 2 * channels];
      if (l != 1) sum -= of[(2 + l / 2) * channels];
      if (k != 1 && l != 1) sum += of[(4 + k / 2 * 2 + l / 2) * channels];
    }
    inside[tap * padded + c] = sum;
  }
};

template <class T>
void inside_sums(Context& context, const Maps<const T>& dz, const float* all, float* of_borders, int padded,
                 float* inside) {
  launch(context, "border sums",
         {dim3(blocks(dz.channels(), 32), static_cast<unsigned>(dz.n), 4), 256, 256 * static_cast<int>(sizeof(float))},
         border_sums_kernel<T>, dz, of_borders);
  for_elements(context, "inside sums", Index{9} * dz.channels(),
               InsideSums{all, of_borders, dz.n, dz.channels(), padded, inside});
}

}  // namespace unet::cuda::tensor
