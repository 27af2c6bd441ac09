// AMX's registers in plain C++, step by step as the manual describes TDPBF16PS, for machines that have none.
#pragma once
#include "unet/backends/cpu/conv/amx/tiles.hpp"
#include "unet/core/error.hpp"

/// In place of cpu::amx::Tiles.
struct EmulatedTiles {
  static void begin() { in_use() = true; }
  static void end() { in_use() = false; }

  static void multiply(const unet::cpu::amx::Panel& p) {
    using namespace unet::cpu::amx;
    using unet::Index;
    if (!in_use()) throw unet::Error("AMX's registers are used before begin() or after end()");
    float sums[block][block] = {};
    for (Index r = 0; p.add && r < block; ++r)
      for (Index o = 0; o < block; ++o) sums[r][o] = p.sums[r * p.sums_row + o];
    const unet::bf16* b = p.b;
    for (Index t = 0; t < p.tap_count; ++t)
      for (Index c = 0; c < p.chunks; ++c, b += p.b_step) {
        float columns[block][block];  // [value summed over][column]
        for (Index k = 0; k < block; ++k)
          for (Index o = 0; o < block; ++o)
            columns[k][o] = static_cast<float>(b[o / side * p.b_second + k / 2 * block + o % side * 2 + k % 2]);
        for (Index r = 0; r < block; ++r) {
          const unet::bf16* const a = p.a[r / side] + r % side * p.a_row + p.taps[t] + block * c;
          float even[block] = {}, odd[block] = {};  // sums of the even values, and of the odd ones, of one instruction
          for (Index k = 0; k < block; k += 2)
            for (Index o = 0; o < block; ++o) {
              even[o] += static_cast<float>(a[k]) * columns[k][o];
              odd[o] += static_cast<float>(a[k + 1]) * columns[k + 1][o];
            }
          for (Index o = 0; o < block; ++o) sums[r][o] += even[o] + odd[o];
        }
      }
    for (Index r = 0; r < block; ++r)
      for (Index o = 0; o < block; ++o) p.sums[r * p.sums_row + o] = sums[r][o];
  }

 private:
  static bool& in_use() {
    thread_local bool use = false;
    return use;
  }
};
