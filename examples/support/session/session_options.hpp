// What all analyses are told: which model, which data, where to write.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "support/cli/command_line.hpp"
#include "support/nets/compiled_net.hpp"
#include "unet/core/shape.hpp"

namespace app {

struct SessionOptions {
  std::filesystem::path model;       ///< run folder of `train`, or a weights file
  std::string data;                  ///< folder or "phantom"; empty: the run's
  std::optional<unet::Index> count;  ///< of phantom images; nothing: the run's
  std::optional<unet::Index> size;   ///< height and width; nothing: as in training
  std::string split;                 ///< CSV with id,part; empty: the run's, or drawn from the seed
  BackendChoice backend;
  std::optional<std::uint64_t> seed;  ///< of everything random; nothing: the run's
  int threads = 0;                    ///< 0: all cores
  std::filesystem::path out;
  bool overwrite = false;
};

void declare_session_options(CommandLine& cli, SessionOptions& o);

}  // namespace app
