// Transformed weights: G g G^T of each 3x3 kernel.
#pragma once
#include "unet/backends/cpu/conv/weights.hpp"
#include "unet/backends/cpu/conv/winograd/fixed_point.hpp"
#include "unet/backends/cpu/conv/winograd/transforms.hpp"
#include "unet/backends/cpu/threads/tasks.hpp"

namespace unet::cpu::winograd {

/// The next multiple of a register's width.
inline Index padded(Index channels) { return (channels + current_width() - 1) / current_width() * current_width(); }
/// Blocks of two registers that hold the output channels.
inline Index block_count(Index channels) { return (channels + 2 * current_width() - 1) / (2 * current_width()); }
/// Input channels with room for whole pairs of registers where products are in fixed point.
template <class T>
Index padded_input(Index channels) {
  return in_fixed_point<T>() ? paired(channels) : padded(channels);
}
/// Floats of transformed weights for maps of T.
template <class T>
Index packed_floats(Index in, Index out) {
  const Index k = padded_input<T>(in);
  return frequencies * block_count(out) * (in_fixed_point<T>() ? fixed_point_floats(k) : k * 2 * current_width());
}

/// One block of output channels, from `first` on: packed[frequency][block][k][2 registers], zeros beyond both channels.
struct TransformWeights {
  template <class I>
  UNET_INLINE static void run(const WeightView& w, Index first, Index padded_k, Index blocks, float* packed) {
    constexpr Index nb = 2 * I::width;
    const Index count = std::min(nb, w.o - first), plane = blocks * padded_k * nb;
    for (Index k = 0; k < padded_k; ++k, packed += nb) {
      float g[9][nb] = {};
      if (k < w.k)
        for (Index tap = 0; tap < 9; ++tap) {
          const float* const from =
              w.data + (w.reversed_taps ? 8 - tap : tap) * w.k * w.o + k * w.k_stride + first * w.o_stride;
          for (Index o = 0; o < count; ++o) g[tap][o] = from[o * w.o_stride];
        }
      for (Index half = 0; half < nb; half += I::width) {
        Lanes<I> t[3][6], u[6];
        for (int j = 0; j < 3; ++j) {  // columns of g, then rows
          Lanes<I> v[3];
          for (int i = 0; i < 3; ++i) load(v[i], g[3 * i + j] + half);
          transform_weights(v[0], v[1], v[2], t[j]);
        }
        for (int i = 0; i < 6; ++i) {
          transform_weights(t[0][i], t[1][i], t[2][i], u);
          for (int j = 0; j < 6; ++j) store(packed + (6 * i + j) * plane + half, u[j]);
        }
      }
    }
  }
};

template <class T>
void pack_transformed(const WeightView& w, float* packed) {
  const Index blocks = block_count(w.o), nb = 2 * current_width(), k = padded_input<T>(w.k);
  if constexpr (may_be_fixed_point<T>)
    if (in_fixed_point<T>()) {
      parallel_tasks(blocks, [&](Index block) {
        float* const floats = scratch<winograd_products>(frequencies * k * nb);
        dispatch<TransformWeights>(w, block * nb, k, Index{1}, floats);
        for (Index f = 0; f < frequencies; ++f)
          dispatch<FixedPointWeights>(static_cast<const float*>(floats) + f * k * nb, k,
                                      packed + (f * blocks + block) * fixed_point_floats(k));
      });
      return;
    }
  parallel_tasks(blocks,
                 [&](Index block) { dispatch<TransformWeights>(w, block * nb, k, blocks, packed + block * k * nb); });
}

/// The same in memory of this thread that the next call of any convolution takes again.
template <class T>
const float* pack_transformed(const WeightView& w) {
  float* const packed = scratch<shared_weights>(packed_floats<T>(w.k, w.o));
  pack_transformed<T>(w, packed);
  return packed;
}

}  // namespace unet::cpu::winograd
