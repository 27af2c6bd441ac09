// Weights as files: written and read back, written by Python, and everything that does not fit the model.
#include "unet/models/weights.hpp"

#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "../io/temporary_folder.hpp"
#include "../reference/reference_file.hpp"
#include "../train/edited_file.hpp"
#include "unet/models/unet.hpp"

using unet::DType;
using unet::FileError;
using unet::Index;
using unet::NetDescription;
using unet::SafetensorsReader;
using unet::UNet;

namespace {

using Net = UNet<1, 1, 3, 2>;
using Model = unet::Model<Net, Float>;

std::filesystem::path python_file() {
  return std::filesystem::path(UNET_SOURCE_DIR) / "tests/reference/python_weights.safetensors";
}

/// Message of the FileError that loading gives; checks that the model stays as it was.
std::string refusal(const std::filesystem::path& path) {
  Model model(11);
  const auto before = model.values();
  std::string message = "nothing was thrown";
  try {
    unet::load(model, path);
  } catch (const FileError& error) {
    message = error.what();
    CHECK(message.starts_with(path.string()));
  }
  const auto after = model.values();
  CHECK(after.parameters == before.parameters);
  CHECK(after.state == before.state);
  return message;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A good file, changed by `edit`, is refused.
template <class Edit>
std::string refusal_of(const Edit& edit) {
  const TemporaryFolder folder;
  unet::save(Model(3), folder / "weights.safetensors");
  EditedFile file(folder / "weights.safetensors");
  edit(file);
  file.write(folder / "weights.safetensors");
  return refusal(folder / "weights.safetensors");
}

}  // namespace

TEST_CASE("what is saved is loaded, bit for bit") {
  const TemporaryFolder folder;
  Model model(3), other(4);
  unet::Values<float> values = model.values();
  for (std::size_t i = 0; i < values.state.size(); ++i) values.state[i] = 0.1f * static_cast<float>(i);
  model.set_values(values);
  unet::save(model, folder / "weights.safetensors", {{"input_size", "128"}});
  unet::load(other, folder / "weights.safetensors");
  CHECK(other.values().parameters == values.parameters);
  CHECK(other.values().state == values.state);

  const SafetensorsReader file(folder / "weights.safetensors");
  const std::map<std::string, std::string> expected = {
      {"library", "unet"},  {"version", unet::version},
      {"net", "UNet"},      {"in_channels", "1"},
      {"classes", "1"},     {"base", "3"},
      {"depth", "2"},       {"input_normalisation", "pixels scaled to [0, 1]"},
      {"input_size", "128"}};
  CHECK(file.metadata() == expected);
  CHECK(unet::identify_net(file) == NetDescription{1, 1, 3, 2});
  REQUIRE(file.find("decoder2.up.weight") != nullptr);
  CHECK(file.find("decoder2.up.weight")->shape == std::vector<Index>{12, 6, 2, 2});
  CHECK(file.find("decoder2.up.weight")->dtype == DType::f32);

  unet::Model<Net, Double> exact(5), exact_back(6);
  unet::save(exact, folder / "double.safetensors");
  unet::load(exact_back, folder / "double.safetensors");
  CHECK(exact_back.values().parameters == exact.values().parameters);
  unet::load(other, folder / "double.safetensors");  // converted
  CHECK(other.values().parameters == unet::initial_values<Net, float>(5).parameters);
}

TEST_CASE("a state_dict saved by Python, without metadata and with batch counters") {
  Model model;
  unet::load(model, python_file());
  const auto expected = ReferenceFile("net").values<Net, float>("parameters.");
  CHECK(model.values().parameters == expected.parameters);
  CHECK(model.values().state == expected.state);
  CHECK(SafetensorsReader(python_file()).metadata().empty());
  CHECK(unet::identify_net(SafetensorsReader(python_file())) == NetDescription{1, 1, 3, 2});
}

TEST_CASE("weights of other nets") {
  const TemporaryFolder folder;
  unet::save(unet::Model<UNet<2, 3, 2, 1>, Float>(1), folder / "other.safetensors");
  CHECK(contains(refusal(folder / "other.safetensors"),
                 "it holds a UNet<2, 3, 2, 1> (in, classes, base, depth), not the UNet<1, 1, 3, 2> (in, classes, base, "
                 "depth) that is asked for"));
  unet::save(unet::Model<UNet<1, 1, 3, 1>, Float>(1), folder / "other.safetensors");
  CHECK(contains(refusal(folder / "other.safetensors"), "UNet<1, 1, 3, 1>"));
  unet::save(unet::Model<UNet<1, 1, 3, 3>, Float>(1), folder / "other.safetensors");
  CHECK(contains(refusal(folder / "other.safetensors"), "UNet<1, 1, 3, 3>"));
  const auto no_net = std::filesystem::path(UNET_SOURCE_DIR) / "tests/reference/python.safetensors";
  CHECK(contains(refusal(no_net), "these are not the weights of a U-Net of this library"));
  CHECK(contains(refusal(folder / "missing.safetensors"), "missing.safetensors"));
}

TEST_CASE("a tensor of another shape, even with as many elements") {
  CHECK(contains(refusal_of([](EditedFile& file) {
                   file["encoder2.conv1.weight"].shape = {3, 6, 3, 3};
                 }),
                 "tensor 'encoder2.conv1.weight' has shape [3, 6, 3, 3], this net needs [6, 3, 3, 3]"));
  CHECK(contains(refusal_of([](EditedFile& file) { file["head.bias"].shape = {}; }),
                 "tensor 'head.bias' has shape [], this net needs [1]"));
  CHECK(contains(refusal_of([](EditedFile& file) {
                   file["decoder1.norm2.running_var"].shape = {3, 1};
                 }),
                 "tensor 'decoder1.norm2.running_var' has shape [3, 1], this net needs [3]"));
}

TEST_CASE("a tensor of another type") {
  CHECK(contains(refusal_of([](EditedFile& file) { file["encoder1.norm1.bias"].dtype = DType::i32; }),
                 "tensor 'encoder1.norm1.bias' is I32, needed is F32 or F64"));
}

TEST_CASE("a missing tensor, an unknown one") {
  CHECK(contains(refusal_of([](EditedFile& file) { file.erase("bottleneck.norm2.running_mean"); }),
                 "tensor 'bottleneck.norm2.running_mean' is missing"));
  CHECK(contains(refusal_of([](EditedFile& file) { file.erase("head.weight"); }), "no tensor 'head.weight'"));
  CHECK(contains(refusal_of([](EditedFile& file) {
                   file.tensors.push_back({"encoder1.conv3.weight", DType::f32, {1}, std::vector<char>(4)});
                 }),
                 "unknown tensor 'encoder1.conv3.weight'"));
  CHECK(contains(refusal_of([](EditedFile& file) { file["head.bias"].name = "head.offset"; }), "head."));
}

TEST_CASE("metadata that contradict the net") {
  CHECK(contains(refusal_of([](EditedFile& file) { file.metadata["depth"] = "4"; }),
                 "its metadata say depth = '4', but this net has '2'"));
  CHECK(contains(refusal_of([](EditedFile& file) { file.metadata["net"] = "ResNet"; }), "net = 'ResNet'"));
  CHECK(contains(refusal_of([](EditedFile& file) { file.metadata["input_normalisation"] = "mean 0, variance 1"; }),
                 "input_normalisation = 'mean 0, variance 1'"));
}

TEST_CASE("another version of the library, texts that it does not know: no contradiction") {
  const TemporaryFolder folder;
  unet::save(Model(3), folder / "weights.safetensors");
  EditedFile file(folder / "weights.safetensors");
  file.metadata["version"] = "99.0.0";
  file.metadata["comment"] = "by hand";
  file.write(folder / "weights.safetensors");
  Model model(11);
  unet::load(model, folder / "weights.safetensors");
  CHECK(model.values().parameters == Model(3).values().parameters);
}

TEST_CASE("nets that are not U-Nets are saved under the places of their layers") {
  using Plain = unet::Sequential<unet::Conv3x3BN<1, 2>, unet::Conv1x1<2, 1>>;
  const TemporaryFolder folder;
  unet::Model<Plain, Float> model(1), other(2);
  unet::save(model, folder / "plain.safetensors");
  CHECK(SafetensorsReader(folder / "plain.safetensors").find("1.conv.weight") != nullptr);
  unet::load(other, folder / "plain.safetensors");
  CHECK(other.values().parameters == model.values().parameters);
}
