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
        float rows[block][block];
        for (Index r = 0; r < block; ++r)
          for (Index k = 0; k < block; ++k)
            rows[r][k] = static_cast<float>(p.a[r / side][r % side * p.a_row + p.taps[t] + block * c + k]);
        add_products(rows, columns, sums);
      }
    for (Index r = 0; r < block; ++r)
      for (Index o = 0; o < block; ++o) p.sums[r * p.sums_row + o] = sums[r][o];
  }

 private:
  using Square = float[unet::cpu::amx::block][unet::cpu::amx::block];

  /// On arrays of its own, so that sanitizers, which watch what is read for it, need not slow it down.
  __attribute__((no_sanitize("address"), no_sanitize("undefined"))) static void add_products(const Square& rows,
                                                                                             const Square& columns,
                                                                                             Square& sums) {
    constexpr int size = unet::cpu::amx::block;
    for (int r = 0; r < size; ++r) {
      float even[size] = {}, odd[size] = {};  // sums of the even values, and of the odd ones, of one instruction
      for (int k = 0; k < size; k += 2)
        for (int o = 0; o < size; ++o) {
          even[o] += rows[r][k] * columns[k][o];
          odd[o] += rows[r][k + 1] * columns[k + 1][o];
        }
      for (int o = 0; o < size; ++o) sums[r][o] += even[o] + odd[o];
    }
  }

  static bool& in_use() {
    thread_local bool use = false;
    return use;
  }
};
