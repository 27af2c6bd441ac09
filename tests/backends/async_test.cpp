// The asynchronous test backend itself: its memory kills who reads it, its order is the contract's, its numbers are Cpu's.
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <csignal>

#include "../compiled_backends.hpp"
#include "async_backend.hpp"
#include "conformance.hpp"
#include "unet/backends/eigen/eigen_backend.hpp"
#include "unet/core/bf16.hpp"

namespace async_test {

using Device = Async<Float>;
using unet::Index;

namespace {

static_assert(unet::Backend<Device> && !Device::host_memory);
static_assert(unet::Backend<Async<unet::EigenBackend<float, unet::bf16>>>);

/// A backend that says that the host can not read its memory, and yet inherits a host's operations.
struct Confused : unet::EigenBackend<float> {
  static constexpr bool host_memory = false;
};
static_assert(!unet::BackendMemory<Confused> && !unet::InferenceBackend<Confused> && !unet::Backend<Confused>);

/// Whether touch() is ended by a segmentation fault, in a process of its own.
template <class Touch>
bool is_killed(const Touch& touch) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGSEGV, SIG_DFL);
    touch();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

/// All that issues begins late during one test.
struct Late {
  Late() { async::start = async::Start::when_waited_for; }
  ~Late() { async::start = async::Start::at_once; }
};

/// The bits of Cpu for `count` drawn operands.
template <class Case>
void check_same(int count) {
  using namespace unet::testing;
  Checker checker({});
  for (int i = 0; i < count; ++i) {
    Draw draw(unet::Random(10, unet::Purpose::test, 0, static_cast<std::uint32_t>(i)));
    const Case c(draw);
    checker.about("case " + std::to_string(i) + ": " + c.describe());
    checker.same(run<Device>(c, layout(i)), run<Float>(c, layout(i)), "than Cpu's");
  }
  CHECK(checker.comparisons() >= count);
  for (const Failure& failure : checker.failures()) FAIL_CHECK(to_string(failure));
}

}  // namespace

TEST_CASE("the host is killed when it reads or writes the backend's memory, and what is free is not a number") {
  async::Context context;
  unet::Buffer<Device> buffer(context, std::vector<float>(100, 2.0f));
  volatile float* const value = buffer.data() + 99;
  CHECK(is_killed([&] { static_cast<void>(*value); }));
  CHECK(is_killed([&] { *value = 1; }));
  CHECK_FALSE(is_killed([] {}));
  CHECK(buffer.to_host(context) == std::vector<float>(100, 2.0f));

  float* const freed = buffer.data();
  buffer = unet::Buffer<Device>();
  CHECK(is_killed([&] { static_cast<void>(*static_cast<volatile float*>(freed)); }));
  const unet::Buffer<Device> fresh(100);
  REQUIRE(fresh.data() == freed);  // the same place
  for (const float left : fresh.to_host(context)) CHECK(std::isnan(left));
}

TEST_CASE("operands in host memory, and memory that was given back, are refused") {
  async::Context context;
  const unet::Buffer<Device> buffer(context, std::vector<float>(6, 2.0f));
  float host[6] = {};
  CHECK_THROWS_AS(Device::fill(context, host, 6, 1.0f), std::logic_error);
  CHECK_THROWS_AS(Device::add(context, {buffer.data(), {1, 1, 2, 3}}, {host, {1, 1, 2, 3}}), std::logic_error);
  CHECK_THROWS_AS(Device::copy_to_backend_async(context, host, const_cast<float*>(buffer.data()), 24),
                  std::logic_error);
  float* freed = nullptr;
  {
    unet::Buffer<Device> some(1000);
    freed = some.data();
  }
  CHECK_THROWS_AS(Device::fill(context, freed, 1000, 1.0f), std::logic_error);
}

TEST_CASE("work that nobody waits for is not done yet; contexts wait for each other through events") {
  const Late late;
  async::Context first, second;
  unet::Buffer<Device> x(1), y(1);
  float* const pinned = static_cast<float*>(Device::allocate_host(sizeof(float)));
  *pinned = 1;
  Device::copy_to_backend_async(first, pinned, x.data(), sizeof(float));
  Device::copy_to_backend_async(first, pinned, y.data(), sizeof(float));
  const async::Event copied = Device::record(first);
  CHECK_FALSE(copied.passed());
  *pinned = 2;  // too early
  Device::wait(second, copied);
  Device::copy(second, x.data(), y.data(), sizeof(float));
  CHECK_FALSE(copied.passed());
  CHECK(y.to_host(second).at(0) == 2);
  CHECK(copied.passed());
  Device::fill(first, x.data(), 1, 3.0f);
  CHECK(x.to_host(second).at(0) == 2);  // second did not wait for first
  Device::wait(Device::record(first));
  CHECK(x.to_host(second).at(0) == 3);
  Device::deallocate_host(pinned);
}

TEST_CASE("every operation has Cpu's bits") {
  using namespace unet::testing;
  check_same<Forward<Conv3x3Calls>>(8);
  check_same<BackwardData<Conv3x3Calls>>(8);
  check_same<BackwardWeights<Conv3x3Calls>>(8);
  check_same<Forward<UpConvCalls>>(8);
  check_same<BackwardData<UpConvCalls>>(8);
  check_same<BackwardWeights<UpConvCalls>>(8);
  check_same<Forward<Conv1x1Calls>>(8);
  check_same<BackwardData<Conv1x1Calls>>(8);
  check_same<BackwardWeights<Conv1x1Calls>>(8);
  check_same<MaxPoolForward>(8);
  check_same<MaxPoolBackward>(8);
  check_same<NormScaleShift>(8);
  check_same<NormUpdateRunning>(8);
  check_same<NormBackward>(8);
  check_same<ReluBackward>(8);
  check_same<Normalise>(8);
  check_same<Add>(8);
  check_same<SumsOfLoss>(8);
  check_same<GradientOfLoss>(8);
  check_same<Adam>(8);
}

TEST_CASE("the conformance suite reads no memory of the backend, and waits") {
  check_conformance<Device>({.share = 0.1, .threads = {2}});
  const Late late;
  check_conformance<Device>({.share = 0.1, .threads = {2}});
}

}  // namespace async_test
