// Options of all programs: what to compute on.
#pragma once
#include "support/cli/command_line.hpp"
#include "support/nets/compiled_net.hpp"

namespace app {

inline void declare_backend_options(CommandLine& cli, BackendChoice& backend) {
  cli.option("--backend", backend.name, "cuda is for NVIDIA GPUs, eigen the slow reference", "cpu|cuda|eigen [cpu]");
  cli.option("--device", backend.device, "which GPU, with --backend cuda", "N [0]");
  cli.option("--precision", backend.precision,
             "what feature maps are stored in: bf16 takes half the memory and keeps three digits; all else is fp32",
             "fp32|bf16 [fp32]");
}

}  // namespace app
