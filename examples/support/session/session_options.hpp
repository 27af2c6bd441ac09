// What all analyses are told: which model, which data, where to write.
#pragma once
#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "unet/core/shape.hpp"

namespace app {

struct SessionOptions {
  std::filesystem::path model;       ///< run folder of `train`, or a weights file
  std::string data;                  ///< folder or "phantom"; empty: the run's
  std::optional<unet::Index> count;  ///< of phantom images; nothing: the run's
  std::optional<unet::Index> size;   ///< height and width; nothing: as in training
  std::string split;                 ///< CSV with id,part; empty: the run's, or drawn from the seed
  std::string backend = "cpu";
  std::optional<std::uint64_t> seed;  ///< of everything random; nothing: the run's
  int threads = 0;                    ///< 0: all cores
  std::filesystem::path out;
  bool overwrite = false;
};

inline void declare_session_options(CLI::App& cli, SessionOptions& o) {
  cli.add_option("--model", o.model, "run folder of `train`, or a weights file")
      ->required()
      ->option_text("RUN|FILE (required)");
  cli.add_option("--data", o.data, "folder with images, masks and metadata, or the synthetic films")
      ->option_text("DIR|phantom [the run's]");
  cli.add_option("--count", o.count, "number of phantom images")->option_text("N [the run's, or 200]");
  cli.add_option("--size", o.size, "height and width of the images")->option_text("N [as in training]");
  cli.add_option("--split", o.split, "CSV with columns id,part: train, validation, test")
      ->option_text("FILE [the run's; without one drawn from the seed]");
  cli.add_option("--backend", o.backend, "eigen is the slow reference")->option_text("cpu|eigen [cpu]");
  cli.add_option("--seed", o.seed, "decides everything random; the same seed gives the same results")
      ->option_text("N [the run's, or 0]")
      ->check([](const std::string& given) { return given.starts_with('-') ? given + " is negative" : std::string(); });
  cli.add_option("--threads", o.threads, "results do not depend on it")->option_text("N [all cores]");
  cli.add_option("--out", o.out, "folder to write to")->required()->option_text("DIR (required)");
  cli.add_flag("--overwrite", o.overwrite, "replace results that are in --out");
}

}  // namespace app
