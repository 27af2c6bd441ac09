// Trains the study's net for some steps on the device, in TF32 and in bf16, each twice, and on the processor in fp32:
//
//   beside_cpu [size] [batch] [steps]      128, 4 and 20 unless given
//
// Prints the losses side by side. Fails when two trainings on the device differ in a bit of the parameters, when a loss is further
// from the processor's than rounding leads in so many steps of this size (Cpu<bf16> is within 0.23 % of Cpu<float> there; smaller images
// differ by more), or does not go down.
#include <cstdio>
#include <cstdlib>

#include "cpu_losses.hpp"
#include "unet/backends/cuda/cuda.hpp"

namespace {

struct Training {
  std::vector<double> losses;
  std::vector<float> parameters;
};

template <class T>
Training train(unet::Index size, unet::Index batch, int steps) {
  unet::Trainer<Net, unet::Cuda<T>> trainer(training_options(batch));
  const unet::Batch images = training_batch(batch, size);
  Training training;
  for (int i = 0; i < steps; ++i) training.losses.push_back(unet::mean(trainer.step(images)).loss);
  training.parameters = trainer.model().values().parameters;
  return training;
}

bool check(bool good, const char* what) {
  if (!good) std::printf("FAILED: %s\n", what);
  return good;
}

/// Of each loss, relative; a batch of noise is learned by heart, so errors grow.
double furthest(const std::vector<double>& losses, const std::vector<double>& expected) {
  double furthest = 0;
  for (std::size_t i = 0; i < losses.size(); ++i)
    furthest = std::max(furthest, std::abs(losses[i] - expected[i]) / expected[i]);
  return furthest;
}

int run(unet::Index size, unet::Index batch, int steps) {
  const Training tf32 = train<float>(size, batch, steps), bf16 = train<unet::bf16>(size, batch, steps);
  const std::vector<double> expected = cpu_losses(size, batch, steps);
  std::printf("| step | processor, fp32 | device, TF32 | device, bf16 |\n| --- | --- | --- | --- |\n");
  for (std::size_t i = 0; i < expected.size(); ++i)
    std::printf("| %zu | %.6f | %.6f | %.6f |\n", i + 1, expected[i], tf32.losses[i], bf16.losses[i]);
  const double tf32_off = furthest(tf32.losses, expected), bf16_off = furthest(bf16.losses, expected);
  std::printf("\nfurthest from the processor's: TF32 %.2e, bf16 %.2e\n", tf32_off, bf16_off);
  bool good = check(train<float>(size, batch, steps).parameters == tf32.parameters, "the same bits in TF32");
  good = check(train<unet::bf16>(size, batch, steps).parameters == bf16.parameters, "the same bits in bf16") && good;
  good = check(tf32_off < 0.005, "TF32 within 0.5 % of the processor's losses") && good;
  good = check(bf16_off < 0.01, "bf16 within 1 % of the processor's losses") && good;
  good =
      check(tf32.losses.back() < tf32.losses.front() && bf16.losses.back() < bf16.losses.front(), "it learns") && good;
  if (good) std::printf("the same bits in both runs; it learns\n");
  return good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto given = [&](int i, int otherwise) { return argc > i ? std::atoi(argv[i]) : otherwise; };
    return run(given(1, 128), given(2, 4), given(3, 20));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "beside_cpu: %s\n", error.what());
    return 1;
  }
}
