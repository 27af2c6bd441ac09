// Weights as files: written and read back, written by Python, and everything that does not fit the model.
#include "unet/models/weights.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <set>

#include "../compiled_backends.hpp"
#include "../io/temporary_folder.hpp"
#include "../reference/reference_file.hpp"
#include "../train/edited_file.hpp"
#include "unet/models/unet.hpp"

namespace weights_test {

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
      {"library", "unet"},    {"version", unet::version},
      {"net", "UNet"},        {"in_channels", "1"},
      {"classes", "1"},       {"base", "3"},
      {"depth", "2"},         {"widths", "3, 6, 12"},
      {"block", "Conv3x3BN"}, {"input_normalisation", "pixels scaled to [0, 1]"},
      {"input_size", "128"}};
  std::map<std::string, std::string> stated = file.metadata();
  for (const char* key : {"verify_shape", "verify_input", "verify_logits"}) CHECK(stated.erase(key) == 1);
  CHECK(stated == expected);
  CHECK(unet::identify_net(file) == NetDescription{1, 1, {3, 6, 12}, {3, 6}, "Conv3x3BN"});
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
  CHECK(unet::identify_net(SafetensorsReader(python_file())) == NetDescription{1, 1, {3, 6, 12}, {3, 6}, "Conv3x3BN"});
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
                   file["encoder2.conv1.weight"].shape = {6, 9, 3, 1};
                 }),
                 "tensor 'encoder2.conv1.weight' has shape [6, 9, 3, 1], this net needs [6, 3, 3, 3]"));
  // Where it is the width of a block that does not fit, no other net is seen in it.
  CHECK(contains(refusal_of([](EditedFile& file) {
                   file["encoder2.conv1.weight"].shape = {3, 6, 3, 3};
                 }),
                 "tensor 'encoder2.conv1.weight' has shape [3, 6, 3, 3], tensor 'encoder2.conv2.weight' [6, 6, 3, 3]"));
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
  CHECK(contains(refusal_of([](EditedFile& file) { file.metadata["widths"] = "3, 6, 13"; }), "widths = '3, 6, 13'"));
  CHECK(contains(refusal_of([](EditedFile& file) { file.metadata["block"] = "Conv5x5"; }), "block = 'Conv5x5'"));
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

TEST_CASE("a file written by version 0.1.0") {
  using Small = UNet<1, 1, 2, 1>;
  const auto path = std::filesystem::path(UNET_SOURCE_DIR) / "tests/reference/weights_0_1_0.safetensors";
  const SafetensorsReader file(path);
  REQUIRE(file.metadata().at("version") == "0.1.0");
  CHECK(file.metadata().count("widths") == 0);
  CHECK(unet::identify_net(file) == unet::description_of<Small>);
  unet::Model<Small, Float> model(11);
  unet::load(model, path);
  CHECK(model.values().parameters == unet::initial_values<Small, float>(3).parameters);
  CHECK(model.values().state == unet::initial_values<Small, float>(3).state);
}

namespace {

/// A net that is written and read back; its description and metadata.
template <class N>
void check_saved(const NetDescription& description, const std::map<std::string, std::string>& says,
                 const std::vector<std::string>& does_not_say) {
  const TemporaryFolder folder;
  unet::Model<N, Float> model(3), other(4);
  unet::save(model, folder / "weights.safetensors");
  unet::load(other, folder / "weights.safetensors");
  CHECK(other.values().parameters == model.values().parameters);
  const SafetensorsReader file(folder / "weights.safetensors");
  CHECK(unet::identify_net(file) == description);
  CHECK(unet::description_of<N> == description);
  for (const auto& [key, value] : says) {
    REQUIRE(file.metadata().count(key) == 1);
    CHECK(file.metadata().at(key) == value);
  }
  for (const std::string& key : does_not_say) CHECK(file.metadata().count(key) == 0);
}

/// The message when a file of `From` is loaded as a `To`.
template <class From, class To>
std::string taken_for() {
  const TemporaryFolder folder;
  unet::save(unet::Model<From, Float>(3), folder / "weights.safetensors");
  unet::Model<To, Float> model(4);
  try {
    unet::load(model, folder / "weights.safetensors");
  } catch (const FileError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("files say the widths, on the way down and up") {
  using unet::Widths;
  check_saved<unet::UNetOf<1, 2, Widths<3, 5, 4>>>({1, 2, {3, 5, 4}, {3, 5}, "Conv3x3BN"}, {{"widths", "3, 5, 4"}},
                                                   {"base", "depth", "decoder_widths"});
  using Pruned = unet::UNetOf<2, 1, Widths<3, 6, 12>, unet::Conv3x3BN, Widths<2, 7>>;
  check_saved<Pruned>({2, 1, {3, 6, 12}, {2, 7}, "Conv3x3BN"}, {{"widths", "3, 6, 12"}, {"decoder_widths", "2, 7"}},
                      {"base", "depth"});
  // The same net, whichever way it is written.
  check_saved<unet::UNetOf<1, 1, Widths<3, 6, 12>>>(unet::description_of<UNet<1, 1, 3, 2>>,
                                                    {{"base", "3"}, {"depth", "2"}, {"widths", "3, 6, 12"}}, {});
  CHECK(taken_for<unet::UNetOf<1, 1, Widths<3, 6, 12>>, UNet<1, 1, 3, 2>>() == "nothing was thrown");
}

TEST_CASE("files say the block, and one of the other kind is refused") {
  using unet::Widths;
  using Other = unet::UNetOf<1, 1, Widths<3, 6, 12>, unet::Conv3x3BNReLU>;
  check_saved<Other>({1, 1, {3, 6, 12}, {3, 6}, "Conv3x3BNReLU"}, {{"block", "Conv3x3BNReLU"}}, {"base", "depth"});
  CHECK(contains(taken_for<Other, UNet<1, 1, 3, 2>>(),
                 "it holds a UNetOf<1, 1, Widths<3, 6, 12>, Conv3x3BNReLU>, not the UNet<1, 1, 3, 2>"));
  CHECK(contains(taken_for<UNet<1, 1, 3, 2>, Other>(),
                 "it holds a UNet<1, 1, 3, 2> (in, classes, base, depth), not the UNetOf<1, 1, Widths<3, 6, 12>, "
                 "Conv3x3BNReLU>"));
  // Tensors as in a state_dict whose convolutions have bias=False.
  std::set<std::string> names;
  for (const unet::NamedTensor& tensor : unet::named_tensors<Other>()) names.insert(tensor.name);
  for (const char* name : {"conv1.weight", "norm1.weight", "norm1.bias", "norm1.running_mean", "norm1.running_var"})
    CHECK(names.count(std::string("encoder1.") + name) == 1);
  CHECK(names.count("encoder1.conv1.bias") == 0);
}

TEST_CASE("a block without a name of its own") {
  using unet::Widths;
  using Plain = unet::UNetOf<1, 1, Widths<2, 3>, unet::Conv1x1>;
  check_saved<Plain>({1, 1, {2, 3}, {2}, ""}, {{"widths", "2, 3"}}, {"base", "block"});
  CHECK(contains(taken_for<Plain, UNet<1, 1, 2, 1>>(), "it holds a UNetOf<1, 1, Widths<2, 3>, (unknown block)>"));
  using Square = unet::UNetOf<1, 1, Widths<2, 4>, unet::Conv1x1>;
  CHECK(contains(taken_for<UNet<1, 1, 2, 1>, Square>(),
                 "tensor 'encoder1.conv1.weight' has shape [2, 1, 3, 3], this net needs [2, 1, 1, 1]"));
}

TEST_CASE("weights of nets with other widths") {
  using unet::Widths;
  using Narrow = unet::UNetOf<1, 1, Widths<3, 5, 12>>;
  using Pruned = unet::UNetOf<1, 1, Widths<3, 6, 12>, unet::Conv3x3BN, Widths<3, 5>>;
  CHECK(contains(taken_for<Narrow, UNet<1, 1, 3, 2>>(),
                 "it holds a UNetOf<1, 1, Widths<3, 5, 12>, Conv3x3BN>, not the UNet<1, 1, 3, 2> (in, classes, base, "
                 "depth) that is asked for"));
  CHECK(contains(taken_for<UNet<1, 1, 3, 2>, Pruned>(),
                 "it holds a UNet<1, 1, 3, 2> (in, classes, base, depth), not the UNetOf<1, 1, Widths<3, 6, 12>, "
                 "Conv3x3BN, Widths<3, 5>> that is asked for"));
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

TEST_CASE("which net a file holds is told in a time that grows as its tensors do") {
  const TemporaryFolder folder;
  const float value = 0;
  std::vector<unet::TensorToWrite> tensors;
  const auto add = [&](const std::string& name) { tensors.push_back({name, DType::f32, {1, 1, 1, 1}, &value}); };
  const auto add_block = [&](const std::string& name) {
    add(name + ".conv1.weight");
    add(name + ".conv2.weight");
  };
  constexpr int levels = 10'000;
  for (int level = 1; level <= levels; ++level) {
    add_block("encoder" + std::to_string(level));
    add_block("decoder" + std::to_string(level));
  }
  add_block("bottleneck");
  add("head.weight");
  unet::write_safetensors(folder / "deep.safetensors", {}, tensors);
  const SafetensorsReader file(folder / "deep.safetensors");
  const auto start = std::chrono::steady_clock::now();
  CHECK(unet::identify_net(file).depth() == levels);
  // A tenth of that is enough, and looking through all tensors for each takes ten times as long.
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
}

}  // namespace weights_test
