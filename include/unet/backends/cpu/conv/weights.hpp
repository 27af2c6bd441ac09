// Weights as the products read them: blocks of output channels, two registers wide.
#pragma once
#include <algorithm>

#include "unet/backends/cpu/isa/lanes.hpp"
#include "unet/backends/cpu/threads/scratch.hpp"
#include "unet/backends/cpu/threads/tasks.hpp"
#include "unet/backends/operands.hpp"

namespace unet::cpu {

/// Output channels of a block: two registers, or one where that holds all of them.
inline Index block_channels(Index channels) {
  const Index width = current_width();
  return channels <= width ? width : 2 * width;
}

inline Index block_count(Index channels) {
  return (channels + block_channels(channels) - 1) / block_channels(channels);
}

/// [taps][rows][columns] or its transpose, seen as matrices of k (summed over) x o (output).
struct WeightView {
  const float* data;
  Index taps, k, o;          ///< sizes
  Index k_stride, o_stride;  ///< in floats; one of them is 1
  bool reversed_taps;        ///< last tap first: the kernel rotated by 180 degrees
};

/// Floats that a packed block takes.
inline Index block_floats(const WeightView& w) { return w.taps * w.k * block_channels(w.o); }

/// Floats of packed weights.
inline Index packed_floats(const WeightView& w) { return block_count(w.o) * block_floats(w); }

/// Packs to [block][tap][k][block_channels], zeros beyond the last channel.
inline void pack_weights(const WeightView& w, float* packed) {
  const Index nb = block_channels(w.o), rows = w.taps * w.k;
  parallel_tasks(block_count(w.o), [&](Index block) {
    float* to = packed + block * rows * nb;
    const Index first = block * nb, count = std::min(nb, w.o - first);
    for (Index tap = 0; tap < w.taps; ++tap) {
      const float* const matrix = w.data + (w.reversed_taps ? w.taps - 1 - tap : tap) * w.k * w.o;
      for (Index k = 0; k < w.k; ++k, to += nb) {
        const float* from = matrix + k * w.k_stride + first * w.o_stride;
        for (Index o = 0; o < count; ++o) to[o] = from[o * w.o_stride];
        for (Index o = count; o < nb; ++o) to[o] = 0;
      }
    }
  });
}

/// The same in memory of this thread that the next call of any convolution takes again.
inline const float* pack_weights(const WeightView& w) {
  float* const packed = scratch<shared_weights>(packed_floats(w));
  pack_weights(w, packed);
  return packed;
}

/// Weights of a forward convolution.
inline WeightView forward_view(WeightShape shape, const float* values) {
  return {values, shape.taps(), shape.in, shape.out, shape.out, 1, false};
}

}  // namespace unet::cpu
