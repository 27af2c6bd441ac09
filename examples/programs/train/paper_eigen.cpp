// The paper net on the eigen backend: a translation unit of its own, so that the four compile side by side.
#include "programs/train/run.hpp"
#include "programs/train/train.hpp"

template <>
int app::train<app::PaperNet, unet::EigenBackend<float>>(const TrainProgram& program) {
  return TrainRun<PaperNet, unet::EigenBackend<float>>(program).run();
}
