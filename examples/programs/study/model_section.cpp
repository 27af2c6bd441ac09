#include "programs/study/model_section.hpp"

#include "support/cli/program.hpp"
#include "support/nets/weights_file.hpp"
#include "support/session/comparable.hpp"
#include "support/text/numbers.hpp"

namespace app {

namespace {

/// Tensors of a weights file whose names start with one of these belong to a block.
std::vector<std::string> tensor_prefixes(const std::string& block) {
  if (block == "latent") return {};
  if (block == "logits") return {"head."};
  if (block == "bottleneck_conv1") return {"bottleneck.conv1.", "bottleneck.norm1."};
  if (block == "bottleneck") return {"bottleneck.conv2.", "bottleneck.norm2."};
  return {block + "."};
}

/// In the words that the table's caption explains.
std::string block_layers(const std::string& block) {
  if (block == "encoder1") return "2 conv";
  if (block.starts_with("encoder")) return "pool, 2 conv";
  if (block.starts_with("decoder")) return "up, concatenate, 2 conv";
  if (block.starts_with("bottleneck")) return "conv";
  return block == "latent" ? "pool" : "1x1 convolution";
}

long long parameters_of(const std::string& block, const unet::SafetensorsReader& file) {
  long long sum = 0;
  for (const unet::TensorInfo& tensor : file.tensors())
    for (const std::string& prefix : tensor_prefixes(block)) {
      const bool state =
          tensor.name.find(".running_") != std::string::npos || tensor.name.ends_with(".num_batches_tracked");
      if (!tensor.name.starts_with(prefix) || state) continue;
      long long size = 1;
      for (const unet::Index length : tensor.shape) size *= length;
      sum += size;
    }
  return sum;
}

}  // namespace

std::vector<BlockRow> blocks_of(const Session& session) {
  const unet::SafetensorsReader file = open_weights(session.options().model);
  const unet::Shape image = session.data().shape();
  const unet::HostTensor<float> black({1, image.h, image.w, image.c});
  std::vector<BlockRow> rows;
  for (const std::string& name : session.model().layers()) {
    stop_if_interrupted();
    rows.push_back(
        {name, block_layers(name), session.model().output(name, black.view()).shape, parameters_of(name, file)});
  }
  return rows;
}

Section model_section(const Session& session, const std::vector<BlockRow>& blocks) {
  Section section{"model", "Model", {}};
  const TrainedModel& model = session.model();
  section.add(beside_paper(
      Table{"The net",
            {"", "here", "paper"},
            {{"net", model.net(), "paper"}, {"parameters", grouped(model.parameters()), grouped(paper::parameters)}},
            3},
      session.data()));
  Table table{
      "Blocks in the order of computation; outputs of one image are height x width x channels. conv: 3x3 convolution, "
      "ReLU, "
      "batch norm; pool: 2x2 maximum; up: 2x2 transposed convolution, ReLU",
      {"block", "layers", "output", "parameters"},
      {},
      2};
  for (const BlockRow& block : blocks)
    table.rows.push_back({block.name, block.layers,
                          std::to_string(block.output.h) + " x " + std::to_string(block.output.w) + " x " +
                              std::to_string(block.output.c),
                          grouped(block.parameters)});
  section.add(table);
  return section;
}

}  // namespace app
