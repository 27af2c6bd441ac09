// Advanced Matrix Extensions: registers of 16 rows of 64 bytes, and an instruction that multiplies two of them, full of bf16, and adds
// the products to one of floats.
// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, TDPBF16PS and TILELOADD; volume 1, chapter 18.
#pragma once
#include <cstdint>

#include "unet/core/bf16.hpp"
#include "unet/core/shape.hpp"

namespace unet::cpu::amx {

/// Rows of a register, and what a row has: 16 floats, or 16 pairs of bf16.
inline constexpr Index side = 16;
/// What is multiplied together: two registers of rows and two of columns, of 32 values of bf16 summed over.
inline constexpr Index block = 2 * side;
/// Values of bf16 in a register.
inline constexpr Index tile_values = side * block;

constexpr Index whole_blocks(Index count) { return (count + block - 1) / block * block; }

/// sums[r][o] (+)= over taps t and k < 32 chunks: a[r / 16][(r % 16) a_row + taps[t] + k] * b(t, k, o), r and o < 32.
/// Step s = t chunks + k / 32 has its b in two registers of columns, at b + s b_step and b_second values further:
/// pair k % 32 / 2 of column o % 16 at 32 (k % 32 / 2) + 2 (o % 16).
struct Panel {
  const bf16* a[2];
  Index a_row;
  const Index* taps;
  Index tap_count, chunks;
  const bf16* b;
  Index b_step, b_second;
  float* sums;
  Index sums_row;
  bool add;  ///< to the sums that are there
};

#if defined(__x86_64__)
#define UNET_AMX [[gnu::target("amx-tile,amx-bf16"), gnu::noinline]]

/// The processor's registers, of one thread: sums in 0 to 3, a in 4 and 5, b in 6 and 7.
struct Tiles {
  /// From begin() to end() the thread's registers have their shape, and are saved whenever another one gets its processor.
  UNET_AMX static void begin() {
    struct alignas(64) {
      std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
      std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
      std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
    } const shapes;
    static_assert(sizeof(shapes) == 64);
    asm volatile("ldtilecfg %0" : : "m"(shapes));
  }
  UNET_AMX static void end() { asm volatile("tilerelease"); }

  UNET_AMX static void multiply(const Panel& p) {
    constexpr Index b_row = 64;
    const Index a_row = p.a_row * Index{sizeof(bf16)}, sums_row = p.sums_row * Index{sizeof(float)};
    float* const lower = p.sums + side * p.sums_row;
    if (p.add)
      asm volatile(
          "tileloadd (%0,%2,1), %%tmm0\n\ttileloadd 64(%0,%2,1), %%tmm1\n\t"
          "tileloadd (%1,%2,1), %%tmm2\n\ttileloadd 64(%1,%2,1), %%tmm3"
          :
          : "r"(p.sums), "r"(lower), "r"(sums_row)
          : "memory");
    else
      asm volatile("tilezero %tmm0\n\ttilezero %tmm1\n\ttilezero %tmm2\n\ttilezero %tmm3");
    const bf16* b = p.b;
    for (Index t = 0; t < p.tap_count; ++t)
      for (Index c = 0; c < p.chunks; ++c, b += p.b_step)
        asm volatile(
            "tileloadd (%0,%4,1), %%tmm4\n\ttileloadd (%2,%5,1), %%tmm6\n\ttdpbf16ps %%tmm6, %%tmm4, %%tmm0\n\t"
            "tileloadd (%3,%5,1), %%tmm7\n\ttdpbf16ps %%tmm7, %%tmm4, %%tmm1\n\t"
            "tileloadd (%1,%4,1), %%tmm5\n\ttdpbf16ps %%tmm6, %%tmm5, %%tmm2\n\ttdpbf16ps %%tmm7, %%tmm5, %%tmm3"
            :
            : "r"(p.a[0] + p.taps[t] + block * c), "r"(p.a[1] + p.taps[t] + block * c), "r"(b), "r"(b + p.b_second),
              "r"(a_row), "r"(b_row)
            : "memory");
    asm volatile(
        "tilestored %%tmm0, (%0,%2,1)\n\ttilestored %%tmm1, 64(%0,%2,1)\n\t"
        "tilestored %%tmm2, (%1,%2,1)\n\ttilestored %%tmm3, 64(%1,%2,1)"
        :
        : "r"(p.sums), "r"(lower), "r"(sums_row)
        : "memory");
  }
};
#endif

}  // namespace unet::cpu::amx
