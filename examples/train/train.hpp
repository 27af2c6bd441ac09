// One function for each net that `train` can train. Exit codes; they throw unet::Error.
#pragma once
#include "train/options.hpp"

namespace app {

int train_paper(const TrainProgram& program);
int train_small(const TrainProgram& program);

}  // namespace app
