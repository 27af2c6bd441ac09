// What `predict` is told.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "unet/core/shape.hpp"

namespace app {

struct PredictProgram {
  std::filesystem::path model, out, masks;
  std::vector<std::filesystem::path> images;  ///< files and folders
  std::string backend = "cpu";
  std::optional<unet::Index> size;  ///< height and width before the net; nothing: what the model's file says
  int threads = 0;                  ///< 0: all cores
  bool save_logits = false, overwrite = false;
};

}  // namespace app
