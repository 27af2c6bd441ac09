// What ptx.hpp declares, by a simulator. Shared memory is read and written by shared_load and shared_store alone, so that
// it sees each access and finds races.
#pragma once
#include <bit>
#include <simt/instructions.hpp>

#include "unet/core/bf16.hpp"

namespace unet::cuda {

inline std::uint32_t pack_bf16(float low, float high) {
  return std::uint32_t{bf16(low).bits} | std::uint32_t{bf16(high).bits} << 16;
}
inline float round_tf32(float value) {
  if (value - value != 0) return value;
  return std::bit_cast<float>((std::bit_cast<std::uint32_t>(value) + 0x1000u) & ~0x1fffu);
}

inline void mma_bf16(float* d, const std::uint32_t* a, const std::uint32_t* b) { simt::mma_bf16(d, a, b); }
inline void mma_tf32(float* d, const std::uint32_t* a, const std::uint32_t* b) { simt::mma_tf32(d, a, b); }

inline void ldmatrix_x4(std::uint32_t (&r)[4], const void* row) { simt::ldmatrix<4, false>(r, row); }
inline void ldmatrix_x4_trans(std::uint32_t (&r)[4], const void* row) { simt::ldmatrix<4, true>(r, row); }

inline void cp_async16(void* to, const void* from, bool valid) { simt::cp_async16(to, from, valid ? 16 : 0); }
inline void cp_async_commit() { simt::cp_async_commit(); }
template <int Pending>
void cp_async_wait() {
  simt::cp_async_wait(Pending);
}

inline char* dynamic_shared() { return simt::dynamic_shared(); }
template <class T>
T shared_load(const void* from) {
  simt::touch_shared(from, sizeof(T), false);
  return *static_cast<const T*>(from);
}
template <class T>
void shared_store(void* to, T value) {
  simt::touch_shared(to, sizeof(T), true);
  *static_cast<T*>(to) = value;
}

}  // namespace unet::cuda
