// What programs are told when there is no device, or it fails.
#include <doctest/doctest.h>

#include "unet/backends/cuda/cuda.hpp"
#include "unet/core/buffer.hpp"

namespace errors_test {

using Device = unet::Cuda<float>;
using unet::Index;

namespace {

/// What a call throws.
template <class Error, class Call>
std::string text_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Another device during a test.
struct Changed {
  simt::Device before = simt::device();
  ~Changed() { simt::device() = before; }
};

}  // namespace

TEST_CASE("a missing device, an old one and an old driver are refused with what to do") {
  const Changed restore;
  const auto use = [](int device) { return text_of<unet::DeviceError>([device] { unet::cuda::use_device(device); }); };
  CHECK(use(0) == "nothing was thrown");
  CHECK(holds(use(1), "there is no CUDA device 1; this machine has 1"));
  CHECK(holds(use(-1), "there is no CUDA device -1"));
  simt::device().count = 0;
  CHECK(holds(use(0), "there is no CUDA device in this machine"));
  simt::device().count = 1;
  simt::device().major = 7;
  simt::device().minor = 5;
  simt::device().name = "Old One";
  CHECK(holds(use(0), "Old One, has compute capability 7.5; at least 8.0 is needed"));
  simt::device() = restore.before;
  simt::device().driver_version = 11040;
  CHECK(holds(use(0), "the NVIDIA driver is for CUDA 11.4, but this program needs 13.0"));
  simt::device().driver_version = 0;
  CHECK(holds(use(0), "there is no NVIDIA driver in this machine; install one for CUDA 13.0 or newer"));
}

TEST_CASE("what was needed and what is free is said when memory runs out, and the next allocation succeeds") {
  const std::string text = text_of<unet::OutOfMemory>([] { Device::allocate(Index{5} << 30); });
  CHECK(holds(text, "5369 MB were needed"));
  CHECK(holds(text, "of 1074 MB are free"));
  CHECK_THROWS_AS(Device::allocate(Index{5} << 30), std::bad_alloc);
  void* const memory = Device::allocate(1000);
  CHECK(memory != nullptr);
  Device::deallocate(memory);
  simt::fail_next("cudaMallocHost", cudaErrorMemoryAllocation);
  CHECK_THROWS_AS(Device::allocate_host(8), std::bad_alloc);
}

TEST_CASE("a launch that fails names its kernel; one that failed on the device is told to who waits") {
  Device::Context context;
  unet::Buffer<Device> x(context, std::vector<float>(8, 1.0f));
  const unet::View<float> view(x.data(), {1, 2, 2, 2});
  simt::fail_next("cudaLaunchKernelEx", cudaErrorLaunchOutOfResources);
  CHECK(holds(text_of<unet::DeviceError>([&] { Device::add(context, view, view); }), "add failed"));
  Device::add(context, view, view);
  simt::fail_next("cudaStreamSynchronize", cudaErrorIllegalAddress);
  CHECK(holds(text_of<unet::DeviceError>([&] { x.to_host(context); }), "computing on the device failed"));
  CHECK(x.to_host(context) == std::vector<float>(8, 2.0f));
}

TEST_CASE("after the first time the workspace is not allocated again") {
  Device::Context context;
  void* const memory = context.workspace(1000);
  CHECK(context.workspace(1000) == memory);
  CHECK(context.workspace(10) == memory);
  CHECK(context.workspace(1 << 20) != nullptr);
}

}  // namespace errors_test
