// The paper net on the cpu backend: a translation unit of its own, so that the four compile side by side.
#include "programs/train/run.hpp"
#include "programs/train/train.hpp"

template <>
int app::train<app::PaperNet, unet::Cpu<float>>(const TrainProgram& program) {
  return TrainRun<PaperNet, unet::Cpu<float>>(program).run();
}
