// The examples of the pages: docs_examples.cmake takes them out of docs/modules/*.md and the README.
#include <doctest/doctest.h>

#include <filesystem>

#include "../io/temporary_folder.hpp"
#include "support/nets/compiled_cpu.hpp"
#include "unet/models/weights.hpp"
#include "unet/unet.hpp"

namespace docs {

void run(void (*example)()) { example(); }

/// Runs an example in a folder that has the model which the README loads.
void run_with_model(void (*example)()) {
  const TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  unet::save(unet::Model<unet::UNet<1, 1, 32, 4>, unet::Cpu<float>>(), "lungs.safetensors");
  example();
  std::filesystem::current_path(before);
}

}  // namespace docs

#include "examples.inc"
