// The layouts of fragments, against a second description of them.
#include <doctest/doctest.h>

#include <bit>
#include <random>

#include "kernel_tools.hpp"

namespace instructions_test {

using namespace simt_test;

namespace {

// Fragments as strides, (lane % 4, lane / 4) and values in register order -> m + 16 k (A), n + 8 k (B), m + 16 n (C).
// The numbers were compared with the layouts that NVIDIA's CuTe gives for the same instructions (mma_traits_sm80.hpp).
int a_bf16(int lane, int v) { return lane % 4 * 32 + lane / 4 + v % 2 * 16 + v / 2 % 2 * 8 + v / 4 * 128; }
int b_bf16(int lane, int v) { return lane % 4 * 16 + lane / 4 + v % 2 * 8 + v / 2 * 64; }
int a_tf32(int lane, int v) { return lane % 4 * 16 + lane / 4 + v % 2 * 8 + v / 2 * 64; }
int b_tf32(int lane, int v) { return lane % 4 * 8 + lane / 4 + v * 32; }
int c_any(int lane, int v) { return lane % 4 * 32 + lane / 4 + v % 2 * 16 + v / 2 * 8; }

struct Matrices {
  float a[16 * 16], b[8 * 16], c[16 * 8];
};

/// Of numbers that bf16 and TF32 hold exactly. `Bf16`: k = 16, else k = 8.
template <bool Bf16>
__global__ void one_mma(Matrices* m) {
  const int lane = static_cast<int>(threadIdx.x);
  const auto element = [](const float* from, int r, auto place) {
    if constexpr (Bf16)
      return std::bit_cast<std::uint32_t>(from[place(2 * r)]) >> 16 |
             std::bit_cast<std::uint32_t>(from[place(2 * r + 1)]);
    else
      return std::bit_cast<std::uint32_t>(from[place(r)]) | 0x1fffu;  // bits that are to be ignored
  };
  std::uint32_t a[4], b[2];
  float c[4];
  for (int r = 0; r < 4; ++r) a[r] = element(m->a, r, [&](int v) { return Bf16 ? a_bf16(lane, v) : a_tf32(lane, v); });
  for (int r = 0; r < 2; ++r) b[r] = element(m->b, r, [&](int v) { return Bf16 ? b_bf16(lane, v) : b_tf32(lane, v); });
  for (int v = 0; v < 4; ++v) c[v] = m->c[c_any(lane, v)];
  if constexpr (Bf16)
    simt::mma_bf16(c, a, b);
  else
    simt::mma_tf32(c, a, b);
  for (int v = 0; v < 4; ++v) m->c[c_any(lane, v)] = c[v];
}

template <bool Bf16>
void check_mma() {
  constexpr int K = Bf16 ? 16 : 8;
  std::mt19937 random(1);
  Matrices before;
  const auto draw = [&](auto& values) {
    for (float& x : values) x = static_cast<float>(static_cast<int>(random() % 33) - 16) / 8;
  };
  draw(before.a);
  draw(before.b);
  draw(before.c);
  const DeviceArray<Matrices> device(std::vector<Matrices>{before});
  CHECK(launch(one_mma<Bf16>, 1, 32, 0, nullptr, device.data()) == cudaSuccess);
  const Matrices after = device.to_host()[0];
  for (int i = 0; i < 16; ++i)
    for (int j = 0; j < 8; ++j) {
      float sum = before.c[i + 16 * j];  // exact
      for (int k = 0; k < K; ++k) sum += before.a[i + 16 * k] * before.b[j + 8 * k];
      CHECK(after.c[i + 16 * j] == sum);
    }
}

/// Loads a 16 x 16 matrix of 16-bit numbers, those after the first Count matrices of 8 x 8 stay 0; out[lane][register] is
/// what each got.
template <int Count, bool Transposed>
__global__ void load_matrix(std::uint32_t* out) {
  char* const shared = simt::dynamic_shared();
  const int lane = static_cast<int>(threadIdx.x);
  for (int i = lane; i < 128; i += 32)
    shared_store(shared + 4 * i, static_cast<std::uint32_t>(2 * i | (2 * i + 1) << 16));
  __syncthreads();
  std::uint32_t r[4] = {};
  const char* const row = shared + lane % 16 * 32 + lane / 16 * 16;
  simt::ldmatrix<Count, Transposed>(r, lane < 8 * Count ? row : nullptr);
  for (int i = 0; i < 4; ++i) out[4 * lane + i] = r[i];
}

template <int Count, bool Transposed>
void check_ldmatrix() {
  const DeviceArray<std::uint32_t> device(128);
  CHECK(launch(load_matrix<Count, Transposed>, 1, 32, 512, nullptr, device.data()) == cudaSuccess);
  const auto out = device.to_host();
  for (int lane = 0; lane < 32; ++lane)
    for (int v = 0; v < 8; ++v) {
      // A row-major matrix read without transposition is an A fragment; matrices 1 and 2 are m + 8 and k + 8.
      int m = a_bf16(lane, v) % 16, k = a_bf16(lane, v) / 16;
      if (Transposed) {  // within each 8 x 8 matrix alone
        const int i = m % 8, j = k % 8;
        m += j - i;
        k += i - j;
      }
      const auto got = out[static_cast<std::size_t>(4 * lane + v / 2)] >> v % 2 * 16 & 0xffff;
      CHECK(got == (v / 2 < Count ? static_cast<std::uint32_t>(16 * m + k) : 0));
    }
}

/// What ldmatrix reads of `pitch` bytes a row.
__global__ void load_rows(int pitch) {
  std::uint32_t r[4];
  char* const shared = simt::dynamic_shared();
  simt::ldmatrix<4, false>(r, shared + static_cast<int>(threadIdx.x) * pitch);
}

}  // namespace

TEST_CASE("mma multiplies the matrices whose fragments the lanes hold") {
  in_each_schedule([] {
    check_mma<true>();
    check_mma<false>();
  });
}

TEST_CASE("ldmatrix gives the lanes fragments of the matrices, transposed or not") {
  in_each_schedule([] {
    check_ldmatrix<4, false>();
    check_ldmatrix<4, true>();
    check_ldmatrix<2, false>();
    check_ldmatrix<2, true>();
    check_ldmatrix<1, false>();
    check_ldmatrix<1, true>();
  });
}

TEST_CASE("bank conflicts of ldmatrix, and instructions, are counted") {
  simt::counters = {};
  launch(load_rows, 1, 32, 32 * 16, nullptr, 16);
  cudaDeviceSynchronize();
  CHECK(simt::counters.ldmatrix == 1);
  CHECK(simt::counters.bank_conflicts == 0);
  launch(load_rows, 2, 32, 32 * 128, nullptr, 128);  // all rows in the same banks
  cudaDeviceSynchronize();
  CHECK(simt::counters.ldmatrix == 3);
  CHECK(simt::counters.bank_conflicts == 8);
  CHECK(simt::counters.launches == 2);
}

}  // namespace instructions_test
