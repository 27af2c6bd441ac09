// The small net on the cpu backend: a translation unit of its own, so that the four compile side by side.
#include "programs/train/run.hpp"
#include "programs/train/train.hpp"

template <>
int app::train<app::SmallNet, unet::Cpu<float>>(const TrainProgram& program) {
  return TrainRun<SmallNet, unet::Cpu<float>>(program).run();
}
