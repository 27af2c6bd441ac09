// What a program costs to compile that trains the study's net on the CPU: see tests/compiler_checks.cmake for the limits.
#include <unet/unet.hpp>

int main() {
  unet::Trainer<unet::UNet<1, 1, 32, 4>, unet::Cpu<float>> trainer({});
  const unet::Samples train, validation;
  trainer.fit(train, validation);
  trainer.best_model();
}
