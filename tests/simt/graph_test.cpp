// Captures and graphs of the emulated runtime.
#include <doctest/doctest.h>

#include <thread>

#include "kernel_tools.hpp"

namespace graph_test {

using namespace simt_test;

namespace {

__global__ void add(float* at, float value) { *at += value; }
__global__ void multiply(float* at, float value) { *at *= value; }

/// Two streams, an event, and numbers to compute with; a fork and a join between the streams.
struct Fixture {
  cudaStream_t main = nullptr, side = nullptr;
  cudaEvent_t event = nullptr;
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t executable = nullptr;
  DeviceArray<float> x{std::vector<float>{1, 1}};

  Fixture() {
    cudaStreamCreateWithFlags(&main, cudaStreamNonBlocking);
    cudaStreamCreateWithFlags(&side, cudaStreamNonBlocking);
    cudaEventCreateWithFlags(&event, cudaEventDisableTiming);
  }
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;
  ~Fixture() {
    cudaGraphExecDestroy(executable);
    cudaGraphDestroy(graph);
    cudaEventDestroy(event);
    cudaStreamDestroy(side);
    cudaStreamDestroy(main);
    cudaGetLastError();
  }

  void begin(cudaStreamCaptureMode mode = cudaStreamCaptureModeThreadLocal) {
    REQUIRE(cudaStreamBeginCapture(main, mode) == cudaSuccess);
  }
  cudaError_t wait(cudaStream_t stream, cudaStream_t for_stream) {
    const cudaError_t error = cudaEventRecord(event, for_stream);
    return error == cudaSuccess ? cudaStreamWaitEvent(stream, event) : error;
  }
  cudaError_t end() { return cudaStreamEndCapture(main, &graph); }
  std::vector<float> run(int times) {
    if (!executable) REQUIRE(cudaGraphInstantiate(&executable, graph) == cudaSuccess);
    for (int i = 0; i < times; ++i) CHECK(cudaGraphLaunch(executable, main) == cudaSuccess);
    CHECK(cudaStreamSynchronize(main) == cudaSuccess);
    return x.to_host();
  }
};

}  // namespace

TEST_CASE("a capture does nothing, its graph does all at each launch") {
  Fixture f;
  cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
  f.begin();
  CHECK((cudaStreamIsCapturing(f.main, &status) == cudaSuccess && status == cudaStreamCaptureStatusActive));
  CHECK(launch(add, 1, 1, 0, f.main, f.x.data(), 1.0f) == cudaSuccess);
  CHECK(launch(multiply, 1, 1, 0, f.main, f.x.data(), 3.0f) == cudaSuccess);
  CHECK(f.end() == cudaSuccess);
  CHECK((cudaStreamIsCapturing(f.main, &status) == cudaSuccess && status == cudaStreamCaptureStatusNone));
  CHECK(cudaStreamSynchronize(f.main) == cudaSuccess);
  CHECK(f.x.to_host()[0] == 1);
  CHECK(f.run(1)[0] == 6);
  CHECK(f.run(2)[0] == 66);
}

TEST_CASE("events fork a capture into other streams and join it: a graph keeps to their order and to no other") {
  in_each_schedule([] {
    Fixture f;
    f.begin();
    launch(add, 1, 1, 0, f.main, f.x.data(), 1.0f);
    CHECK(f.wait(f.side, f.main) == cudaSuccess);
    launch(multiply, 1, 1, 0, f.side, f.x.data(), 3.0f);
    launch(add, 1, 1, 0, f.main, f.x.data() + 1, 1.0f);
    CHECK(f.wait(f.main, f.side) == cudaSuccess);
    launch(add, 1, 1, 0, f.main, f.x.data(), 4.0f);
    CHECK(f.end() == cudaSuccess);
    CHECK(f.run(1) == std::vector<float>{10, 2});
  });
  const auto unordered = [](unsigned schedule) {
    simt::schedule = schedule;
    Fixture f;
    f.begin();
    CHECK(f.wait(f.side, f.main) == cudaSuccess);
    launch(add, 1, 1, 0, f.main, f.x.data(), 1.0f);
    launch(multiply, 1, 1, 0, f.side, f.x.data(), 3.0f);
    CHECK(f.wait(f.main, f.side) == cudaSuccess);
    CHECK(f.end() == cudaSuccess);
    const float result = f.run(1)[0];
    simt::schedule = 0;
    return result;
  };
  CHECK(unordered(0) == 6);
  CHECK(unordered(1) == 4);
}

TEST_CASE("a capture that was not joined is refused") {
  Fixture f;
  f.begin();
  CHECK(f.wait(f.side, f.main) == cudaSuccess);
  launch(add, 1, 1, 0, f.side, f.x.data(), 1.0f);
  CHECK(f.end() == cudaErrorStreamCaptureUnjoined);
  CHECK(f.graph == nullptr);
  f.begin();  // both streams are free again
  CHECK(f.end() == cudaSuccess);
  CHECK(launch(add, 1, 1, 0, f.side, f.x.data(), 1.0f) == cudaSuccess);
  CHECK(cudaStreamSynchronize(f.side) == cudaSuccess);
  CHECK(f.x.to_host()[0] == 2);
}

TEST_CASE("what waits or may wait is refused during a capture, which then fails") {
  float* memory = nullptr;
  float host = 0;
  const auto refused = [](auto call) {
    Fixture f;
    f.begin();
    CHECK(call(f) == cudaErrorStreamCaptureUnsupported);
    CHECK(launch(add, 1, 1, 0, f.main, f.x.data(), 1.0f) == cudaErrorStreamCaptureInvalidated);
    CHECK(f.end() == cudaErrorStreamCaptureInvalidated);
    CHECK(f.graph == nullptr);
  };
  refused([](Fixture& f) { return cudaStreamSynchronize(f.main); });
  refused([](Fixture& f) { return cudaStreamQuery(f.main); });
  refused([](Fixture&) { return cudaDeviceSynchronize(); });
  refused([&](Fixture&) { return cudaMalloc(&memory, 4); });
  refused([](Fixture& f) { return cudaFree(f.x.data()); });
  refused([&](Fixture& f) { return cudaMemcpy(&host, f.x.data(), 4, cudaMemcpyDeviceToHost); });
  refused([&](Fixture& f) { return cudaMemcpyAsync(&host, f.x.data(), 4, cudaMemcpyDeviceToHost, f.main); });

  Fixture f;  // of another thread's business
  f.begin();
  cudaError_t error = cudaErrorUnknown;
  std::thread([&] { error = cudaDeviceSynchronize(); }).join();
  CHECK(error == cudaSuccess);
  CHECK(f.end() == cudaSuccess);
}

TEST_CASE("what would tie a capture to work outside of it is refused") {
  {
    Fixture f;
    cudaEventRecord(f.event, f.side);
    f.begin();
    CHECK(cudaStreamWaitEvent(f.main, f.event) == cudaErrorStreamCaptureIsolation);
    CHECK(f.end() == cudaErrorStreamCaptureInvalidated);
  }
  {
    Fixture f;
    f.begin();
    CHECK(cudaEventRecord(f.event, f.main) == cudaSuccess);
    CHECK(cudaEventSynchronize(f.event) == cudaErrorCapturedEvent);
    CHECK(cudaStreamBeginCapture(f.side, cudaStreamCaptureModeThreadLocal) == cudaSuccess);
    CHECK(cudaStreamWaitEvent(f.side, f.event) == cudaErrorStreamCaptureMerge);
    CHECK(f.end() == cudaErrorStreamCaptureInvalidated);
  }
  {
    Fixture f;
    f.begin();
    CHECK(f.wait(f.side, f.main) == cudaSuccess);
    CHECK(cudaStreamEndCapture(f.side, &f.graph) == cudaErrorStreamCaptureUnmatched);
    CHECK(f.end() == cudaErrorStreamCaptureInvalidated);
  }
  CHECK(cudaStreamBeginCapture(nullptr, cudaStreamCaptureModeThreadLocal) == cudaErrorStreamCaptureUnsupported);
  cudaGetLastError();
}

TEST_CASE("a graph reads pinned memory at each launch") {
  Fixture f;
  float* pinned = nullptr;
  REQUIRE(cudaMallocHost(&pinned, 4) == cudaSuccess);
  f.begin();
  CHECK(cudaMemcpyAsync(f.x.data(), pinned, 4, cudaMemcpyHostToDevice, f.main) == cudaSuccess);
  CHECK(f.end() == cudaSuccess);
  *pinned = 5;
  CHECK(f.run(1)[0] == 5);
  *pinned = 6;
  CHECK(f.run(1)[0] == 6);
  cudaFreeHost(pinned);
}

}  // namespace graph_test
