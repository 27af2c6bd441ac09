#include "programs/kmeans/options.hpp"

#include "unet/core/error.hpp"

namespace app {

void check(const KMeansProgramOptions& o) {
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

void check_layer(const std::string& layer, const std::vector<std::string>& layers) {
  std::string known = "pixels";
  for (const std::string& name : layers) {
    if (name == layer) return;
    known += ", " + name;
  }
  if (layer != "pixels") throw unet::OptionError("unknown layer '" + layer + "'; use one of: " + known);
}

}  // namespace app
