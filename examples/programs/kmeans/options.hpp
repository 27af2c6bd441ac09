// What the program `kmeans` is told beside what all analyses are.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "unet/core/shape.hpp"

namespace app {

struct KMeansProgramOptions {
  std::string layer = "latent";  ///< of the net, or "pixels"
  unet::Index clusters = 4;
  unet::Index restarts = 10;
  std::string part = "all";            ///< "all", "train", "validation", "test"
  unet::Index draws = 9999;            ///< of each permutation test
  unet::Index memory_limit = 256;      ///< MB; latents that need more go to a temporary file in --out
  std::filesystem::path save_latents;  ///< empty: they are not kept
};

/// Throws unet::OptionError when an option is out of range. To be called before long work.
void check(const KMeansProgramOptions& o);

/// Throws unet::OptionError for a layer that is neither one of the net's nor "pixels".
void check_layer(const std::string& layer, const std::vector<std::string>& layers);

}  // namespace app
