// ldmatrix: a warp loads matrices of 8 x 8 elements of 16 bits from shared memory.
#pragma once
#include <cstdint>
#include <cstring>

#include "block.hpp"

namespace simt {
namespace detail {

struct LdmatrixArguments {
  std::uint32_t* registers;
  const char* row;  ///< of 16 bytes; lane i gives row i % 8 of matrix i / 8
};

inline void ldmatrix(LdmatrixArguments** lanes, int count, bool transposed) {
  Block& b = block();
  const int first_rank = b.current().rank / 32 * 32;
  for (int m = 0; m < count; ++m) {
    unsigned banks = 0;  // eight groups of four banks: a phase without conflict takes each once
    std::uint16_t matrix[8][8];
    for (int r = 0; r < 8; ++r) {
      const char* const row = lanes[8 * m + r]->row;
      b.shared.touch(first_rank + 8 * m + r, b.warp().syncs, row, 16, 16, Access::read, "ldmatrix");
      std::memcpy(matrix[r], row, 16);
      banks |= 1u << (row - b.shared.data()) / 16 % 8;
    }
    if (banks != 0xff) ++counters.bank_conflicts;
    for (int lane = 0; lane < 32; ++lane) {
      const int i = lane / 4, j = lane % 4 * 2;
      const std::uint32_t low = transposed ? matrix[j][i] : matrix[i][j];
      const std::uint32_t high = transposed ? matrix[j + 1][i] : matrix[i][j + 1];
      lanes[lane]->registers[m] = low | high << 16;
    }
  }
  ++counters.ldmatrix;
}

}  // namespace detail

/// Count matrices into as many registers. Rows of lanes beyond 8 * Count are ignored.
template <int Count, bool Transposed>
void ldmatrix(std::uint32_t* registers, const void* row, Where where = Where::current()) {
  static_assert(Count == 1 || Count == 2 || Count == 4);
  detail::LdmatrixArguments mine{registers, static_cast<const char*>(row)};
  detail::block().collective(Transposed ? "ldmatrix.trans" : "ldmatrix", ~0u, mine, where,
                             [](detail::LdmatrixArguments** lanes) { detail::ldmatrix(lanes, Count, Transposed); });
}

}  // namespace simt
