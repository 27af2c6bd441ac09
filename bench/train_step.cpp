// Time and memory of one training step of the study's net: train_step [batch] [size] [steps].
// Prints what the PyTorch peers print, so that the two can be run in turn and compared by ratio.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "unet/unet.hpp"

int main(int argc, char** argv) {
  using unet::Index;
  using Clock = std::chrono::steady_clock;
  const auto argument = [&](int i, Index otherwise) { return argc > i ? Index{std::atoi(argv[i])} : otherwise; };
  const Index batch = argument(1, 8), size = argument(2, 256), steps = argument(3, 5);
  try {
    unet::Trainer<unet::UNet<1, 1, 32, 4>, unet::Cpu<float>> trainer({.batch_size = batch, .learning_rate = 1e-3});
    unet::Batch data{unet::HostTensor<float>({batch, size, size, 1}), unet::HostTensor<float>({batch, size, size, 1})};
    unet::Random random(0, unet::Purpose::test);
    for (float& value : data.images.values) value = static_cast<float>(random.normal());
    for (float& value : data.targets.values) value = random.uniform() > 0.5;

    trainer.step(data);  // the first one takes memory from the system
    std::vector<double> seconds;
    for (Index i = 0; i < steps; ++i) {
      const Clock::time_point start = Clock::now();
      trainer.step(data);
      seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
    }
    std::sort(seconds.begin(), seconds.end());
    rusage usage = {};
    ::getrusage(RUSAGE_SELF, &usage);
    std::printf(
        "unet %s train fp32 B=%td S=%td nt=%d %s: median %.1f ms best %.1f ms (%.2f img/s best) maxRSS %.2f GB\n",
        unet::version, batch, size, unet::thread_count(), unet::cpu::to_string(unet::cpu::current_isa().load()),
        seconds[seconds.size() / 2] * 1e3, seconds[0] * 1e3, static_cast<double>(batch) / seconds[0],
        static_cast<double>(usage.ru_maxrss) / 1e6);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "train_step: %s\n", error.what());
    return 1;
  }
}
