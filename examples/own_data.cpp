// Training on data that a program already has: here discs, drawn into Eigen matrices.
#include <cstdio>
#include <vector>

// What is used alone, which compiles faster than the whole library, unet/unet.hpp.
#include "unet/backends/cpu/cpu.hpp"
#include "unet/interop/external_view.hpp"
#include "unet/models/unet.hpp"
#include "unet/train/trainer.hpp"

/// A disc somewhere on a noisy ground, and the mask that a network shall learn to give.
struct Disc {
  Eigen::MatrixXf image = Eigen::MatrixXf(32, 32), mask = image;  // column-major, as Eigen likes it

  explicit Disc(std::uint32_t number) {
    unet::Random random(/*seed=*/0, unet::Purpose::noise, 0, number);
    const double row = random.uniform(8, 24), column = random.uniform(8, 24), radius = random.uniform(4, 8);
    for (int i = 0; i < 32; ++i)
      for (int j = 0; j < 32; ++j) {
        const bool inside = std::hypot(i - row, j - column) < radius;
        mask(i, j) = inside ? 1 : 0;
        image(i, j) = static_cast<float>(0.3 + 0.3 * inside + 0.1 * random.normal());
      }
  }
};

int main() {
  std::vector<Disc> discs;
  for (std::uint32_t i = 0; i < 60; ++i) discs.emplace_back(i);

  // Views with strides: nothing is copied, so `discs` must live as long as the sets. Data that are read from elsewhere when
  // they are needed come as a type with size(), shape() and load(): see unet::SampleSet.
  unet::Samples train, validation;
  for (std::size_t i = 0; i < discs.size(); ++i)
    (i < 48 ? train : validation).add(unet::image_view(discs[i].image), unet::image_view(discs[i].mask));

  unet::Trainer<unet::UNet<1, 1, 8, 2>, unet::Cpu<float>> trainer({.epochs = 5, .batch_size = 4});
  unet::TrainCallbacks callbacks;
  callbacks.on_epoch = [](const unet::EpochResult& e) {
    std::printf("epoch %d: IoU %.3f in training, %.3f in validation\n", e.epoch, e.train_iou, e.validation_iou);
  };
  trainer.fit(train, validation, callbacks);

  // The weights of the best epoch. unet::save(model, "discs.safetensors") would keep them.
  auto model = trainer.best_model();
  std::printf("the best epoch reaches an IoU of %.3f\n", unet::mean(unet::evaluate(model, validation)).iou);
}
