// The transforms of Winograd's minimal filtering F(4x4, 3x3): a 4x4 square of outputs from a 6x6 square of inputs by 36 products
// a channel pair in place of 144. Interpolation points 0, 1, -1, 2, -2 and infinity.
// Source: Lavin & Gray, "Fast algorithms for convolutional neural networks", CVPR 2016.
#pragma once
#include "unet/backends/cpu/conv/past_cache.hpp"
#include "unet/backends/cpu/isa/lanes.hpp"
#include "unet/backends/operands.hpp"

namespace unet::cpu::winograd {

/// Side of a square of outputs, of the square of inputs that it depends on, and values of a transformed square.
inline constexpr Index tile_side = 4, patch_side = 6, frequencies = 36;

/// Distances between transformed squares, in floats: value f of tile t, channel c lies at
/// f * plane + c / width * block + t * width + c % width, width being a register's.
struct Layout {
  Index block, plane;
  bool far =
      false;  ///< more than a core's own cache holds: whoever writes squares asks for the next ones' memory early
};

/// Squares t < tiles of the next block of channels, before this one's are written: stores that miss are hardly overlapped.
template <class I>
UNET_INLINE void prefetch_next(const float* block, const Layout& layout, Index tiles) {
  for (Index f = 0; f < frequencies; ++f)
    for (Index t = 0; t < tiles; ++t) __builtin_prefetch(block + layout.block + f * layout.plane + t * I::width, 1);
}

/// d = B^T d: six values along one axis.
template <class V>
UNET_INLINE void transform_input(V& d0, V& d1, V& d2, V& d3, V& d4, V& d5) {
  const V a = d4 - 4 * d2, b = d3 - 4 * d1, c = d4 - d2, e = d3 - d1;
  d0 = (a - d2) + 4 * d0;
  d5 = (d5 - d3) - 4 * e;
  d1 = a + b;
  d2 = a - b;
  d3 = c + 2 * e;
  d4 = c - 2 * e;
}

/// o = A^T m: four outputs along one axis.
template <class V>
UNET_INLINE void transform_output(const V& m0, const V& m1, const V& m2, const V& m3, const V& m4, const V& m5, V& o0,
                                  V& o1, V& o2, V& o3) {
  const V p = m1 + m2, q = m1 - m2, r = m3 + m4, s = m3 - m4;
  o0 = m0 + p + r;
  o1 = q + 2 * s;
  o2 = p + 4 * r;
  o3 = (q + m5) + 8 * s;
}

/// u = G g: six values of three weights along one axis.
template <class V>
UNET_INLINE void transform_weights(const V& g0, const V& g1, const V& g2, V* u) {
  const V sum = (g0 + g2) * (-1.0f / 6), half = g0 * (1.0f / 24) + g2 * (1.0f / 6);
  u[0] = g0 * 0.25f;
  u[1] = sum - g1 * (1.0f / 6);
  u[2] = sum + g1 * (1.0f / 6);
  u[3] = half + g1 * (1.0f / 12);
  u[4] = half - g1 * (1.0f / 12);
  u[5] = g2;
}

/// Squares side by side in a packed stripe of six rows -> transformed squares. `packed` is [6][row / channels][channels], of which
/// channels is a multiple of the register's width; square t begins at column 4 t.
struct TransformInput {
  template <class I>
  UNET_INLINE static void run(const float* packed, Index row, Index channels, Index tiles, float* to,
                              const Layout& layout) {
    for (Index c = 0; c < channels; c += I::width) {
      float* const block = to + c / I::width * layout.block;
      if (layout.far && c + I::width < channels) prefetch_next<I>(block, layout, tiles);
      // Three of the six rows of B^T d at a time: 18 values fit into the registers.
      half<I, 0>(packed + c, row, channels, tiles, block, layout.plane);
      half<I, 3>(packed + c, row, channels, tiles, block + 18 * layout.plane, layout.plane);
    }
  }

  /// Rows First .. First + 2 of the transformed squares, of one register of channels.
  template <class I, int First>
  UNET_INLINE static void half(const float* p, Index row, Index pixel, Index tiles, float* to, Index plane) {
    Lanes<I> e[3][6];
    column<I, First>(p, row, e[0][0], e[1][0], e[2][0]);
    column<I, First>(p + pixel, row, e[0][1], e[1][1], e[2][1]);
    for (Index t = 0; t < tiles; ++t, p += 4 * pixel, to += I::width) {
#pragma GCC unroll 4
      for (int j = 2; j < 6; ++j) column<I, First>(p + j * pixel, row, e[0][j], e[1][j], e[2][j]);
#pragma GCC unroll 3
      for (int i = 0; i < 3; ++i) {
        Lanes<I> d0 = e[i][0], d1 = e[i][1], d2 = e[i][2], d3 = e[i][3], d4 = e[i][4], d5 = e[i][5];
        e[i][0] = d4;  // the next square begins where this one has two columns left
        e[i][1] = d5;
        transform_input(d0, d1, d2, d3, d4, d5);
        float* const q = to + 6 * i * plane;
        store(q, d0);
        store(q + plane, d1);
        store(q + 2 * plane, d2);
        store(q + 3 * plane, d3);
        store(q + 4 * plane, d4);
        store(q + 5 * plane, d5);
      }
    }
  }

 private:
  /// Rows First .. First + 2 of B^T d, of one column of a square.
  template <class I, int First>
  UNET_INLINE static void column(const float* p, Index row, Lanes<I>& x, Lanes<I>& y, Lanes<I>& z) {
    Lanes<I> d1, d2, d3, d4, d;
    load(d1, p + row);
    load(d2, p + 2 * row);
    load(d3, p + 3 * row);
    load(d4, p + 4 * row);
    if constexpr (First == 0) {
      load(d, p);
      const Lanes<I> a = d4 - 4 * d2, b = d3 - 4 * d1;
      x = (a - d2) + 4 * d;
      y = a + b;
      z = a - b;
    } else {
      load(d, p + 5 * row);
      const Lanes<I> c = d4 - d2, e = d3 - d1;
      x = c + 2 * e;
      y = c - 2 * e;
      z = (d - d3) - 4 * e;
    }
  }
};

/// Mean and sum of squared deviations of each lane, from one pass: about the first value, which lies among the others.
template <class V>
struct RunningMoments {
  V pivot{}, sum{}, squares{};

  UNET_INLINE void add(const V& value, bool first) {
    if (first) pivot = value;
    const V d = value - pivot;
    sum += d;
    squares += d * d;
  }
  UNET_INLINE void finish(float count, V& mean, V& deviation) const {
    const V offset = sum * (1 / count);
    mean = pivot + offset;
    deviation = squares - sum * offset;
  }
};

/// Products -> squares of outputs side by side, the first at pixel (y, x) of image n. Squares that reach beyond the map are cut.
template <class T>
struct TransformOutput {
  using isas = StoringIsas<T>;

  const float* from;
  Layout layout;
  Index tiles;
  Index channels;  ///< of all parts of the output
  const float* bias;
  bool relu;
  InputGradient<T> out;
  bool past_cache;
  Index n, y, x;
  float* moments;  ///< null, or for mean[channels] and sum of squared deviations[channels] of an output in one part

  template <class I>
  UNET_INLINE static void run(const TransformOutput& o) {
    const Shape map = o.out.parts[0].shape;
    const Index height = std::min(tile_side, map.h - o.y);
    Index begin = 0;  // first channel of the part
    for (int p = 0; p < o.out.count; ++p) {
      const View<T>& part = o.out.parts[p];
      // Registers start at multiples of their width, over both parts: the first and the last may be a part's only in part.
      for (Index c = begin / I::width * I::width; c < begin + part.shape.c; c += I::width) {
        RunningMoments<Lanes<I>> moments;
        for (Index t = 0; t < o.tiles; ++t)
          square<I>(o, part, begin, c, t, height, std::min(tile_side, map.w - o.x - 4 * t), moments);
        if (!o.moments) continue;
        Lanes<I> mean, deviation;
        moments.finish(static_cast<float>(height * std::min(o.tiles * tile_side, map.w - o.x)), mean, deviation);
        store(o.moments + c, mean, o.channels - c);
        store(o.moments + o.channels + c, deviation, o.channels - c);
      }
      begin += part.shape.c;
    }
    if (o.past_cache) finish_past_cache();
  }

 private:
  template <class I>
  UNET_INLINE static void square(const TransformOutput& o, const View<T>& part, Index begin, Index c, Index t,
                                 Index height, Index width, RunningMoments<Lanes<I>>& moments) {
    const float* const m = o.from + c / I::width * o.layout.block + t * I::width;
    const Index plane = o.layout.plane;
    Lanes<I> e[4][6];
#pragma GCC unroll 6
    for (int j = 0; j < 6; ++j) {
      Lanes<I> v[6];
#pragma GCC unroll 6
      for (int i = 0; i < 6; ++i) load(v[i], m + (6 * i + j) * plane);
      transform_output(v[0], v[1], v[2], v[3], v[4], v[5], e[0][j], e[1][j], e[2][j], e[3][j]);
    }
    const bool whole = c >= begin && c + I::width <= begin + part.shape.c;
    Lanes<I> bias{};
    if (o.bias) load(bias, o.bias + c, o.channels - c);
    T* row = part.at(o.n, o.y, o.x + 4 * t) + (c - begin);
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i, row += part.strides.h) {
      Lanes<I> r[4];
      transform_output(e[i][0], e[i][1], e[i][2], e[i][3], e[i][4], e[i][5], r[0], r[1], r[2], r[3]);
      if (i >= height) break;
      T* pixel = row;
#pragma GCC unroll 4
      for (int j = 0; j < 4; ++j, pixel += part.strides.w) {
        if (j >= width) break;
        r[j] += bias;
        if (o.relu) keep_positive(r[j]);
        if (o.moments) moments.add(r[j], t == 0 && i == 0 && j == 0);
        if (whole) {
          if (o.out.accumulate) {
            Lanes<I> before;
            load(before, pixel);
            r[j] += before;
          }
          if (o.past_cache)
            store_past_cache(pixel, r[j]);
          else
            store_as<I>(pixel, r[j]);
        } else {
          float values[I::width];
          store(values, r[j]);
          some_channels(values, pixel, std::max<Index>(0, begin - c),
                        std::min<Index>(I::width, begin + part.shape.c - c), o.out.accumulate);
        }
      }
    }
  }

  /// Lanes from .. to - 1. Not inlined sixteen times, which took a compiler seconds.
  [[gnu::noinline]] static void some_channels(const float* values, T* pixel, Index from, Index to, bool accumulate) {
    for (Index l = from; l < to; ++l) pixel[l] = static_cast<T>(accumulate ? pixel[l] + values[l] : values[l]);
  }
};

}  // namespace unet::cpu::winograd
