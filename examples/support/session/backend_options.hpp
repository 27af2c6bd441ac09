// Options of all programs: what to compute on.
#pragma once
#include "support/cli/command_line.hpp"
#include "support/nets/compiled_net.hpp"

namespace app {

inline void declare_backend_options(CommandLine& cli, BackendChoice& backend) {
  cli.option("--backend", backend.name, "eigen is the slow reference", "cpu|eigen [cpu]");
  cli.option("--precision", backend.precision,
             "what feature maps are stored in: bf16 takes half the memory and keeps three digits; all else is fp32",
             "fp32|bf16 [fp32]");
}

}  // namespace app
