// The kernels of fixed_point.hpp for processors with AVX2, whose instruction multiplies 16 bits and adds the two products of each
// lane; another one adds that to the sum. Of four instructions in a cycle half are products, as many as of floats but of twice the values.
#pragma once
#if defined(__x86_64__)
#include <immintrin.h>

#include "unet/backends/cpu/conv/winograd/fixed_point.hpp"
#include "unet/backends/cpu/conv/winograd/gradient.hpp"

#define UNET_AVX2 [[gnu::target("avx2,fma")]]

namespace unet::cpu::winograd {

namespace avx2 {

inline constexpr Index width = Avx2::width;

/// Values of `low` and of `high`, each as 16 bits: low + 65536 * high.
UNET_AVX2 inline __m256i pairs(__m256 low, __m256 high) {
  return _mm256_blend_epi16(_mm256_cvtps_epi32(low), _mm256_slli_epi32(_mm256_cvtps_epi32(high), 16), 0xAA);
}

/// Lane t of the result: the sum of all lanes of v[t].
UNET_AVX2 inline __m256 sums_of_lanes(const __m256* v) {
  const __m256 a = _mm256_hadd_ps(_mm256_hadd_ps(v[0], v[1]), _mm256_hadd_ps(v[2], v[3])),
               b = _mm256_hadd_ps(_mm256_hadd_ps(v[4], v[5]), _mm256_hadd_ps(v[6], v[7]));
  return _mm256_add_ps(_mm256_permute2f128_ps(a, b, 0x20), _mm256_permute2f128_ps(a, b, 0x31));
}

/// sum += the products of both halves of each lane.
UNET_AVX2 [[gnu::always_inline]] inline void add_products(__m256i& sum, __m256i a, __m256i b) {
  sum = _mm256_add_epi32(sum, _mm256_madd_epi16(a, b));
}

UNET_AVX2 inline __m256i load_pairs(const float* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
UNET_AVX2 inline void store_pairs(float* p, __m256i v) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), v); }
/// A pair in all lanes.
UNET_AVX2 inline __m256i broadcast(const float* pair) { return _mm256_castps_si256(_mm256_broadcast_ss(pair)); }

/// 1 / scale for a vector of this sum of squares; not finite where the vector is not.
UNET_AVX2 inline __m256 unit(__m256 sum_of_squares, float length) {
  return _mm256_mul_ps(_mm256_sqrt_ps(sum_of_squares), _mm256_set1_ps(1 / length));
}

/// 8 vectors of channels, [channels / 8][vector][8], `block` floats from one register to the next. Targets may be the vectors
/// themselves, which are then overwritten in the order in which they are read.
UNET_AVX2 inline void round_vectors(const float* from, Index block, Index channels, const RoundedVector* to,
                                    Index to_block, bool far) {
  __m256 squares[width];
#pragma GCC unroll 8
  for (int t = 0; t < width; ++t) squares[t] = _mm256_setzero_ps();
  for (Index c = 0; c < channels / width; ++c) {
    // Two registers of pairs share a line of the cache.
    if (far && c % 2 == 0)
      for (int t = 0; t < width; t += 2) __builtin_prefetch(to[t].pairs + c / 2 * to_block, 1);
#pragma GCC unroll 8
    for (int t = 0; t < width; ++t) {
      const __m256 v = _mm256_loadu_ps(from + c * block + width * t);
      squares[t] = _mm256_fmadd_ps(v, v, squares[t]);
    }
  }
  alignas(32) float units[width];
  alignas(32) float scales[width];
  const __m256 unit = avx2::unit(sums_of_lanes(squares), input_length);
  _mm256_store_ps(units, unit);
  _mm256_store_ps(scales, _mm256_div_ps(_mm256_set1_ps(1), unit));
  for (Index c = 0; c < channels / (2 * width); ++c, from += 2 * block) {
#pragma GCC unroll 4
    for (int t = 0; t < width; ++t) {
      const __m256 scale = _mm256_broadcast_ss(scales + t);
      store_pairs(to[t].pairs + c * to_block, pairs(_mm256_mul_ps(_mm256_loadu_ps(from + width * t), scale),
                                                    _mm256_mul_ps(_mm256_loadu_ps(from + block + width * t), scale)));
    }
  }
  for (int t = 0; t < width; ++t) *to[t].unit = units[t];
}

/// Squares side by side -> half of the frequencies of squares from `first` on: rows First .. First + 2.
template <int First>
UNET_AVX2 inline void transform_and_round(const float* packed, Index row, Index channels, Index tiles, float* to,
                                          const Layout& layout, Index first) {
  constexpr Index half = frequencies / 2;
  const Index vectors = half * tiles, block = vectors * width;
  float* const transformed = scratch<winograd_half>(channels / width * block);
  for (Index c = 0; c < channels / width; ++c)
    TransformInput::half<Avx2, First>(packed + width * c, row, channels, tiles, transformed + c * block, tiles * width);
  RoundedVector targets[half * most_together];
  for (Index f = 0; f < half; ++f) {
    float* const plane = to + (6 * First + f) * layout.plane;
    for (Index t = 0; t < tiles; ++t)
      targets[f * tiles + t] = {plane + width * (first + t), plane + channels / (2 * width) * layout.block + first + t};
  }
  // The last 8 may have vectors of those before.
  for (Index v = 0; v < vectors; v += width) {
    const Index at = std::min(v, vectors - width);
    round_vectors(transformed + width * at, block, channels, targets + at, layout.block, layout.far);
  }
}

/// Squares of a product: sums, weights, a pair and its products take all 16 registers with six; four are faster.
inline constexpr int most_rows = 4;

/// Rows squares times two registers of outputs.
template <int Rows>
UNET_AVX2 inline void multiply(const FixedPointProduct& p, const float* from, const float* w, const float* units,
                               float* to) {
  __m256i sum[Rows][2];
#pragma GCC unroll 4
  for (int r = 0; r < Rows; ++r) sum[r][0] = sum[r][1] = _mm256_setzero_si256();
  for (Index c = 0; c < p.channels; c += 2 * width, from += p.from_layout.block) {
#pragma GCC unroll 2
    for (int k = 0; k < width; ++k, w += 2 * width) {
      const __m256i a = load_pairs(w), b = load_pairs(w + width);
#pragma GCC unroll 4
      for (int r = 0; r < Rows; ++r) {
        const __m256i x = broadcast(from + width * r + k);
        add_products(sum[r][0], a, x);
        add_products(sum[r][1], b, x);
      }
    }
  }
  // The units lie behind the weights.
  const __m256 a = _mm256_loadu_ps(w), b = _mm256_loadu_ps(w + width);
#pragma GCC unroll 4
  for (int r = 0; r < Rows; ++r) {
    const __m256 unit = _mm256_broadcast_ss(units + r);
    _mm256_storeu_ps(to + width * r, _mm256_mul_ps(_mm256_cvtepi32_ps(sum[r][0]), _mm256_mul_ps(unit, a)));
    _mm256_storeu_ps(to + p.to_layout.block + width * r,
                     _mm256_mul_ps(_mm256_cvtepi32_ps(sum[r][1]), _mm256_mul_ps(unit, b)));
  }
}

/// One register of channels of all squares.
UNET_AVX2 inline void round_channels(float* from, const Layout& layout, Index tiles) {
  __m256 squares[4];
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) squares[i] = _mm256_setzero_ps();
  Index t = 0;
  for (; t + 4 <= tiles; t += 4)
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      const __m256 v = _mm256_loadu_ps(from + width * (t + i));
      squares[i] = _mm256_fmadd_ps(v, v, squares[i]);
    }
  for (; t < tiles; ++t) {
    const __m256 v = _mm256_loadu_ps(from + width * t);
    squares[0] = _mm256_fmadd_ps(v, v, squares[0]);
  }
  const __m256 sum = _mm256_add_ps(_mm256_add_ps(squares[0], squares[1]), _mm256_add_ps(squares[2], squares[3]));
  const __m256 unit = avx2::unit(sum, input_length), scale = _mm256_div_ps(_mm256_set1_ps(1), unit);
  for (t = 0; t < tiles; t += 2) {
    const __m256 low = _mm256_loadu_ps(from + width * t),
                 high = t + 1 < tiles ? _mm256_loadu_ps(from + width * (t + 1)) : _mm256_setzero_ps();
    store_pairs(from + width / 2 * t, pairs(_mm256_mul_ps(low, scale), _mm256_mul_ps(high, scale)));
  }
  _mm256_storeu_ps(from + layout.block - width, unit);
}

UNET_AVX2 inline void add(float* target, __m256i sum, __m256 unit) {
  _mm256_storeu_ps(target, _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum), unit, _mm256_loadu_ps(target)));
}
/// Inputs of a block of sums, as in AddProducts.
inline constexpr int inputs = AddProducts::rows<Avx2>;

/// These inputs times two registers of outputs, summed over squares.
UNET_AVX2 inline void multiply(const AddFixedPointProducts& p, const float* x, const float* units, const float* dy,
                               float* target) {
  __m256i sum[inputs][2];
  const Index second = p.dy_layout.block;
#pragma GCC unroll 4
  for (int r = 0; r < inputs; ++r) sum[r][0] = sum[r][1] = _mm256_setzero_si256();
  const __m256 a_unit = _mm256_loadu_ps(dy + second - width), b_unit = _mm256_loadu_ps(dy + 2 * second - width);
  for (Index t = 0; t < p.tiles; t += 2, x += width, dy += width) {
    const __m256i a = load_pairs(dy), b = load_pairs(dy + second);
#pragma GCC unroll 4
    for (int r = 0; r < inputs; ++r) {
      const __m256i v = broadcast(x + r);
      add_products(sum[r][0], a, v);
      add_products(sum[r][1], b, v);
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < inputs; ++r, target += 2 * width) {
    const __m256 unit = _mm256_broadcast_ss(units + r);
    add(target, sum[r][0], _mm256_mul_ps(unit, a_unit));
    add(target + width, sum[r][1], _mm256_mul_ps(unit, b_unit));
  }
}
}  // namespace avx2

template <>
UNET_AVX2 inline void FixedPointWeights::run<Avx2>(const float* weights, Index k, float* packed) {
  using avx2::width;
  for (Index half = 0; half < 2 * width; half += width) {
    __m256 squares = _mm256_setzero_ps(), largest = squares;
    const __m256 magnitude = _mm256_castsi256_ps(_mm256_set1_epi32(0x7FFF'FFFF));
    for (Index c = 0; c < k; ++c) {
      const __m256 v = _mm256_loadu_ps(weights + 2 * width * c + half);
      squares = _mm256_fmadd_ps(v, v, squares);
      largest = _mm256_max_ps(largest, _mm256_and_ps(v, magnitude));
    }
    // The second operand is what max gives if it is not a number.
    const __m256 unit =
        _mm256_max_ps(_mm256_mul_ps(largest, _mm256_set1_ps(1 / largest_rounded)), avx2::unit(squares, weight_length));
    _mm256_storeu_ps(packed + k * width + half, unit);
    const __m256 scale = _mm256_div_ps(_mm256_set1_ps(1), unit);
    float* to = packed + half;
    for (Index c = 0; c < k; c += 2 * width)
      for (Index i = 0; i < width; ++i, to += 2 * width) {
        const float* const from = weights + 2 * width * (c + i) + half;
        avx2::store_pairs(to, avx2::pairs(_mm256_mul_ps(_mm256_loadu_ps(from), scale),
                                          _mm256_mul_ps(_mm256_loadu_ps(from + 2 * width * width), scale)));
      }
  }
}

template <>
UNET_AVX2 inline void RoundSquares::run<Avx2>(float* squares, Index block, Index channels, Index tiles) {
  using avx2::width;
  for (Index t = 0; t < tiles; t += width) {
    RoundedVector targets[width];
    for (Index i = 0; i < width; ++i)
      targets[i] = {squares + width * (t + i), squares + channels / (2 * width) * block + t + i};
    avx2::round_vectors(squares + width * t, block, channels, targets, block, false);
  }
}

template <>
UNET_AVX2 inline void TransformInputAndRound::run<Avx2>(const float* packed, Index row, Index channels, Index tiles,
                                                        float* to, const Layout& layout, Index first) {
  const Index together = std::clamp<Index>(most_together * 32 / channels, 2, most_together);
  for (Index t = 0; t < tiles; t += together) {
    const Index count = std::min(together, tiles - t);
    const float* const from = packed + t * tile_side * channels;
    avx2::transform_and_round<0>(from, row, channels, count, to, layout, first + t);
    avx2::transform_and_round<3>(from, row, channels, count, to, layout, first + t);
  }
}

template <>
UNET_AVX2 inline void FixedPointProduct::run<Avx2>(const FixedPointProduct& p) {
  using avx2::width;
  for (Index f = p.first; f < p.first + p.count; ++f) {
    p.ahead.fetch(f - p.first, p.count);
    const float* const from = p.from + f * p.from_layout.plane;
    const float* const units = from + p.channels / (2 * width) * p.from_layout.block;
    for (Index block = 0; block < p.blocks; ++block) {
      const float* const weights = p.weights + (f * p.blocks + block) * (p.channels + 2) * width;
      float* const to = p.to + f * p.to_layout.plane + 2 * block * p.to_layout.block;
      Index t = 0;
      for (; t + avx2::most_rows <= p.tiles; t += avx2::most_rows)
        avx2::multiply<avx2::most_rows>(p, from + width * t, weights, units + t, to + width * t);
      // There is room for one square more.
      for (; t < p.tiles; t += 2) avx2::multiply<2>(p, from + width * t, weights, units + t, to + width * t);
    }
  }
}

template <>
UNET_AVX2 inline void RoundChannels::run<Avx2>(float* planes, const Layout& layout, Index channels, Index tiles,
                                               Index count) {
  for (Index f = 0; f < count; ++f)
    for (Index c = 0; c < channels / avx2::width; ++c)
      avx2::round_channels(planes + f * layout.plane + c * layout.block, layout, tiles);
}

template <>
UNET_AVX2 inline void AddFixedPointProducts::run<Avx2>(const AddFixedPointProducts& p) {
  using avx2::inputs, avx2::width;
  for (Index f = p.first; f < p.first + p.count; ++f) {
    p.ahead.fetch(f - p.first, p.count);
    float* sum = p.sum + f * p.channels * p.blocks * 2 * width;
    for (Index c = 0; c < p.channels; c += inputs) {
      const float* const x = p.x + f * p.x_layout.plane + c / width * p.x_layout.block;
      for (Index block = 0; block < p.blocks; ++block, sum += inputs * 2 * width)
        avx2::multiply(p, x + c % width, x + p.x_layout.block - width + c % width,
                       p.dy + f * p.dy_layout.plane + 2 * block * p.dy_layout.block, sum);
    }
  }
}

}  // namespace unet::cpu::winograd

#undef UNET_AVX2
#endif
