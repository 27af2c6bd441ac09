#include "cpu_losses.hpp"

#include "unet/backends/cpu/cpu.hpp"

std::vector<double> cpu_losses(unet::Index size, unet::Index batch, int steps) {
  unet::Trainer<Net, unet::Cpu<float>> trainer(training_options(batch));
  const unet::Batch images = training_batch(batch, size);
  std::vector<double> losses;
  for (int i = 0; i < steps; ++i) losses.push_back(unet::mean(trainer.step(images)).loss);
  return losses;
}
