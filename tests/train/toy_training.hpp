// A training on a toy set that takes no time, and images for the net.
#pragma once
#include "toy_set.hpp"
#include "unet/train/trainer.hpp"

inline unet::HostTensor<float> toy_images(std::uint32_t seed, unet::Index n = 2) {
  unet::HostTensor<float> x({n, 12, 16, 1});
  unet::Random random(seed, unet::Purpose::test);
  for (float& value : x.values) value = static_cast<float>(random.uniform());
  return x;
}

inline unet::TrainOptions toy_options() {
  unet::TrainOptions o;
  o.epochs = 2;
  o.batch_size = 3;
  o.learning_rate = 0.01;
  o.pos_weight = 2;
  return o;
}

/// Two epochs, stopped after so many images of the second if that is not 0.
template <class Net, class B>
unet::Trainer<Net, B> toy_trained(const ToySet& train, const ToySet& validation, unet::Index stop = 0) {
  unet::Trainer<Net, B> trainer(toy_options());
  unet::TrainCallbacks callbacks;
  if (stop > 0)
    callbacks.should_stop = [&] { return trainer.state().epoch == 2 && trainer.state().samples_done >= stop; };
  trainer.fit(train, validation, callbacks);
  return trainer;
}
