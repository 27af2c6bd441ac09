// Copies what a tile needs into contiguous memory that stays in cache: parts side by side, normalisation applied, zeros
// outside of the map.
#pragma once
#include "unet/backends/cpu/isa/lanes.hpp"
#include "unet/backends/operands.hpp"

namespace unet::cpu {

/// Every second pixel along both axes, from (k, l) on.
template <class T>
View<T> every_second(View<T> v, Index k, Index l) {
  return {v.at(0, k, l),
          {v.shape.n, v.shape.h / 2, v.shape.w / 2, v.shape.c},
          {v.strides.n, 2 * v.strides.h, 2 * v.strides.w}};
}

/// Rows y .. y + height - 1 and columns x .. x + width - 1 of image n, which may reach beyond the map, to
/// packed[height][width][stride], of which the first channels are written. stride >= channels; the rest is set to 0.
struct PackTile {
  template <class I>
  UNET_INLINE static void run(const Input<float>& input, Index n, Index y, Index x, Index height, Index width,
                              float* packed, Index stride) {
    const Shape s = input.shape();
    for (Index i = 0; i < height; ++i)
      for (Index j = 0; j < width; ++j, packed += stride) {
        const Index row = y + i, column = x + j;
        if (row < 0 || row >= s.h || column < 0 || column >= s.w) {
          zero<I>(packed, stride);
          continue;
        }
        Index first = 0;
        for (int p = 0; p < input.count; ++p) {
          const Source<float>& part = input.parts[p];
          copy<I>(part, part.x.at(n, row, column), packed + first);
          first += part.x.shape.c;
        }
        zero<I>(packed + first, stride - first);
      }
  }

 private:
  template <class I>
  UNET_INLINE static void zero(float* to, Index count) {
    const Lanes<I> nothing{};
    for (Index c = 0; c < count; c += I::width) store(to + c, nothing, count - c);
  }

  /// One pixel of a source, its normalisation and activation applied.
  template <class I>
  UNET_INLINE static void copy(const Source<float>& source, const float* from, float* to) {
    constexpr Index width = I::width;
    const Index channels = source.x.shape.c;
    const float *const scale = source.scale, *const shift = source.shift;
    const bool relu = source.activate == Activate::relu;
    Index c = 0;
    for (; c + width <= channels; c += width) {
      Lanes<I> v;
      load(v, from + c);
      if (scale) {
        Lanes<I> a, b;
        load(a, scale + c);
        load(b, shift + c);
        v = v * a + b;
      }
      if (relu) keep_positive(v);
      store(to + c, v);
    }
    for (; c < channels; ++c) {
      const float value = scale ? from[c] * scale[c] + shift[c] : from[c];
      to[c] = relu && value < 0 ? 0 : value;
    }
  }
};

}  // namespace unet::cpu
