// What `predict` is told.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "support/nets/compiled_net.hpp"

namespace app {

struct PredictProgram {
  std::filesystem::path model, out, masks;
  std::vector<std::filesystem::path> images;  ///< files and folders
  BackendChoice backend;
  std::string size;  ///< see parse_net_size; empty: what the model's file says
  int threads = 0;   ///< 0: all cores
  int repeat = 0;    ///< forward passes of each image that are timed
  bool save_logits = false, probabilities = false, overwrite = false;
};

}  // namespace app
