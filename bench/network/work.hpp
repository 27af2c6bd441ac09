// What is measured of the study's net: training steps and inference, on random images.
#pragma once
#include <array>
#include <chrono>
#include <vector>

#include "timed_backend.hpp"
#include "unet/models/unet.hpp"
#include "unet/train/trainer.hpp"
#include "unet/version.hpp"

using Net = unet::UNet<1, 1, 32, 4>;

struct Configuration {
  unet::Index size, batch, threads, repetitions;
  bool bf16;
};

struct Measurement {
  std::vector<double> seconds;  ///< of each repetition
  double megabytes = 0;         ///< at most
};

inline unet::HostTensor<float> random_map(unet::Index batch, unet::Index size, bool mask) {
  unet::HostTensor<float> map({batch, size, size, 1});
  unet::Random random(mask, unet::Purpose::test);
  for (float& value : map.values) value = mask ? random.uniform() > 0.5 : static_cast<float>(random.normal());
  return map;
}

/// After two calls that take memory from the system and fill caches.
template <class Machine, class Call>
Measurement measure_calls(unet::Index repetitions, const Call& call) {
  using Clock = std::chrono::steady_clock;
  call();
  call();
  Machine::Stopwatch::read();
  operation_times().clear();
  Measurement measurement;
  for (unet::Index i = 0; i < repetitions; ++i) {
    const Clock::time_point start = Clock::now();
    call();
    measurement.seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
  }
  Machine::Stopwatch::read();
  measurement.megabytes = Machine::megabytes();
  return measurement;
}

/// Whole steps of a caller who has the batch in his memory and wants the losses, each to its end.
template <class Machine, class B>
Measurement training(const Configuration& c) {
  unet::Trainer<Net, B> trainer({.batch_size = c.batch, .learning_rate = 1e-3});
  const unet::Batch batch{random_map(c.batch, c.size, false), random_map(c.batch, c.size, true)};
  return measure_calls<Machine>(c.repetitions, [&] {
    trainer.step(batch);
    B::wait(B::record(trainer.model().context()));
  });
}

template <class Machine, class B>
Measurement inference(const Configuration& c) {
  unet::Model<Net, B> model(1);
  model.discard_values();
  const unet::HostTensor<float> images = random_map(c.batch, c.size, false);
  return measure_calls<Machine>(c.repetitions, [&] { model(images.view()); });
}

/// A forward pass alone, of images that lie in the backend's memory already, to its end.
template <class Machine, class B>
Measurement forward(const Configuration& c) {
  unet::Model<Net, B> model(1);
  model.discard_values();
  const unet::HostTensor<float> images = random_map(c.batch, c.size, false);
  model.arena().reserve(model.activation_bytes(images.shape));
  const unet::Tensor<B> x(model.arena(), images.shape);
  unet::upload<B>(model.context(), images.view(), x.view);
  const auto& steps = unet::steps_of<Net, B>();
  unet::Recordings<B> recordings;
  const std::array<unet::Index, 1> always_the_same{};
  return measure_calls<Machine>(c.repetitions, [&] {
    recordings.run(model.context(), always_the_same, [&] {
      unet::Pass<B> pass = model.pass();
      unet::walk(pass, steps, steps.size(), model.slot(),
                 unet::Activation<B>(unet::View<const typename B::Storage>(x.view)));
    });
    B::wait(B::record(model.context()));
  });
}
