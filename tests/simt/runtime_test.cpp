// Streams, events, copies, memory, devices and errors of the emulated runtime.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstring>
#include <thread>

#include "kernel_tools.hpp"

namespace runtime_test {

using namespace simt_test;

namespace {

__global__ void add(float* at, float value) { *at += value; }
__global__ void add_at(float* at, std::size_t i) { at[i] += 1; }
__global__ void copy_at(float* to, const float* from, std::ptrdiff_t i) { *to = from[i]; }
__global__ void nothing() {}

/// More than a stack holds at depth 100000.
int deep(volatile int* depth) {
  volatile int next = *depth - 1;
  return next > 0 ? deep(&next) + next : 0;
}
__global__ void overflows(int depth) {
  volatile int start = depth;
  deep(&start);
}

/// All that issues begins at once during one test.
struct AtOnce {
  AtOnce() { simt::start = simt::Start::at_once; }
  ~AtOnce() { simt::start = simt::Start::when_waited_for; }
};
/// What a test changes of the device is as before after it.
struct OtherDevice {
  simt::Device before = simt::device();
  ~OtherDevice() { simt::device() = before; }
};

struct Stream {
  cudaStream_t handle = nullptr;
  explicit Stream(unsigned flags = cudaStreamNonBlocking) { cudaStreamCreateWithFlags(&handle, flags); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { cudaStreamDestroy(handle); }
  operator cudaStream_t() const { return handle; }
};
struct Event {
  cudaEvent_t handle = nullptr;
  explicit Event(unsigned flags = cudaEventDefault) { cudaEventCreateWithFlags(&handle, flags); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { cudaEventDestroy(handle); }
  operator cudaEvent_t() const { return handle; }
};
struct Pinned {
  float* data = nullptr;
  Pinned() { cudaMallocHost(&data, sizeof(float)); }
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;
  ~Pinned() { cudaFreeHost(data); }
};

/// Whether touch() is ended by a segmentation fault, or by AddressSanitizer, in a process of its own.
template <class Touch>
bool is_killed(const Touch& touch) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGSEGV, SIG_DFL);
    if (simt::detail::address_sanitizer && std::freopen("/dev/null", "w", stderr) == nullptr) ::_exit(0);
    try {
      touch();
    } catch (...) {  // is not what is asked for
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (simt::detail::address_sanitizer && WIFEXITED(status)) return WEXITSTATUS(status) != 0;
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

void to_device(float* to, const float& from, cudaStream_t stream) {
  CHECK(cudaMemcpyAsync(to, &from, sizeof(float), cudaMemcpyHostToDevice, stream) == cudaSuccess);
}
float value_of(const DeviceArray<float>& array, cudaStream_t stream) {
  float value = 0;
  CHECK(cudaMemcpyAsync(&value, array.data(), sizeof value, cudaMemcpyDeviceToHost, stream) == cudaSuccess);
  return value;
}

}  // namespace

TEST_CASE("work starts when it is waited for: who waits for an event waits for no more") {
  Stream stream;
  Event event;
  Pinned result;
  const DeviceArray<float> x(std::vector<float>{1});
  launch(add, 1, 1, 0, stream, x.data(), 1.0f);
  CHECK(cudaMemcpyAsync(result.data, x.data(), sizeof(float), cudaMemcpyDeviceToHost, stream) == cudaSuccess);
  CHECK(cudaEventRecord(event, stream) == cudaSuccess);
  launch(add, 1, 1, 0, stream, x.data(), 1.0f);
  CHECK(std::isnan(*result.data));
  CHECK(cudaEventQuery(event) == cudaErrorNotReady);
  CHECK(cudaStreamQuery(stream) == cudaErrorNotReady);
  CHECK(cudaPeekAtLastError() == cudaSuccess);
  CHECK(cudaEventSynchronize(event) == cudaSuccess);
  CHECK(*result.data == 2);
  CHECK(cudaEventQuery(event) == cudaSuccess);
  CHECK(cudaStreamQuery(stream) == cudaErrorNotReady);
  CHECK(cudaStreamSynchronize(stream) == cudaSuccess);
  CHECK(cudaStreamQuery(stream) == cudaSuccess);
  CHECK(value_of(x, stream) == 3);
}

TEST_CASE("work starts at once, if so wished") {
  const AtOnce at_once;
  Stream stream;
  Pinned result;
  const DeviceArray<float> x(std::vector<float>{1});
  launch(add, 1, 1, 0, stream, x.data(), 1.0f);
  CHECK(cudaMemcpyAsync(result.data, x.data(), sizeof(float), cudaMemcpyDeviceToHost, stream) == cudaSuccess);
  CHECK(*result.data == 2);
}

TEST_CASE("streams do not wait for each other, but for events as they were recorded when they were told to") {
  Stream first, second;
  Event event;
  const DeviceArray<float> x(std::vector<float>{1});
  launch(add, 1, 1, 0, first, x.data(), 1.0f);
  CHECK(value_of(x, second) == 1);
  CHECK(cudaStreamWaitEvent(second, event) == cudaSuccess);  // never recorded: nothing to wait for
  CHECK(cudaEventRecord(event, first) == cudaSuccess);
  launch(add, 1, 1, 0, first, x.data(), 1.0f);
  CHECK(cudaStreamWaitEvent(second, event) == cudaSuccess);
  CHECK(cudaEventRecord(event, first) == cudaSuccess);
  CHECK(value_of(x, second) == 2);
  CHECK(cudaEventSynchronize(event) == cudaSuccess);
  CHECK(value_of(x, second) == 3);
}

TEST_CASE("the default stream and the streams that block wait for each other, others do not") {
  Stream blocking(cudaStreamDefault), other;
  const DeviceArray<float> x(std::vector<float>{1});
  launch(add, 1, 1, 0, blocking, x.data(), 1.0f);
  launch(add, 1, 1, 0, other, x.data(), 10.0f);
  CHECK(x.to_host()[0] == 2);
  launch(add, 1, 1, 0, nullptr, x.data(), 1.0f);
  CHECK(value_of(x, blocking) == 3);
  launch(add, 1, 1, 0, nullptr, x.data(), 1.0f);
  CHECK(value_of(x, other) == 13);
  launch(add, 1, 1, 0, blocking, x.data(), 1.0f);
  CHECK(cudaStreamSynchronize(nullptr) == cudaSuccess);
  CHECK(cudaStreamQuery(blocking) == cudaSuccess);
  CHECK(value_of(x, other) == 15);
}

TEST_CASE("a stream that is destroyed, and cudaFree, do what was issued") {
  const DeviceArray<float> x(std::vector<float>{1});
  {
    const Stream stream;
    launch(add, 1, 1, 0, stream, x.data(), 1.0f);
  }
  Stream stream;
  CHECK(value_of(x, stream) == 1);
  CHECK(cudaDeviceSynchronize() == cudaSuccess);
  CHECK(value_of(x, stream) == 2);
  Stream other;
  launch(add, 1, 1, 0, other, x.data(), 1.0f);
  CHECK(cudaFree(nullptr) == cudaSuccess);
  CHECK(value_of(x, stream) == 2);  // as on a device, null is nothing to wait for
  float* memory = nullptr;
  CHECK(cudaMalloc(&memory, 4) == cudaSuccess);
  CHECK(cudaFree(memory) == cudaSuccess);
  CHECK(value_of(x, stream) == 3);
}

TEST_CASE("pageable memory is read before the call returns, pinned memory when the copy is done") {
  Stream stream;
  const DeviceArray<float> x(1), y(1);
  float pageable = 1;
  Pinned pinned;
  *pinned.data = 1;
  to_device(x.data(), pageable, stream);
  to_device(y.data(), *pinned.data, stream);
  pageable = *pinned.data = 2;
  CHECK(value_of(x, stream) == 1);
  CHECK(value_of(y, stream) == 2);

  Pinned* const gone = new Pinned;
  to_device(x.data(), *gone->data, stream);
  delete gone;
  CHECK(contains(fault_of([] {}), "freed before the stream came to it"));
}

TEST_CASE("copies go where their kind says, and stay inside of allocations") {
  const DeviceArray<float> x(10), y(10);
  std::vector<float> host(10, 1);
  const auto copy = [](void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
    return cudaMemcpy(to, from, bytes, kind);
  };
  CHECK(copy(x.data(), host.data(), 40, cudaMemcpyHostToDevice) == cudaSuccess);
  CHECK(copy(y.data(), x.data(), 40, cudaMemcpyDeviceToDevice) == cudaSuccess);
  CHECK(y.to_host() == host);
  CHECK(copy(x.data(), host.data(), 40, cudaMemcpyDefault) == cudaSuccess);
  CHECK(copy(x.data() + 1, host.data(), 40, cudaMemcpyHostToDevice) == cudaErrorInvalidValue);
  CHECK(copy(host.data(), x.data() - 1, 40, cudaMemcpyDeviceToHost) == cudaErrorInvalidValue);
  CHECK(copy(x.data(), host.data(), 40, cudaMemcpyDeviceToHost) == cudaErrorInvalidValue);
  CHECK(copy(x.data(), host.data(), 40, cudaMemcpyDeviceToDevice) == cudaErrorInvalidValue);
  CHECK(copy(x.data(), y.data(), 40, cudaMemcpyHostToDevice) == cudaErrorInvalidValue);
  CHECK(cudaMemsetAsync(x.data() + 1, 0, 40) == cudaErrorInvalidValue);
  CHECK(cudaMemset(host.data(), 0, 4) == cudaErrorInvalidValue);
  CHECK(cudaMemset(x.data() + 1, 0, 36) == cudaSuccess);
  CHECK(x.to_host()[0] == 1);
  CHECK(x.to_host()[9] == 0);
}

TEST_CASE("the host is killed when it touches device memory") {
  const DeviceArray<float> x(std::vector<float>(100, 2.0f));
  volatile float* const value = x.data() + 99;
  CHECK(is_killed([&] { static_cast<void>(*value); }));
  CHECK(is_killed([&] { *value = 1; }));
  CHECK_FALSE(is_killed([] {}));
  CHECK(x.to_host()[99] == 2);
}

TEST_CASE("memory that is new, or freed, is not a number; what is used afterwards ends an AddressSanitizer program") {
  float* freed = nullptr;
  {
    const DeviceArray<float> x(std::vector<float>(100, 2.0f));
    freed = x.data();
    CHECK(reinterpret_cast<std::uintptr_t>(freed) % 256 == 0);
  }
  CHECK(cudaFree(freed) == cudaErrorInvalidValue);
  CHECK(cudaGetLastError() == cudaErrorInvalidValue);
  const DeviceArray<float> fresh(100);
  REQUIRE(fresh.data() == freed);  // the same place
  for (const float left : fresh.to_host()) CHECK(std::isnan(left));
  if (!simt::detail::address_sanitizer) {
    float* after = nullptr;
    cudaMalloc(&after, 4);
    const std::ptrdiff_t distance = after - fresh.data();
    cudaMemset(after, 0, 4);
    cudaFree(after);
    const DeviceArray<float> result(1);
    launch(copy_at, 1, 1, 0, nullptr, result.data(), fresh.data(), distance);
    CHECK(std::isnan(result.to_host()[0]));
    return;
  }
  const auto run_at = [&](std::size_t i) {
    return is_killed([&] {
      launch(add_at, 1, 1, 0, nullptr, fresh.data(), i);
      cudaDeviceSynchronize();
    });
  };
  CHECK_FALSE(run_at(99));
  CHECK(run_at(100));
  CHECK(run_at(127));
  float* gone = nullptr;
  cudaMalloc(&gone, 4);
  cudaFree(gone);
  CHECK(run_at(static_cast<std::size_t>(gone - fresh.data())));
}

TEST_CASE("a kernel whose stack overflows is killed") {
  CHECK(is_killed([] {
    launch(overflows, 1, 1, 0, nullptr, 100000);
    cudaDeviceSynchronize();
  }));
}

TEST_CASE("memory can be allocated and freed in the order of a stream") {
  Stream stream;
  float* memory = nullptr;
  Pinned result;
  CHECK(cudaMallocAsync(&memory, 4, stream) == cudaSuccess);
  CHECK(cudaMemsetAsync(memory, 0, 4, stream) == cudaSuccess);
  CHECK(cudaMemcpyAsync(result.data, memory, 4, cudaMemcpyDeviceToHost, stream) == cudaSuccess);
  CHECK(cudaFreeAsync(memory, stream) == cudaSuccess);
  CHECK(cudaStreamSynchronize(stream) == cudaSuccess);
  CHECK(*result.data == 0);
  CHECK(cudaFree(memory) == cudaErrorInvalidValue);
}

TEST_CASE("launches that a device refuses") {
  CHECK(launch(nothing, 1, 1025, 0, nullptr) == cudaErrorInvalidConfiguration);
  CHECK(launch(nothing, 1, dim3(1, 1, 65), 0, nullptr) == cudaErrorInvalidConfiguration);
  CHECK(launch(nothing, 0, 1, 0, nullptr) == cudaErrorInvalidConfiguration);
  CHECK(launch(nothing, dim3(1, 65536), 1, 0, nullptr) == cudaErrorInvalidConfiguration);
  CHECK(launch(nothing, 1, 1, 48 * 1024, nullptr) == cudaSuccess);
  CHECK(launch(nothing, 1, 1, 48 * 1024 + 1, nullptr) == cudaErrorInvalidValue);
  constexpr auto attribute = cudaFuncAttributeMaxDynamicSharedMemorySize;
  CHECK(cudaFuncSetAttribute(nothing, attribute, 227 * 1024 + 1) == cudaErrorInvalidValue);
  CHECK(cudaFuncSetAttribute(nothing, attribute, 227 * 1024) == cudaSuccess);
  CHECK(launch(nothing, 1, 1, 227 * 1024, nullptr) == cudaSuccess);
  CHECK(launch(nothing, 1, 1, 227 * 1024 + 1, nullptr) == cudaErrorInvalidValue);
  CHECK(cudaDeviceSynchronize() == cudaSuccess);
  CHECK(cudaGetLastError() == cudaErrorInvalidValue);
  CHECK(cudaGetLastError() == cudaSuccess);
  const OtherDevice other;
  simt::device().major = 7;
  CHECK(launch(nothing, 1, 1, 0, nullptr) == cudaErrorNoKernelImageForDevice);
}

TEST_CASE("devices are those that the test says") {
  const OtherDevice other;
  int number = -1;
  CHECK(cudaGetDeviceCount(&number) == cudaSuccess);
  CHECK(number == 1);
  CHECK(cudaSetDevice(1) == cudaErrorInvalidDevice);
  simt::device() = {2, "Tesla", 8, 6, 13010, 1000, 7};
  CHECK(cudaSetDevice(1) == cudaSuccess);
  CHECK((cudaGetDevice(&number) == cudaSuccess && number == 1));
  cudaDeviceProp p;
  CHECK(cudaGetDeviceProperties(&p, 1) == cudaSuccess);
  CHECK(std::string(p.name) == "Tesla");
  CHECK((p.major == 8 && p.minor == 6 && p.multiProcessorCount == 7 && p.totalGlobalMem == 1000));
  CHECK((cudaDeviceGetAttribute(&number, cudaDevAttrMultiProcessorCount, 0) == cudaSuccess && number == 7));
  CHECK((cudaDriverGetVersion(&number) == cudaSuccess && number == 13010));

  std::size_t free = 0, total = 0;
  float* memory = nullptr;
  CHECK(cudaMalloc(&memory, 1001) == cudaErrorMemoryAllocation);
  CHECK(memory == nullptr);
  CHECK(cudaMalloc(&memory, 600) == cudaSuccess);
  CHECK((cudaMemGetInfo(&free, &total) == cudaSuccess && free == 400 && total == 1000));
  CHECK(cudaSetDevice(0) == cudaSuccess);
  CHECK((cudaMemGetInfo(&free, &total) == cudaSuccess && free == 1000));
  CHECK(cudaFree(memory) == cudaSuccess);
  Stream here;
  CHECK(cudaSetDevice(1) == cudaSuccess);
  CHECK(launch(nothing, 1, 1, 0, here) == cudaErrorInvalidResourceHandle);  // another device's
  CHECK(cudaSetDevice(0) == cudaSuccess);

  simt::device().driver_version = 12080;
  CHECK(cudaGetDeviceCount(&number) == cudaErrorInsufficientDriver);
  simt::device() = {0};
  CHECK(cudaGetDeviceCount(&number) == cudaErrorNoDevice);
  CHECK(number == 0);
  CHECK(cudaMalloc(&memory, 4) == cudaErrorNoDevice);
}

TEST_CASE("calls fail when a test wants it") {
  float* memory = nullptr;
  simt::fail_next("cudaMalloc", cudaErrorMemoryAllocation);
  CHECK(cudaMalloc(&memory, 4) == cudaErrorMemoryAllocation);
  CHECK(cudaMalloc(&memory, 4) == cudaSuccess);
  CHECK(cudaFree(memory) == cudaSuccess);
  simt::fail_next("cudaLaunchKernelEx", cudaErrorLaunchFailure, 1);
  CHECK(launch(nothing, 1, 1, 0, nullptr) == cudaSuccess);
  CHECK(launch(nothing, 1, 1, 0, nullptr) == cudaErrorLaunchFailure);
  CHECK(launch(nothing, 1, 1, 0, nullptr) == cudaSuccess);
  CHECK(std::string(cudaGetErrorName(cudaErrorLaunchFailure)) == "cudaErrorLaunchFailure");
  CHECK(std::string(cudaGetErrorString(cudaErrorMemoryAllocation)) == "out of memory");
  cudaGetLastError();
}

TEST_CASE("handles that were destroyed are refused; events tell time") {
  cudaEvent_t event;
  {
    Event begin, end, untimed(cudaEventDisableTiming);
    event = end;
    float milliseconds = -1;
    CHECK(cudaEventElapsedTime(&milliseconds, begin, end) == cudaErrorInvalidResourceHandle);
    cudaEventRecord(begin);
    cudaEventRecord(end);
    cudaEventRecord(untimed);
    CHECK(cudaEventElapsedTime(&milliseconds, begin, end) == cudaErrorNotReady);
    CHECK(cudaEventSynchronize(untimed) == cudaSuccess);
    CHECK(cudaEventElapsedTime(&milliseconds, begin, end) == cudaSuccess);
    CHECK(milliseconds >= 0);
    CHECK(cudaEventElapsedTime(&milliseconds, begin, untimed) == cudaErrorInvalidResourceHandle);
  }
  CHECK(cudaEventRecord(event) == cudaErrorInvalidResourceHandle);
  cudaStream_t stream;
  {
    const Stream gone;
    stream = gone;
  }
  CHECK(launch(nothing, 1, 1, 0, stream) == cudaErrorInvalidResourceHandle);
  cudaGetLastError();
}

TEST_CASE("several threads of the host work with streams of their own") {
  std::vector<std::thread> threads;
  std::vector<float> results(4);
  for (std::size_t i = 0; i < results.size(); ++i)
    threads.emplace_back([&results, i] {
      Stream stream;
      float* x = nullptr;
      cudaMallocAsync(&x, 4, stream);
      cudaMemsetAsync(x, 0, 4, stream);
      for (int k = 0; k < 200; ++k) {
        launch(add, 1, 1, 0, stream, x, static_cast<float>(i));
        if (k % 7 == 0) cudaStreamSynchronize(stream);
      }
      cudaMemcpyAsync(&results[i], x, 4, cudaMemcpyDeviceToHost, stream);
      cudaFree(x);
    });
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < results.size(); ++i) CHECK(results[i] == 200 * static_cast<float>(i));
}

}  // namespace runtime_test
