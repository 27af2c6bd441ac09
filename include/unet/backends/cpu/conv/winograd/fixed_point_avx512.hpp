// The kernels of fixed_point.hpp for processors with AVX-512 VNNI.
#pragma once
#if defined(__x86_64__)
#include <immintrin.h>

#include "unet/backends/cpu/conv/winograd/fixed_point.hpp"

#define UNET_VNNI [[gnu::target("avx512vnni,avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]]

namespace unet::cpu::winograd {

namespace avx512 {

/// Lanes that a result takes. (GCC 12 warns of its own intrinsics without a mask: they leave something uninitialised.)
inline constexpr __mmask16 all = 0xFFFF;

/// Values of `low` and of `high`, each as 16 bits: low + 65536 * high.
UNET_VNNI inline __m512i pairs(__m512 low, __m512 high) {
  return _mm512_mask_blend_epi16(0xAAAA'AAAA, _mm512_maskz_cvtps_epi32(all, low),
                                 _mm512_maskz_slli_epi32(all, _mm512_maskz_cvtps_epi32(all, high), 16));
}

/// Lane t of the result: the sum of all lanes of v[t].
UNET_VNNI inline __m512 sums_of_lanes(const __m512* v) {
  __m512 a[8], b[4], c[2];
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i)
    a[i] = _mm512_add_ps(_mm512_maskz_shuffle_f32x4(all, v[i], v[i + 8], 0x44),
                         _mm512_maskz_shuffle_f32x4(all, v[i], v[i + 8], 0xEE));
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i)
    b[i] = _mm512_add_ps(_mm512_maskz_shuffle_f32x4(all, a[i], a[i + 4], 0x88),
                         _mm512_maskz_shuffle_f32x4(all, a[i], a[i + 4], 0xDD));
#pragma GCC unroll 2
  for (int i = 0; i < 2; ++i)
    c[i] = _mm512_add_ps(_mm512_maskz_unpacklo_ps(all, b[i], b[i + 2]), _mm512_maskz_unpackhi_ps(all, b[i], b[i + 2]));
  const __m512 d = _mm512_add_ps(_mm512_maskz_unpacklo_ps(all, c[0], c[1]), _mm512_maskz_unpackhi_ps(all, c[0], c[1]));
  const __m512i order = _mm512_setr_epi32(0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15);
  return _mm512_maskz_permutexvar_ps(all, order, d);
}

/// sum += the products of both halves of each lane. (GCC 12 copies the sums to and fro with the intrinsic.)
UNET_VNNI [[gnu::always_inline]] inline void add_products(__m512i& sum, __m512i a, __m512i b) {
  asm("vpdpwssd %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
}

/// A pair in all lanes.
UNET_VNNI inline __m512i broadcast(const float* pair) { return _mm512_castps_si512(_mm512_set1_ps(*pair)); }

/// 1 / scale for a vector of this sum of squares; not finite where the vector is not.
UNET_VNNI inline __m512 unit(__m512 sum_of_squares, float length) {
  return _mm512_mul_ps(_mm512_maskz_sqrt_ps(all, sum_of_squares), _mm512_set1_ps(1 / length));
}

/// 16 vectors of channels, [channels / 16][vector][16], `block` floats from one register to the next. Targets may be the vectors
/// themselves, which are then overwritten in the order in which they are read.
UNET_VNNI inline void round_vectors(const float* from, Index block, Index channels, const RoundedVector* to,
                                    Index to_block, bool far) {
  __m512 squares[16];
#pragma GCC unroll 16
  for (int t = 0; t < 16; ++t) squares[t] = _mm512_setzero_ps();
  for (Index c = 0; c < channels / 16; ++c) {
    if (far && c % 2 == 0)
      for (int t = 0; t < 16; ++t) __builtin_prefetch(to[t].pairs + c / 2 * to_block, 1);
#pragma GCC unroll 16
    for (int t = 0; t < 16; ++t) {
      const __m512 v = _mm512_loadu_ps(from + c * block + 16 * t);
      squares[t] = _mm512_fmadd_ps(v, v, squares[t]);
    }
  }
  alignas(64) float units[16];
  alignas(64) float scales[16];
  const __m512 unit = avx512::unit(sums_of_lanes(squares), input_length);
  _mm512_store_ps(units, unit);
  _mm512_store_ps(scales, _mm512_div_ps(_mm512_set1_ps(1), unit));
  for (Index c = 0; c < channels / 32; ++c, from += 2 * block) {
#pragma GCC unroll 4
    for (int t = 0; t < 16; ++t) {
      const __m512 scale = _mm512_set1_ps(scales[t]);
      _mm512_storeu_si512(to[t].pairs + c * to_block,
                          avx512::pairs(_mm512_mul_ps(_mm512_loadu_ps(from + 16 * t), scale),
                                        _mm512_mul_ps(_mm512_loadu_ps(from + block + 16 * t), scale)));
    }
  }
  for (int t = 0; t < 16; ++t) *to[t].unit = units[t];
}

/// Squares side by side -> half of the frequencies of squares from `first` on: rows First .. First + 2.
template <int First>
UNET_VNNI inline void transform_and_round(const float* packed, Index row, Index channels, Index tiles, float* to,
                                          const Layout& layout, Index first) {
  constexpr Index half = frequencies / 2;
  const Index vectors = half * tiles, block = vectors * 16;
  float* const transformed = scratch<winograd_half>(channels / 16 * block);
  for (Index c = 0; c < channels / 16; ++c)
    TransformInput::half<Avx512, First>(packed + 16 * c, row, channels, tiles, transformed + c * block, tiles * 16);
  RoundedVector targets[half * most_together];
  for (Index f = 0; f < half; ++f) {
    float* const plane = to + (6 * First + f) * layout.plane;
    for (Index t = 0; t < tiles; ++t)
      targets[f * tiles + t] = {plane + 16 * (first + t), plane + channels / 32 * layout.block + first + t};
  }
  // The last 16 may have vectors of those before.
  for (Index v = 0; v < vectors; v += 16) {
    const Index at = std::min(v, vectors - 16);
    round_vectors(transformed + 16 * at, block, channels, targets + at, layout.block, layout.far);
  }
}

/// Rows squares times two registers of outputs.
template <int Rows>
UNET_VNNI inline void multiply(const FixedPointProduct& p, const float* from, const float* w, const float* units,
                               float* to) {
  __m512i sum[Rows][2];
#pragma GCC unroll 12
  for (int r = 0; r < Rows; ++r) sum[r][0] = sum[r][1] = _mm512_setzero_si512();
  for (Index c = 0; c < p.channels; c += 32, from += p.from_layout.block) {
#pragma GCC unroll 2
    for (int k = 0; k < 16; ++k, w += 32) {
      const __m512i a = _mm512_loadu_si512(w), b = _mm512_loadu_si512(w + 16);
#pragma GCC unroll 12
      for (int r = 0; r < Rows; ++r) {
        const __m512i x = broadcast(from + 16 * r + k);
        add_products(sum[r][0], a, x);
        add_products(sum[r][1], b, x);
      }
    }
  }
  // The units lie behind the weights.
  const __m512 a = _mm512_loadu_ps(w), b = _mm512_loadu_ps(w + 16);
#pragma GCC unroll 12
  for (int r = 0; r < Rows; ++r) {
    const __m512 unit = _mm512_set1_ps(units[r]);
    _mm512_storeu_ps(to + 16 * r, _mm512_mul_ps(_mm512_maskz_cvtepi32_ps(all, sum[r][0]), _mm512_mul_ps(unit, a)));
    _mm512_storeu_ps(to + p.to_layout.block + 16 * r,
                     _mm512_mul_ps(_mm512_maskz_cvtepi32_ps(all, sum[r][1]), _mm512_mul_ps(unit, b)));
  }
}

/// 2 * pairs squares, at most Rows.
template <int Rows>
UNET_VNNI inline void rows(const FixedPointProduct& p, Index pairs, const float* from, const float* weights,
                           const float* units, float* to) {
  if constexpr (Rows > 2)
    if (2 * pairs < Rows) return rows<Rows - 2>(p, pairs, from, weights, units, to);
  multiply<Rows>(p, from, weights, units, to);
}

/// One register of channels of all squares.
UNET_VNNI inline void round_channels(float* from, const Layout& layout, Index tiles) {
  __m512 squares[4];
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) squares[i] = _mm512_setzero_ps();
  Index t = 0;
  for (; t + 4 <= tiles; t += 4)
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      const __m512 v = _mm512_loadu_ps(from + 16 * (t + i));
      squares[i] = _mm512_fmadd_ps(v, v, squares[i]);
    }
  for (; t < tiles; ++t) {
    const __m512 v = _mm512_loadu_ps(from + 16 * t);
    squares[0] = _mm512_fmadd_ps(v, v, squares[0]);
  }
  const __m512 sum = _mm512_add_ps(_mm512_add_ps(squares[0], squares[1]), _mm512_add_ps(squares[2], squares[3]));
  const __m512 unit = avx512::unit(sum, input_length), scale = _mm512_div_ps(_mm512_set1_ps(1), unit);
  for (t = 0; t < tiles; t += 2) {
    const __m512 low = _mm512_loadu_ps(from + 16 * t),
                 high = t + 1 < tiles ? _mm512_loadu_ps(from + 16 * t + 16) : _mm512_setzero_ps();
    _mm512_storeu_si512(from + 8 * t, avx512::pairs(_mm512_mul_ps(low, scale), _mm512_mul_ps(high, scale)));
  }
  _mm512_storeu_ps(from + layout.block - 16, unit);
}

UNET_VNNI inline void add(float* target, __m512i sum, __m512 unit) {
  _mm512_storeu_ps(target, _mm512_fmadd_ps(_mm512_maskz_cvtepi32_ps(all, sum), unit, _mm512_loadu_ps(target)));
}
/// 8 inputs times two registers of outputs, summed over squares.
UNET_VNNI inline void multiply(const AddFixedPointProducts& p, const float* x, const float* units, const float* dy,
                               float* target) {
  __m512i sum[8][2];
  const Index second = p.dy_layout.block;
#pragma GCC unroll 8
  for (int r = 0; r < 8; ++r) sum[r][0] = sum[r][1] = _mm512_setzero_si512();
  const __m512 a_unit = _mm512_loadu_ps(dy + second - 16), b_unit = _mm512_loadu_ps(dy + 2 * second - 16);
  for (Index t = 0; t < p.tiles; t += 2, x += 16, dy += 16) {
    const __m512i a = _mm512_loadu_si512(dy), b = _mm512_loadu_si512(dy + second);
#pragma GCC unroll 8
    for (int r = 0; r < 8; ++r) {
      const __m512i v = broadcast(x + r);
      add_products(sum[r][0], a, v);
      add_products(sum[r][1], b, v);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < 8; ++r, target += 32) {
    const __m512 unit = _mm512_set1_ps(units[r]);
    add(target, sum[r][0], _mm512_mul_ps(unit, a_unit));
    add(target + 16, sum[r][1], _mm512_mul_ps(unit, b_unit));
  }
}
}  // namespace avx512

template <>
UNET_VNNI inline void FixedPointWeights::run<Avx512Vnni>(const float* weights, Index k, float* packed) {
  for (Index half = 0; half < 32; half += 16) {
    __m512 squares = _mm512_setzero_ps(), largest = squares;
    for (Index c = 0; c < k; ++c) {
      const __m512 v = _mm512_loadu_ps(weights + 32 * c + half);
      squares = _mm512_fmadd_ps(v, v, squares);
      largest = _mm512_maskz_max_ps(avx512::all, largest, _mm512_abs_ps(v));
    }
    // The second operand is what max gives if it is not a number.
    const __m512 unit = _mm512_maskz_max_ps(avx512::all, _mm512_mul_ps(largest, _mm512_set1_ps(1 / largest_rounded)),
                                            avx512::unit(squares, weight_length));
    _mm512_storeu_ps(packed + k / 2 * 32 + half, unit);
    const __m512 scale = _mm512_div_ps(_mm512_set1_ps(1), unit);
    float* to = packed + half;
    for (Index c = 0; c < k; c += 32)
      for (Index i = 0; i < 16; ++i, to += 32) {
        const float* const from = weights + 32 * (c + i) + half;
        _mm512_storeu_si512(to, avx512::pairs(_mm512_mul_ps(_mm512_loadu_ps(from), scale),
                                              _mm512_mul_ps(_mm512_loadu_ps(from + 16 * 32), scale)));
      }
  }
}

template <>
UNET_VNNI inline void RoundSquares::run<Avx512Vnni>(float* squares, Index block, Index channels, Index tiles) {
  for (Index t = 0; t < tiles; t += 16) {
    RoundedVector targets[16];
    for (Index i = 0; i < 16; ++i) targets[i] = {squares + 16 * (t + i), squares + channels / 32 * block + t + i};
    avx512::round_vectors(squares + 16 * t, block, channels, targets, block, false);
  }
}

template <>
UNET_VNNI inline void TransformInputAndRound::run<Avx512Vnni>(const float* packed, Index row, Index channels,
                                                              Index tiles, float* to, const Layout& layout,
                                                              Index first) {
  const Index together = std::clamp<Index>(most_together * 32 / channels, 2, most_together);
  for (Index t = 0; t < tiles; t += together) {
    const Index count = std::min(together, tiles - t);
    const float* const from = packed + t * tile_side * channels;
    avx512::transform_and_round<0>(from, row, channels, count, to, layout, first + t);
    avx512::transform_and_round<3>(from, row, channels, count, to, layout, first + t);
  }
}

template <>
UNET_VNNI inline void FixedPointProduct::run<Avx512Vnni>(const FixedPointProduct& p) {
  const Index pairs = (p.tiles + 1) / 2, runs = (pairs + 5) / 6;
  for (Index f = p.first; f < p.first + p.count; ++f) {
    p.ahead.fetch(f - p.first, p.count);
    const float* const from = p.from + f * p.from_layout.plane;
    const float* const units = from + p.channels / 32 * p.from_layout.block;
    for (Index block = 0; block < p.blocks; ++block) {
      const float* const weights = p.weights + (f * p.blocks + block) * fixed_point_floats(p.channels);
      float* const to = p.to + f * p.to_layout.plane + 2 * block * p.to_layout.block;
      for (Index run = 0, pair = 0; run < runs; ++run) {
        const Index size = (pairs - pair) / (runs - run);
        avx512::rows<12>(p, size, from + 32 * pair, weights, units + 2 * pair, to + 32 * pair);
        pair += size;
      }
    }
  }
}

template <>
UNET_VNNI inline void RoundChannels::run<Avx512Vnni>(float* planes, const Layout& layout, Index channels, Index tiles,
                                                     Index count) {
  for (Index f = 0; f < count; ++f)
    for (Index c = 0; c < channels / 16; ++c)
      avx512::round_channels(planes + f * layout.plane + c * layout.block, layout, tiles);
}

template <>
UNET_VNNI inline void AddFixedPointProducts::run<Avx512Vnni>(const AddFixedPointProducts& p) {
  constexpr Index size = 8 * 32;
  for (Index f = p.first; f < p.first + p.count; ++f) {
    p.ahead.fetch(f - p.first, p.count);
    float* sum = p.sum + f * p.channels * p.blocks * 32;
    for (Index c = 0; c < p.channels; c += 8) {
      const float* const x = p.x + f * p.x_layout.plane + c / 16 * p.x_layout.block;
      for (Index block = 0; block < p.blocks; ++block, sum += size)
        avx512::multiply(p, x + c % 16, x + p.x_layout.block - 16 + c % 16,
                         p.dy + f * p.dy_layout.plane + 2 * block * p.dy_layout.block, sum);
    }
  }
}

}  // namespace unet::cpu::winograd

#undef UNET_VNNI
#endif
