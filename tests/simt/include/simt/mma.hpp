// The tensor cores' products of a warp. Fragments as in the PTX ISA: group = lane / 4, t = lane % 4.
#pragma once
#include <bit>
#include <cstdint>

#include "block.hpp"

namespace simt {
namespace detail {

struct MmaArguments {
  float* d;
  const std::uint32_t *a, *b;
};

/// The e-th bf16 of a register.
inline float bf16_of(std::uint32_t bits, int e) {
  return std::bit_cast<float>(e == 0 ? bits << 16 : bits & 0xffff0000u);
}
/// The hardware ignores the low 13 bits.
inline float tf32_of(std::uint32_t bits, int) { return std::bit_cast<float>(bits & ~0x1fffu); }

/// d[16][8] += a[16][K] b[K][8]. Products are added in double and rounded once: the order and the truncation of the hardware
/// are not documented.
template <int K, int PerRegister, float (*Decode)(std::uint32_t, int)>
void mma(MmaArguments** lanes) {
  double a[16][K], b[K][8];
  for (int lane = 0; lane < 32; ++lane) {
    const int group = lane / 4, t = lane % 4;
    for (int r = 0; r < 4; ++r)
      for (int e = 0; e < PerRegister; ++e)
        a[group + r % 2 * 8][t * PerRegister + e + r / 2 * (K / 2)] = static_cast<double>(Decode(lanes[lane]->a[r], e));
    for (int r = 0; r < 2; ++r)
      for (int e = 0; e < PerRegister; ++e)
        b[t * PerRegister + e + r * (K / 2)][group] = static_cast<double>(Decode(lanes[lane]->b[r], e));
  }
  for (int i = 0; i < 16; ++i) {
    double sum[8] = {};
    for (int k = 0; k < K; ++k)
      for (int j = 0; j < 8; ++j) sum[j] += a[i][k] * b[k][j];
    for (int j = 0; j < 8; ++j) {
      float& d = lanes[i % 8 * 4 + j / 2]->d[i / 8 * 2 + j % 2];
      d = static_cast<float>(sum[j] + static_cast<double>(d));
    }
  }
  ++counters.mma;
}

}  // namespace detail

/// m16n8k16: d has 4, a 4, b 2 registers.
inline void mma_bf16(float* d, const std::uint32_t* a, const std::uint32_t* b, Where where = Where::current()) {
  detail::MmaArguments mine{d, a, b};
  detail::block().collective("mma.m16n8k16.bf16", ~0u, mine, where, detail::mma<16, 2, detail::bf16_of>);
}
/// m16n8k8: d has 4, a 4, b 2 registers.
inline void mma_tf32(float* d, const std::uint32_t* a, const std::uint32_t* b, Where where = Where::current()) {
  detail::MmaArguments mine{d, a, b};
  detail::block().collective("mma.m16n8k8.tf32", ~0u, mine, where, detail::mma<8, 1, detail::tf32_of>);
}

}  // namespace simt
