// docs/pytorch.md: PyTorch ran its text, and what PyTorch computed is what the library computes.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "../compiled_backends.hpp"
#include "unet/models/unet.hpp"
#include "unet/models/weights.hpp"

namespace pytorch_module_test {

namespace {

const std::filesystem::path root(UNET_SOURCE_DIR);

std::string first_python_of(const std::filesystem::path& page) {
  std::ostringstream text;
  text << std::ifstream(page).rdbuf();
  const std::string all = text.str(), fence = "```python\n";
  const std::size_t begin = all.find(fence) + fence.size();
  return all.substr(begin, all.find("```", begin) - begin);
}

}  // namespace

TEST_CASE_TEMPLATE("the module of docs/pytorch.md gives the logits of the same weights here", B, Float, EigenFloat) {
  const unet::SafetensorsReader file(root / "tests/reference/pytorch_module.safetensors");
  // Otherwise run tests/reference/pytorch_module.py, which needs PyTorch, after changes to the page.
  CHECK(first_python_of(root / "docs/pytorch.md") == file.metadata().at("module"));
  unet::Model<unet::UNet<2, 3, 4, 2>, B> model(0);
  unet::load(model, file.path());
  CHECK(unet::verify(model, file));
}

}  // namespace pytorch_module_test
