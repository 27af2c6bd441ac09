// Which kernel computes a convolution, and in what pieces: all that was decided by measuring, see docs/performance.md. It depends on
// channels alone. A rectangle of a map must be computed like the whole map, and results must not depend on the number of threads.
#pragma once
#include "unet/backends/cpu/isa/isa.hpp"
#include "unet/backends/operands.hpp"

namespace unet::cpu {

/// 3x3 by Winograd's transforms; other ones, and all up-convolutions, are direct products. Effective GFLOP/s on two cores of Zen 4:
/// 480 beside 178 for 32 -> 32 channels, 740 beside 207 for 256 -> 256. Less than 16 channels do not fill a register of AVX-512.
inline bool by_winograd(Index in, Index out) { return in >= 16 && out >= 16; }
inline bool by_winograd(WeightShape shape) {
  return shape.operation == Operation::conv3x3 && by_winograd(shape.in, shape.out);
}

/// 3x3 by AMX's registers where they are asked for, which is before Winograd's transforms: so many more products that these are not
/// worth it, by the manual; nobody has measured it. Less channels would leave half of a register empty.
inline bool by_amx([[maybe_unused]] WeightShape shape) {
#if defined(__x86_64__)
  return shape.operation == Operation::conv3x3 && shape.in >= 16 && shape.out >= 16 &&
         current_isa().load(std::memory_order_relaxed) >= Isa::amx;
#else
  return false;
#endif
}

/// 1x1 row by row, as memory allows; with more output channels the product is what takes the time.
inline bool as_head(Index out) { return out <= 4; }

/// Squares of 4 x 4 pixels that go through Winograd's transforms and products together.
struct SquaresTogether {
  Index count;
  /// By all threads, each of which then multiplies frequencies of its own; else each thread has its own squares.
  bool shared;
};

/// Forward and backward-data of a map of so many squares. Weights of more than 18 MB, transformed, are read once for many squares;
/// of more than 2 MB once for all if these are few.
inline SquaresTogether squares_of_convolution(Index in, Index out, Index squares) {
  const bool shared = in * out >= 256 * 512 || (in * out >= 128 * 128 && squares <= 128);
  return shared ? SquaresTogether{128, true} : SquaresTogether{32, false};
}

/// Backward-weights: sums of more than 4 MB, transformed, are kept once and not by each thread.
inline SquaresTogether squares_of_weight_gradient(Index in, Index out) {
  return in * out < 128 * 256 ? SquaresTogether{32, false} : SquaresTogether{128, true};
}

}  // namespace unet::cpu
