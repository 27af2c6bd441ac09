// A backend of one's own: derive from an existing one and override what shall be different. This one puts a stopwatch on
// the forward convolution; another would bring a faster one. The operations are listed in backends/contract.hpp.
#include <chrono>
#include <cstdio>

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
  const unet::Batch batch{unet::HostTensor<float>({4, 64, 64, 1}), unet::HostTensor<float>({4, 64, 64, 1})};
  unet::Trainer<unet::UNet<1, 1, 8, 3>, TimedCpu> trainer({});
  const auto start = Clock::now();
  trainer.step(batch);
  std::printf("a training step took %.2f ms, %.2f ms of it in %d forward convolutions\n", milliseconds(start),
              TimedCpu::spent, TimedCpu::calls);
}
