// A training on a processor, compiled without nvcc.
#pragma once
#include "../network/work.hpp"

/// What both train with, and on the same batch again and again.
inline unet::TrainOptions training_options(unet::Index batch) { return {.batch_size = batch, .learning_rate = 1e-3}; }
inline unet::Batch training_batch(unet::Index batch, unet::Index size) {
  return {random_map(batch, size, false), random_map(batch, size, true)};
}

/// The loss before each step.
std::vector<double> cpu_losses(unet::Index size, unet::Index batch, int steps);
