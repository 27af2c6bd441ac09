// Segments images one after the other: a bad one is reported and the others are still done.
#pragma once
#include "programs/predict/options.hpp"

namespace app {

/// Exit code: 0, 1 when images failed, or that of an interrupt. Throws when options, the model or the folder to write to are
/// wrong; no file is written in that case.
int predict(const PredictProgram& o);

}  // namespace app
