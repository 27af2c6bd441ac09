// Copies what a tile needs into contiguous memory that stays in cache: parts side by side, normalisation applied, zeros
// outside of the map.
#pragma once
#include <algorithm>

#include "unet/backends/cpu/isa/lanes.hpp"
#include "unet/backends/operands.hpp"
#include "unet/core/finite.hpp"

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
  template <class I, class T>
  UNET_INLINE static void run(const Input<T, float>& input, Index n, Index y, Index x, Index height, Index width,
                              float* packed, Index stride) {
    const Shape s = input.shape();
    // Columns of the tile that lie in the map.
    const Index first = std::clamp<Index>(-x, 0, width), end = std::clamp<Index>(s.w - x, first, width);
    for (Index i = 0; i < height; ++i, packed += width * stride) {
      if (y + i < 0 || y + i >= s.h || first == end) {
        zero<I>(packed, width * stride);
        continue;
      }
      zero<I>(packed, first * stride);
      zero<I>(packed + end * stride, (width - end) * stride);
      float* to = packed + first * stride;
      for (int p = 0; p < input.count; ++p) {
        const View<const T>& map = input.parts[p].x;
        copy<I>(input.parts[p], map.at(n, y + i, x + first), map.strides.w, end - first, to, stride);
        to += map.shape.c;
      }
      if (stride > s.c)
        for (Index j = first; j < end; ++j) zero<I>(packed + j * stride + s.c, stride - s.c);
    }
  }

 private:
  template <class I>
  UNET_INLINE static void zero(float* to, Index count) {
    const Lanes<I> nothing{};
    for (Index c = 0; c < count; c += I::width) store(to + c, nothing, count - c);
  }

  /// Pixels of one row of a source, its normalisation and activation applied. Of few channels all pixels go register by
  /// register, whose scale and shift are then loaded once; of many, memory is read as it lies.
  template <class I, class T>
  UNET_INLINE static void copy(const Source<T, float>& source, const T* from, Index from_stride, Index pixels,
                               float* to, Index stride) {
    const Index channels = source.x.shape.c, together = channels <= 4 * I::width ? pixels : 1;
    const bool relu = source.activate == Activate::relu;
    for (Index j = 0; j < pixels; j += together, from += together * from_stride, to += together * stride) {
      Index c = 0;
      for (; c + 2 * I::width <= channels; c += 2 * I::width)
        registers<I, 2>(source, c, from, from_stride, together, to, stride);
      for (; c + I::width <= channels; c += I::width)
        registers<I, 1>(source, c, from, from_stride, together, to, stride);
      for (; c < channels; ++c)
        for (Index k = 0; k < together; ++k) {
          auto value = static_cast<float>(from[k * from_stride + c]);
          if (source.scale) value = value * source.scale[c] + source.shift[c];
          to[k * stride + c] = relu && value < 0 && !is_nan(value) ? 0 : value;
        }
    }
  }

  /// Count registers of each pixel, from channel c on.
  template <class I, int Count, class T>
  UNET_INLINE static void registers(const Source<T, float>& source, Index c, const T* from, Index from_stride,
                                    Index pixels, float* to, Index stride) {
    const bool normalised = source.scale != nullptr, relu = source.activate == Activate::relu;
    Lanes<I> scale[Count], shift[Count], v[Count];
    if (normalised)
      for (int r = 0; r < Count; ++r) {
        load(scale[r], source.scale + c + r * I::width);
        load(shift[r], source.shift + c + r * I::width);
      }
    for (Index j = 0; j < pixels; ++j)
#pragma GCC unroll 2
      for (int r = 0; r < Count; ++r) {
        load(v[r], from + j * from_stride + c + r * I::width);
        if (normalised) v[r] = v[r] * scale[r] + shift[r];
        if (relu) keep_positive(v[r]);
        store(to + j * stride + c + r * I::width, v[r]);
      }
  }
};

}  // namespace unet::cpu
