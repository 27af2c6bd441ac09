// Backward-weights in Winograd's domain: dw = G^T (sum over squares of (B^T d B) (A dy A^T)) G, d being the input's and dy the
// gradient's square. Everything but the two ends is a matrix product for each frequency.
#pragma once
#include "unet/backends/cpu/conv/winograd/ahead.hpp"
#include "unet/backends/cpu/conv/winograd/transforms.hpp"

namespace unet::cpu::winograd {

/// m = A y: six values of four gradients along one axis.
template <class V>
UNET_INLINE void transform_gradient(const V& y0, const V& y1, const V& y2, const V& y3, V& m0, V& m1, V& m2, V& m3,
                                    V& m4, V& m5) {
  const V p = y0 + y2, q = y1 + y3, r = y0 + 4 * y2, s = y1 + 4 * y3;
  m0 = y0;
  m1 = p + q;
  m2 = p - q;
  m3 = r + 2 * s;
  m4 = r - 2 * s;
  m5 = y3;
}

/// g = G^T u: three weights of six values along one axis.
template <class V>
UNET_INLINE void transform_back(const V& u0, const V& u1, const V& u2, const V& u3, const V& u4, const V& u5, V& g0,
                                V& g1, V& g2) {
  const V p = u1 + u2, q = u2 - u1, r = u3 + u4, s = u3 - u4;
  g0 = u0 * 0.25f - p * (1.0f / 6) + r * (1.0f / 24);
  g1 = q * (1.0f / 6) + s * (1.0f / 12);
  g2 = (r - p) * (1.0f / 6) + u5;
}

/// Squares side by side in a packed stripe of four rows, [4][row / channels][channels] -> transformed squares. Channels are a
/// multiple of the register's width; square t begins at column 4 t.
struct TransformGradient {
  template <class I>
  UNET_INLINE static void run(const float* packed, Index row, Index channels, Index tiles, float* to,
                              const Layout& layout) {
    for (Index c = 0; c < channels; c += I::width) {
      float* const block = to + c / I::width * layout.block;
      if (layout.far && c + I::width < channels) prefetch_next<I>(block, layout, tiles);
      for (Index t = 0; t < tiles; ++t)
        square<I>(packed + 4 * t * channels + c, row, channels, block + t * I::width, layout.plane);
    }
  }

 private:
  template <class I>
  UNET_INLINE static void square(const float* p, Index row, Index pixel, float* to, Index plane) {
    Lanes<I> e[6][4];
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) {
      Lanes<I> y[4];
#pragma GCC unroll 4
      for (int i = 0; i < 4; ++i) load(y[i], p + i * row + j * pixel);
      transform_gradient(y[0], y[1], y[2], y[3], e[0][j], e[1][j], e[2][j], e[3][j], e[4][j], e[5][j]);
    }
#pragma GCC unroll 6
    for (int i = 0; i < 6; ++i) {
      Lanes<I> m[6];
      transform_gradient(e[i][0], e[i][1], e[i][2], e[i][3], m[0], m[1], m[2], m[3], m[4], m[5]);
#pragma GCC unroll 6
      for (int j = 0; j < 6; ++j) store(to + (6 * i + j) * plane, m[j]);
    }
  }
};

/// Adds the products of some squares, for `count` frequencies from `first` on:
///   sum[f][c][o] += over tiles t of x[t][c] * dy[t][o],
/// sum being [frequency][block of rows(I) inputs][block of two registers][input][output].
struct AddProducts {
  const float* x;
  Layout x_layout;
  Index channels;  ///< of x, a multiple of the register's width
  const float* dy;
  Layout dy_layout;
  Index blocks;  ///< of two registers of dy
  float* sum;
  Index tiles, first, count;
  Ahead ahead = {};

  /// Inputs that a block of sums has; they lie in one register.
  template <class I>
  static constexpr int rows = I::width > 4 ? I::width / 2 : 4;

  template <class I>
  UNET_INLINE static void run(const AddProducts& p) {
    constexpr Index size = rows<I> * 2 * I::width;
    for (Index f = p.first; f < p.first + p.count; ++f) {
      p.ahead.fetch(f - p.first, p.count);
      float* sum = p.sum + f * p.channels * p.blocks * 2 * I::width;
      for (Index c = 0; c < p.channels; c += rows<I>)
        for (Index block = 0; block < p.blocks; ++block, sum += size)
          block_of<I>(p.x + f * p.x_layout.plane + c / I::width * p.x_layout.block + c % I::width,
                      p.dy + f * p.dy_layout.plane + 2 * block * p.dy_layout.block, p.dy_layout.block, p.tiles, sum);
    }
  }

 private:
  template <class I>
  UNET_INLINE static void block_of(const float* x, const float* dy, Index second, Index tiles, float* target) {
    // These squares' own sum, added to the others' at the end: small sums of small sums lose less than one long sum.
    Lanes<I> sum[rows<I>][2];
#pragma GCC unroll 8
    for (int r = 0; r < rows<I>; ++r) sum[r][0] = sum[r][1] = Lanes<I>{};
    for (Index t = 0; t < tiles; ++t, x += I::width, dy += I::width) {
      Lanes<I> a, b;
      load(a, dy);
      load(b, dy + second);
#pragma GCC unroll 8
      for (int r = 0; r < rows<I>; ++r) {
        sum[r][0] += x[r] * a;
        sum[r][1] += x[r] * b;
      }
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows<I>; ++r)
#pragma GCC unroll 2
      for (int v = 0; v < 2; ++v, target += I::width) {
        Lanes<I> before;
        load(before, target);
        before += sum[r][v];
        store(target, before);
      }
  }
};

/// AddProducts::rows of the instruction set in use.
inline Index rows_of_products() { return current_width() > 4 ? current_width() / 2 : 4; }

/// What several units of work came to, `unit` floats from one to the next. What each addition rounds off is added up beside it.
/// Source: Knuth, The Art of Computer Programming 2, 4.2.2, theorem B.
template <class I>
UNET_INLINE void add_units(const float* p, Index unit, Index units, Lanes<I>& sum) {
  // Of more streams than a processor notices by itself.
  constexpr Index later = 2 * I::width;
  __builtin_prefetch(p + later);
  load(sum, p);
  Lanes<I> lost{};
  for (Index i = 1; i < units; ++i) {
    Lanes<I> x;
    __builtin_prefetch(p + i * unit + later);
    load(x, p + i * unit);
    const Lanes<I> before = sum;
    sum += x;
    const Lanes<I> added = sum - before;
    lost += (before - (sum - added)) + (x - added);
  }
  sum += lost;
}

/// Sums of several units of work, added in their order -> dw[tap][in][out], for inputs first .. first + rows(I) - 1.
struct TransformBack {
  template <class I>
  UNET_INLINE static void run(const float* sums, Index unit, Index units, Index channels, Index blocks, Index first,
                              Index in, Index out, float* dw) {
    constexpr int rows = AddProducts::rows<I>;
    constexpr Index nb = 2 * I::width;
    const Index plane = channels * blocks * nb;
    for (Index block = 0; block < blocks; ++block)
      for (Index r = 0; r < std::min<Index>(rows, in - first); ++r)
        for (Index half = 0; half < nb && block * nb + half < out; half += I::width) {
          const float* const m = sums + (first / rows * blocks + block) * rows * nb + r * nb + half;
          float* const to = dw + (first + r) * out + block * nb + half;
          Lanes<I> t[3][6];
          for (int j = 0; j < 6; ++j) {
            Lanes<I> u[6];
            for (int i = 0; i < 6; ++i) add_units<I>(m + (6 * i + j) * plane, unit, units, u[i]);
            transform_back(u[0], u[1], u[2], u[3], u[4], u[5], t[0][j], t[1][j], t[2][j]);
          }
          for (int i = 0; i < 3; ++i) {
            Lanes<I> g[3];
            transform_back(t[i][0], t[i][1], t[i][2], t[i][3], t[i][4], t[i][5], g[0], g[1], g[2]);
            for (int j = 0; j < 3; ++j) store(to + (3 * i + j) * in * out, g[j], out - block * nb - half);
          }
        }
  }
};

}  // namespace unet::cpu::winograd
