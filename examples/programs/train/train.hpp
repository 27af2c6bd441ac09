// Training of each net on each backend that the program knows.
#pragma once
#include "programs/train/options.hpp"
#include "support/session/nets.hpp"

namespace app {

/// Runs a training; its exit code. Throws unet::Error. Defined in NET_BACKEND.cpp.
template <class Net, class B>
int train(const TrainProgram& program);

template <>
int train<PaperNet, unet::Cpu<float>>(const TrainProgram& program);
template <>
int train<PaperNet, unet::EigenBackend<float>>(const TrainProgram& program);
template <>
int train<SmallNet, unet::Cpu<float>>(const TrainProgram& program);
template <>
int train<SmallNet, unet::EigenBackend<float>>(const TrainProgram& program);

}  // namespace app
