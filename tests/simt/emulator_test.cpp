// Threads that meet, and the mistakes that the emulator must notice.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernel_tools.hpp"

namespace emulator_test {

using namespace simt_test;

namespace {

__global__ void indices(unsigned* out) {
  const unsigned block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
  const unsigned thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  out[block * blockDim.x * blockDim.y * blockDim.z + thread] = 1000 * block + thread;
}

__global__ void turns(int* next, int* out) { out[blockIdx.x * blockDim.x + threadIdx.x] = atomicAdd(next, 1); }

__global__ void sums(int* out, int* count) {
  const int t = static_cast<int>(threadIdx.x);
  int v = t;
  for (int bit = 16; bit > 0; bit /= 2) v += __shfl_xor_sync(~0u, v, bit);
  const int first_of_eight = __shfl_sync(0xffu << t / 8 * 8 % 32, v, t / 8 * 8 % 32);  // four groups of lanes
  out[t] = v + 1000 * first_of_eight;
  atomicAdd(count, 1);
}
__global__ void shuffles(int* out) {
  const int t = static_cast<int>(threadIdx.x);
  out[t] = __shfl_down_sync(~0u, t, 3);
  out[32 + t] = __shfl_up_sync(~0u, t, 3);
  out[64 + t] = __shfl_sync(~0u, t, 3, 8);
  out[96 + t] = __shfl_xor_sync(~0u, t, 12, 8);  // leaves the segment
  out[128 + t] = static_cast<int>(__ballot_sync(~0u, t % 2));
  out[160 + t] = __any_sync(~0u, t == 5) + 2 * __all_sync(~0u, t == 5) + 4 * __all_sync(~0u, t >= 0);
}
/// Each thread's number goes once around the block.
__global__ void around(int* out) {
  char* const shared = simt::dynamic_shared();
  const unsigned t = threadIdx.x, n = blockDim.x;
  int v = static_cast<int>(t);
  for (unsigned i = 0; i < n; ++i) {
    shared_store(shared + 4 * t, v);
    __syncthreads();
    v = shared_load<int>(shared + 4 * ((t + 1) % n));
    __syncthreads();
  }
  out[t] = v;
}
__global__ void count_in_shared(int* out, int barrier) {
  char* const shared = simt::dynamic_shared();
  if (threadIdx.x == 0) shared_store(shared, 0);
  if (barrier) __syncthreads();
  atomicAdd(reinterpret_cast<int*>(shared), 1);
  __syncthreads();
  out[threadIdx.x] = shared_load<int>(shared);
}

// ---- planted mistakes ----------------------------------------------------------------------------------------------------

struct Plant {
  int wait, barrier, late_barrier;
};
__global__ void copies(const uint4* from, float* out, Plant plant) {
  char* const shared = simt::dynamic_shared();
  const unsigned t = threadIdx.x;
  simt::cp_async16(shared + 16 * t, from + t, 16);
  simt::cp_async_commit();
  if (plant.wait) simt::cp_async_wait(0);
  if (plant.barrier) __syncthreads();
  const float v = shared_load<float>(shared + 16 * ((t + 1) % 64));
  if (plant.late_barrier) __syncthreads();
  simt::cp_async16(shared + 16 * t, from, 0);
  simt::cp_async_commit();
  simt::cp_async_wait(0);
  out[t] = v;
}
__global__ void reads_before_the_wait(const uint4* from, float* out) {
  char* const shared = simt::dynamic_shared();
  simt::cp_async16(shared + 16 * threadIdx.x, from + threadIdx.x, 16);
  simt::cp_async_commit();
  out[threadIdx.x] = *reinterpret_cast<float*>(shared + 16 * threadIdx.x);  // not told to the emulator
  simt::cp_async_wait(0);
}
__global__ void waits_for_one_group_of_two(const uint4* from, float* out) {
  char* const shared = simt::dynamic_shared();
  for (int i = 0; i < 2; ++i) {
    simt::cp_async16(shared + 16 * i, from + i, i == 0 ? 4 : 16);
    simt::cp_async_commit();
  }
  simt::cp_async_wait(1);
  out[0] = shared_load<float>(shared);
  out[1] = shared_load<float>(shared + 4);  // zeros, not `from`
  out[2] = *reinterpret_cast<float*>(shared + 16);
  simt::cp_async_wait(0);
}
__global__ void divergent_barriers() {
  if (threadIdx.x < 32)
    __syncthreads();
  else
    __syncthreads();
}
__global__ void divergent_shuffles(int* out) {
  if (threadIdx.x < 16)
    out[0] = __shfl_sync(~0u, 1, 0);
  else
    out[1] = __shfl_sync(~0u, 1, 0);
}
__global__ void half_a_warp() {
  std::uint32_t r[4];
  if (threadIdx.x % 32 < 16) simt::ldmatrix<4, false>(r, simt::dynamic_shared() + 16 * (threadIdx.x % 32));
}
__global__ void not_in_its_mask(int* out) { out[threadIdx.x] = __shfl_sync(0xffffu, 1, 0); }
__global__ void from_outside_of_the_mask(int* out) {
  if (threadIdx.x < 16) out[threadIdx.x] = __shfl_sync(0xffffu, 1, 20);
}
__global__ void stuck(int* out) {
  if (threadIdx.x < 32)
    out[0] = __shfl_xor_sync(~0u, 1, 1);
  else if (threadIdx.x < 48)
    __syncthreads();
  else
    out[1] = __shfl_xor_sync(~0u, 1, 1);
}
__global__ void beyond_shared() { shared_store(simt::dynamic_shared() + 64, 1.0f); }
__global__ void unaligned_copy() { simt::cp_async16(simt::dynamic_shared() + 8, nullptr, 0); }
__global__ void unaligned_store() { shared_store(simt::dynamic_shared() + 2, 1.0f); }
__global__ void unaligned_source(const char* from) { simt::cp_async16(simt::dynamic_shared(), from + 8, 16); }
__global__ void foreign_source(const char* from) {
  simt::cp_async16(simt::dynamic_shared(), from, 16);
  simt::cp_async_commit();
  simt::cp_async_wait(0);
}
__global__ void ends_too_early(int commit) {
  simt::cp_async16(simt::dynamic_shared(), nullptr, 0);
  if (commit) simt::cp_async_commit();
}
__global__ void exchange_in_a_warp(int sync) {
  char* const shared = simt::dynamic_shared();
  shared_store(shared + 4 * threadIdx.x, 1.0f);
  if (sync) __syncwarp();
  shared_load<float>(shared + 4 * ((threadIdx.x + 1) % 32));
}
__global__ void overwrites_what_others_read(unsigned writer) {
  char* const shared = simt::dynamic_shared();
  if (threadIdx.x == 0) shared_store(shared, 1.0f);
  __syncthreads();
  shared_load<float>(shared);
  if (threadIdx.x == writer) shared_store(shared, 2.0f);
}
__global__ void overwrites_what_its_warp_has_read(unsigned writer) {
  char* const shared = simt::dynamic_shared();
  if (threadIdx.x == 0) shared_store(shared, 1.0f);
  __syncthreads();
  shared_load<float>(shared);
  __syncwarp();
  if (threadIdx.x == writer) shared_store(shared, shared_load<float>(shared) + 1);
}
__global__ void halves_of_a_word() { shared_store(simt::dynamic_shared() + 2 * threadIdx.x, std::uint16_t{1}); }
__global__ void reads_fresh_shared(float* out) { *out = *reinterpret_cast<float*>(simt::dynamic_shared()); }
__global__ void gives_up() { __trap(); }
__global__ void writes(float* at, std::size_t i) { at[i] = 1; }

}  // namespace

TEST_CASE("threads and blocks have CUDA's numbers, in every schedule") {
  in_each_schedule([] {
    const DeviceArray<unsigned> out(24 * 30);
    CHECK(launch(indices, dim3(2, 3, 4), dim3(5, 3, 2), 0, nullptr, out.data()) == cudaSuccess);
    const auto numbers = out.to_host();
    for (unsigned i = 0; i < numbers.size(); ++i) CHECK(numbers[i] == 1000 * (i / 30) + i % 30);
  });
}

TEST_CASE("threads and blocks run forward, backward, or in an order that follows from the schedule's seed") {
  const auto order = [](unsigned schedule) {
    simt::schedule = schedule;
    const DeviceArray<int> next(std::vector<int>{0}), out(120);
    launch(turns, 4, 30, 0, nullptr, next.data(), out.data());
    auto result = out.to_host();
    simt::schedule = 0;
    return result;
  };
  std::vector<int> expected(120);
  std::iota(expected.begin(), expected.end(), 0);
  CHECK(order(0) == expected);
  const auto drawn = order(2);
  CHECK(order(2) == drawn);
  CHECK(order(3) != drawn);
  CHECK(std::is_permutation(drawn.begin(), drawn.end(), expected.begin()));
  CHECK(drawn != expected);
  std::reverse(expected.begin(), expected.end());
  CHECK(order(1) == expected);
}

TEST_CASE("shuffles, votes, barriers and atomics") {
  in_each_schedule([] {
    const DeviceArray<int> out(192), count(std::vector<int>{0});
    CHECK(launch(sums, 1, 64, 0, nullptr, out.data(), count.data()) == cudaSuccess);
    auto v = out.to_host();
    CHECK(v[0] == 496 * 1001);
    CHECK(v[40] == 1520 * 1001);
    CHECK(count.to_host()[0] == 64);

    CHECK(launch(shuffles, 1, 32, 0, nullptr, out.data()) == cudaSuccess);
    v = out.to_host();
    for (std::size_t t = 0; t < 32; ++t) {
      const int i = static_cast<int>(t);
      CHECK(v[t] == (i + 3 < 32 ? i + 3 : i));
      CHECK(v[32 + t] == (i >= 3 ? i - 3 : i));
      CHECK(v[64 + t] == i / 8 * 8 + 3);
      CHECK(v[96 + t] == i);
      CHECK(v[128 + t] == static_cast<int>(0xaaaaaaaau));
      CHECK(v[160 + t] == 1 + 4);
    }
    for (const unsigned n : {1u, 2u, 33u, 150u}) {
      CHECK(launch(around, 1, n, 4 * n, nullptr, out.data()) == cudaSuccess);
      v = out.to_host();
      for (unsigned t = 0; t < n; ++t) CHECK(v[t] == static_cast<int>(t));
    }
    CHECK(launch(count_in_shared, 1, 150, 4, nullptr, out.data(), 1) == cudaSuccess);
    CHECK(out.to_host()[149] == 150);
    CHECK(contains(fault_of([&] { launch(count_in_shared, 1, 150, 4, nullptr, out.data(), 0); }), "race with a write"));
  });
}

TEST_CASE("blocks of 1024 threads") {
  const DeviceArray<int> out(1024);
  CHECK(launch(around, 2, 1024, 4096, nullptr, out.data()) == cudaSuccess);
  CHECK(out.to_host()[1023] == 1023);
}

TEST_CASE("cp.async arrives when it was waited for, other threads need a barrier") {
  const DeviceArray<uint4> from(std::vector<uint4>(64, uint4{0x3f800000u, 0x3f800000u, 0, 0}));
  const DeviceArray<float> out(64);
  const uint4* const p = from.data();
  const auto copy = [&](Plant plant) { launch(copies, 1, 64, 1024, nullptr, p, out.data(), plant); };
  in_each_schedule([&] {
    copy({1, 1, 1});
    CHECK(out.to_host() == std::vector<float>(64, 1.0f));
    CHECK(contains(fault_of([&] { copy({0, 1, 1}); }), "still on its way"));
    CHECK(fault_of([&] { copy({1, 0, 1}); }) != "");  // which one depends on the schedule
    CHECK(contains(fault_of([&] { copy({1, 1, 0}); }), "race with a"));
    launch(reads_before_the_wait, 1, 64, 1024, nullptr, p, out.data());
    CHECK(std::isnan(out.to_host()[3]));
    launch(waits_for_one_group_of_two, 1, 1, 32, nullptr, p, out.data());
    const auto v = out.to_host();
    CHECK(v[0] == 1);
    CHECK(v[1] == 0);
    CHECK(std::isnan(v[2]));
    CHECK(contains(fault_of([] { launch(ends_too_early, 1, 1, 64, nullptr, 1); }), "on its way"));
    CHECK(contains(fault_of([] { launch(ends_too_early, 1, 1, 64, nullptr, 0); }), "never committed"));
  });
}

TEST_CASE("threads that wait in different places, or for threads that do not come, are a fault") {
  const DeviceArray<int> out(64);
  in_each_schedule([&] {
    CHECK(contains(fault_of([] { launch(divergent_barriers, 1, 64, 0, nullptr); }), "divergent __syncthreads"));
    CHECK(contains(fault_of([&] { launch(divergent_shuffles, 1, 32, 0, nullptr, out.data()); }), "divergent"));
    CHECK(fault_of([] { launch(half_a_warp, 1, 64, 1024, nullptr); }) != "");
    CHECK(contains(fault_of([&] { launch(not_in_its_mask, 1, 32, 0, nullptr, out.data()); }), "mask"));
    CHECK(contains(fault_of([&] { launch(from_outside_of_the_mask, 1, 32, 0, nullptr, out.data()); }),
                   "outside of the mask"));
    CHECK(contains(fault_of([&] { launch(sums, 1, 48, 0, nullptr, out.data(), out.data()); }), "has exited"));
    if (simt::schedule == 0)  // else the lanes that go on come too late
      CHECK(contains(fault_of([] { launch(half_a_warp, 1, 64, 1024, nullptr); }), "others of its warp wait for it"));
    CHECK(contains(fault_of([&] { launch(stuck, 1, 64, 0, nullptr, out.data()); }), "deadlock"));
  });
}

TEST_CASE("races and foreign or unaligned addresses are a fault") {
  const DeviceArray<float> out(64);
  const char* const bytes = reinterpret_cast<const char*>(out.data());
  in_each_schedule([&] {
    CHECK(contains(fault_of([] { launch(beyond_shared, 1, 1, 64, nullptr); }), "outside"));
    CHECK(contains(fault_of([] { launch(unaligned_copy, 1, 1, 64, nullptr); }), "unaligned"));
    CHECK(contains(fault_of([] { launch(unaligned_store, 1, 1, 64, nullptr); }), "unaligned"));
    CHECK(contains(fault_of([&] { launch(unaligned_source, 1, 1, 64, nullptr, bytes); }), "unaligned"));
    CHECK(contains(fault_of([&] { launch(foreign_source, 1, 1, 64, nullptr, bytes + 256); }), "outside of allocated"));
    CHECK(fault_of([&] { launch(foreign_source, 1, 1, 64, nullptr, bytes + 240); }) == "");
    CHECK(contains(fault_of([] { launch(exchange_in_a_warp, 1, 32, 128, nullptr, 0); }), "race"));
    CHECK(fault_of([] { launch(exchange_in_a_warp, 1, 32, 128, nullptr, 1); }) == "");
    for (const unsigned threads : {32u, 96u})
      for (const unsigned writer : {0u, 20u, threads - 2, threads - 1})
        CHECK(
            contains(fault_of([&] { launch(overwrites_what_others_read, 1, threads, 128, nullptr, writer); }), "race"));
    for (const unsigned writer : {0u, 20u, 31u}) {
      CHECK(fault_of([&] { launch(overwrites_what_its_warp_has_read, 1, 32, 128, nullptr, writer); }) == "");
      for (const unsigned warp : {0u, 32u, 64u}) {
        const auto run = [&] { launch(overwrites_what_its_warp_has_read, 1, 96, 128, nullptr, writer + warp); };
        CHECK(contains(fault_of(run), "race"));
      }
    }
    CHECK(fault_of([] { launch(halves_of_a_word, 1, 64, 128, nullptr); }) == "");
  });
}

TEST_CASE("shared memory is not a number at the start of each block") {
  const DeviceArray<float> out(1);
  launch(exchange_in_a_warp, 1, 32, 128, nullptr, 1);
  launch(reads_fresh_shared, 1, 1, 128, nullptr, out.data());
  CHECK(std::isnan(out.to_host()[0]));
}

TEST_CASE("a fault says where it happened") {
  const std::string text = fault_of([] { launch(gives_up, dim3(2, 1, 1), 1, 0, nullptr); });
  CHECK(text == "block (0, 0, 0), thread (0, 0, 0): __trap");
  const std::string place = fault_of([] { launch(divergent_barriers, 1, 64, 0, nullptr); });
  CHECK(contains(place, "emulator_test.cpp:"));
}

TEST_CASE("a kernel is not given pointers to the host's memory, and does not write behind an allocation") {
  float here = 0;
  CHECK(contains(fault_of([&] { launch(writes, 1, 1, 0, nullptr, &here, 0u); }), "memory of the host"));
  float* freed = nullptr;
  cudaMalloc(&freed, 4);
  cudaFree(freed);
  CHECK(contains(fault_of([&] { launch(writes, 1, 1, 0, nullptr, freed, 0u); }), "not allocated"));
  const DeviceArray<float> three(3);
  CHECK(fault_of([&] { launch(writes, 1, 1, 0, nullptr, three.data(), 2u); }) == "");
  if (simt::detail::address_sanitizer) return;  // which ends the program there
  CHECK(contains(fault_of([&] { launch(writes, 1, 1, 0, nullptr, three.data(), 3u); }), "behind the end"));
}

}  // namespace emulator_test
