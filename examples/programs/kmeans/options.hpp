// What the program `kmeans` is told beside what all analyses are.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "unet/core/error.hpp"
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
inline void check(const KMeansProgramOptions& o) {
  const auto at_least = [](const char* option, unet::Index value, unet::Index least) {
    if (value < least)
      throw unet::OptionError(std::string(option) + " must be at least " + std::to_string(least) + ", not " +
                              std::to_string(value));
  };
  at_least("--k", o.clusters, 1);
  at_least("--restarts", o.restarts, 1);
  at_least("--draws", o.draws, 1);
  at_least("--memory-limit", o.memory_limit, 0);
}

/// Throws unet::OptionError for a layer that is neither one of the net's nor "pixels".
inline void check_layer(const std::string& layer, const std::vector<std::string>& layers) {
  std::string known = "pixels";
  for (const std::string& name : layers) {
    if (name == layer) return;
    known += ", " + name;
  }
  if (layer != "pixels") throw unet::OptionError("unknown layer '" + layer + "'; use one of: " + known);
}

}  // namespace app
