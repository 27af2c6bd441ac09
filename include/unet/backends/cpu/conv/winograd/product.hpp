// The products of transformed squares and transformed weights: one matrix product for each of the 36 frequencies.
#pragma once
#include <algorithm>

#include "unet/backends/cpu/conv/winograd/ahead.hpp"
#include "unet/backends/cpu/conv/winograd/transforms.hpp"

namespace unet::cpu::winograd {

/// For each of `count` frequencies from `first` on and each tile t < tiles:
///   to[t][o] = sum over c < channels of from[t][c] * weights[c][o], c ascending,
/// whatever block of tiles it is computed in. `from` and `to` have room for one tile more.
struct Product {
  const float* from;
  Layout from_layout;
  const float* weights;  ///< [frequency][block][channels][2 registers]
  Index channels;        ///< a multiple of the register's width
  Index blocks;          ///< of two registers of output channels
  float* to;
  Layout to_layout;
  Index tiles, first, count;
  Ahead ahead = {};

  template <class I>
  UNET_INLINE static void run(const Product& p) {
    constexpr Index nb = 2 * I::width;
    const Index pairs = (p.tiles + 1) / 2, runs = (pairs + I::rows / 2 - 1) / (I::rows / 2);
    for (Index f = p.first; f < p.first + p.count; ++f) {
      p.ahead.fetch(f - p.first, p.count);
      for (Index block = 0; block < p.blocks; ++block) {
        const float* const weights = p.weights + (f * p.blocks + block) * p.channels * nb;
        const float* from = p.from + f * p.from_layout.plane;
        float* to = p.to + f * p.to_layout.plane + 2 * block * p.to_layout.block;
        // Runs of tiles as equal as they can be: short ones do not fill the processor's pipes.
        for (Index run = 0, pair = 0; run < runs; ++run) {
          const Index size = (pairs - pair) / (runs - run);
          rows<I, I::rows>(p, size, from + 2 * pair * I::width, weights, to + 2 * pair * I::width);
          pair += size;
        }
      }
    }
  }

 private:
  /// 2 * pairs tiles, at most Rows.
  template <class I, int Rows>
  UNET_INLINE static void rows(const Product& p, Index pairs, const float* from, const float* weights, float* to) {
    if constexpr (Rows > 2)
      if (2 * pairs < Rows) return rows<I, Rows - 2>(p, pairs, from, weights, to);
    block<I, Rows>(p, from, weights, to);
  }

  template <class I, int Rows>
  UNET_INLINE static void block(const Product& p, const float* from, const float* w, float* to) {
    Lanes<I> sum[Rows][2];
#pragma GCC unroll 12
    for (int r = 0; r < Rows; ++r) sum[r][0] = sum[r][1] = Lanes<I>{};
    for (Index c = 0; c < p.channels; c += I::width, from += p.from_layout.block) {
#pragma GCC unroll 2
      for (int k = 0; k < I::width; ++k, w += 2 * I::width) {
        Lanes<I> a, b;
        load(a, w);
        load(b, w + I::width);
#pragma GCC unroll 12
        for (int r = 0; r < Rows; ++r) {
          const float x = from[r * I::width + k];
          sum[r][0] += x * a;
          sum[r][1] += x * b;
        }
      }
    }
#pragma GCC unroll 12
    for (int r = 0; r < Rows; ++r) {
      store(to + r * I::width, sum[r][0]);
      store(to + p.to_layout.block + r * I::width, sum[r][1]);
    }
  }
};

}  // namespace unet::cpu::winograd
