// A training run, from its options to the finished run folder.
#pragma once
#include "support/session/train_options.hpp"

namespace app {

/// Exit code: 0, or that of an interrupt. Throws when something is wrong with options, data or files.
int train(const TrainProgram& program);

}  // namespace app
