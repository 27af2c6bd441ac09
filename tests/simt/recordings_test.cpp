// Passes that are issued again and again, as graphs.
#include <doctest/doctest.h>

#include <array>

#include "kernel_tools.hpp"
#include "unet/backends/cuda/ops/elementwise.hpp"
#include "unet/backends/cuda/runtime/recordings.hpp"

namespace recordings_test {

using namespace simt_test;
using unet::Index;
using unet::cuda::Context;
using unet::cuda::Recordings;

namespace {

struct AddTo {
  float* at;
  float value;
  __device__ void operator()(Index i) const { at[i] += value; }
};

struct Fixture {
  Context context;
  Recordings recordings;
  DeviceArray<float> x{std::vector<float>{0, 0, 0}};
  int issued = 0;

  void add(float value) { unet::cuda::for_elements(context, "add", 3, AddTo{x.data(), value}); }
  /// Adds `value` and then 1.
  void run(Index key, float value = 1) {
    recordings.run(context, std::array<Index, 1>{key}, [&] {
      ++issued;
      add(value);
      add(1);
    });
  }
  std::vector<float> values() {
    CHECK(cudaStreamSynchronize(context.stream()) == cudaSuccess);
    return x.to_host();
  }
};

}  // namespace

TEST_CASE("from the third time on what was recorded happens, and the host's part too") {
  Fixture f;
  for (int i = 1; i <= 5; ++i) {
    f.run(7);
    CHECK(f.issued == i);
    CHECK(f.values() == std::vector<float>(3, static_cast<float>(2 * i)));
  }
  // Not what is issued now: keys must tell.
  f.run(7, 100);
  CHECK(f.values() == std::vector<float>(3, 12));
  f.run(8, 100);
  CHECK(f.values() == std::vector<float>(3, 113));
  f.recordings.clear();
  f.run(7, 100);
  CHECK(f.values() == std::vector<float>(3, 214));
}

TEST_CASE("many keys, and one that was forgotten") {
  Fixture f;
  float expected = 0;
  for (int round = 0; round < 3; ++round)
    for (Index key = 0; key < 12; ++key) {
      f.run(key);
      expected += 2;
    }
  CHECK(f.values() == std::vector<float>(3, expected));
}

TEST_CASE("a workspace that has grown since makes a recording useless") {
  Fixture f;
  float* taken = nullptr;
  const auto run = [&] {
    f.recordings.run(f.context, std::array<Index, 1>{1}, [&] {
      taken = static_cast<float*>(f.context.workspace(64));
      unet::cuda::for_elements(f.context, "fill", 3, unet::cuda::Fill<float>{taken, 5});
    });
    std::vector<float> values(3);
    CHECK(cudaStreamSynchronize(f.context.stream()) == cudaSuccess);
    CHECK(cudaMemcpy(values.data(), taken, 12, cudaMemcpyDeviceToHost) == cudaSuccess);
    return values;
  };
  for (int i = 0; i < 4; ++i) CHECK(run() == std::vector<float>(3, 5));
  const void* const before = f.context.workspace();
  const DeviceArray<float> behind_it(64);
  f.context.workspace(1 << 20);
  REQUIRE(f.context.workspace() != before);
  for (int i = 0; i < 4; ++i) {
    unet::cuda::for_elements(f.context, "fill", 3,
                             unet::cuda::Fill<float>{static_cast<float*>(f.context.workspace(64)), 0});
    CHECK(run() == std::vector<float>(3, 5));
  }
}

TEST_CASE("what fails while it is recorded leaves the stream as it was") {
  Fixture f;
  f.run(1);
  CHECK_THROWS_AS(f.recordings.run(f.context, std::array<Index, 1>{1},
                                   [&] {
                                     f.add(1);
                                     throw unet::Error("no");
                                   }),
                  unet::Error);
  CHECK(f.values() == std::vector<float>(3, 2));
  for (int i = 0; i < 3; ++i) f.run(1);
  CHECK(f.values() == std::vector<float>(3, 8));
}

TEST_CASE("other work under the same key is an error") {
  Fixture f;
  for (int i = 0; i < 3; ++i) f.run(1);
  CHECK_THROWS_WITH_AS(f.recordings.run(f.context, std::array<Index, 1>{1}, [&] { f.add(1); }),
                       doctest::Contains("issued other work than the one that was recorded"), unet::Error);
  f.run(1);
  CHECK(f.values() == std::vector<float>(3, 8));
}

}  // namespace recordings_test
