// A backend of one's own: derive from an existing one and override what shall be different. This one puts a stopwatch on
// the forward convolution; another would bring a faster one. The operations are listed in backends/contract.hpp, and
// unet/testing checks that they compute what stands there.
#include <chrono>
#include <cstdio>

#include "unet/testing/check_backend.hpp"
#include "unet/unet.hpp"

using Clock = std::chrono::steady_clock;

double milliseconds(Clock::time_point since) {
  return std::chrono::duration<double, std::milli>(Clock::now() - since).count();
}

/// Everything that Cpu does; a function of the same name hides Cpu's.
struct TimedCpu : unet::Cpu<float> {
  static inline int calls = 0;
  static inline double spent = 0;  // milliseconds

  static void conv3x3_forward(Context& context, const unet::Input<float>& x, unet::Weights<float> weights,
                              unet::View<float> y, unet::Padding padding, const unet::Epilogue<float>& epilogue) {
    const auto start = Clock::now();
    unet::Cpu<float>::conv3x3_forward(context, x, weights, y, padding, epilogue);
    spent += milliseconds(start);
    ++calls;
  }
};

// An operation that is missing or has wrong arguments is one error here, not a hundred inside the library.
static_assert(unet::Backend<TimedCpu>);

int main() {
  // Is what it overrides right? A few of the cases that the library checks its own backends with, compared with the backend
  // that it derives from. (Without a second backend they are compared with EigenBackend<double>.)
  const auto failures =
      unet::testing::check_backend<TimedCpu, unet::Cpu<float>>({.only = {"conv3x3_forward"}, .share = 0.1});
  for (const auto& failure : failures) std::puts(to_string(failure).c_str());
  std::printf("the convolution was called %d times in checks, %zu of which failed\n", TimedCpu::calls, failures.size());
  TimedCpu::calls = 0;
  TimedCpu::spent = 0;

  const unet::Batch batch{unet::HostTensor<float>({4, 64, 64, 1}), unet::HostTensor<float>({4, 64, 64, 1})};
  unet::Trainer<unet::UNet<1, 1, 8, 3>, TimedCpu> trainer({});
  const auto start = Clock::now();
  trainer.step(batch);
  std::printf("a training step took %.2f ms, %.2f ms of it in %d forward convolutions\n", milliseconds(start),
              TimedCpu::spent, TimedCpu::calls);
  return failures.empty() ? 0 : 1;
}
