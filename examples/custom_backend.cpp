// A backend of one's own: derive from an existing one and override what shall be different. This one measures where the time
// of a training step goes; another would bring a faster convolution. The operations are listed in backends/contract.hpp.
#include <chrono>
#include <cstdio>
#include <map>

#include "unet/unet.hpp"

/// Everything that Cpu does, with a stopwatch on the 3x3 convolutions and the normalisation.
struct TimedCpu : unet::Cpu<float> {
  using Base = unet::Cpu<float>;
  static constexpr const char* name = "timed cpu";

  struct Entry {
    int calls = 0;
    double seconds = 0;
  };
  static inline std::map<std::string, Entry> times;

  /// Calls an operation and notes how long it took.
  template <class Operation>
  static void timed(const char* what, const Operation& operation) {
    const auto start = std::chrono::steady_clock::now();
    operation();
    Entry& entry = times[what];
    ++entry.calls;
    entry.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

  static void conv3x3_relu_forward(const unet::Input<float>& x, const float* weight, const float* bias,
                                   unet::View<float> y, unet::Padding padding, unet::Moments<float> moments) {
    timed("conv3x3 forward", [&] { Base::conv3x3_relu_forward(x, weight, bias, y, padding, moments); });
  }
  static void conv3x3_backward_data(unet::View<const float> dz, const float* weight,
                                    const unet::InputGradient<float>& dx) {
    timed("conv3x3 backward, data", [&] { Base::conv3x3_backward_data(dz, weight, dx); });
  }
  static void conv3x3_backward_weights(const unet::Input<float>& x, unet::View<const float> dz, float* weight,
                                       float* bias) {
    timed("conv3x3 backward, weights", [&] { Base::conv3x3_backward_weights(x, dz, weight, bias); });
  }
  static void norm_relu_backward(unet::View<const float> r, unet::View<float> g, unet::Moments<float> moments,
                                 const float* gamma, double epsilon, float* dgamma, float* dbeta) {
    timed("norm backward", [&] { Base::norm_relu_backward(r, g, moments, gamma, epsilon, dgamma, dbeta); });
  }
};

// An operation that is missing or has wrong arguments is one error here, not a hundred inside the library.
static_assert(unet::Backend<TimedCpu>);

int main() {
  const unet::Batch batch{unet::HostTensor<float>({4, 64, 64, 1}), unet::HostTensor<float>({4, 64, 64, 1})};
  unet::Trainer<unet::UNet<1, 1, 8, 3>, TimedCpu> trainer({});
  TimedCpu::timed("whole step", [&] { trainer.step(batch); });

  const double whole = TimedCpu::times["whole step"].seconds;
  std::printf("%-28s%8s%12s%10s\n", "one training step", "calls", "ms", "share");
  for (const auto& [what, entry] : TimedCpu::times)
    std::printf("%-28s%8d%12.2f%9.0f%%\n", what.c_str(), entry.calls, 1e3 * entry.seconds, 100 * entry.seconds / whole);
}
