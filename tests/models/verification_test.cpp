// The case that a model file carries: what it says, when it passes, and what it notices.
#include "unet/models/verify.hpp"

#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "../io/temporary_folder.hpp"
#include "../reference/reference_file.hpp"
#include "../train/edited_file.hpp"
#include "unet/models/unet.hpp"
#include "unet/models/weights.hpp"

namespace verification_test {

using unet::FileError;
using unet::Index;
using unet::SafetensorsReader;
using unet::UNet;

namespace {

using Net = UNet<1, 1, 3, 2>;

/// A backend whose convolution gives a wrong value in one channel.
struct Wrong : Float {
  static constexpr const char* name = "wrong";
  static std::string instruction_set() { return "avx9000"; }
  static void conv3x3_forward(unet::HostContext& context, const Input& x, unet::Weights<float> w, Out y,
                              unet::Padding padding, const unet::Epilogue<float>& epilogue) {
    Float::conv3x3_forward(context, x, w, y, padding, epilogue);
    if (y.shape.c == 12) y.data[5] += 2;
  }
};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The message that verifying gives for a file saved on Float and then changed by `edit`.
template <class Edit>
std::string refusal_of(const Edit& edit) {
  const TemporaryFolder folder;
  const auto path = folder / "weights.safetensors";
  unet::save(unet::Model<Net, Float>(3), path);
  EditedFile file(path);
  edit(file);
  file.write(path);
  unet::Model<Net, Float> model(11);
  unet::load(model, path);
  try {
    unet::verify(model, SafetensorsReader(path));
  } catch (const FileError& error) {
    CHECK(std::string(error.what()).starts_with(path.string()));
    return error.what();
  }
  return "nothing was thrown";
}

std::vector<double> numbers(const std::string& text) {
  std::vector<double> values;
  REQUIRE(unet::detail::read_numbers(text, values));
  return values;
}

}  // namespace

TEST_CASE("a saved model carries an image and the logits that it gives for it") {
  const TemporaryFolder folder;
  const auto path = folder / "weights.safetensors";
  unet::Model<Net, Float> model(3);
  unet::save(model, path);
  const SafetensorsReader file(path);
  CHECK(file.metadata().at("verify_shape") == "1, 16, 16, 1");
  const std::vector<double> input = numbers(file.metadata().at("verify_input"));
  REQUIRE(input.size() == 256);
  unet::HostTensor<float> image({1, 16, 16, 1});
  for (std::size_t i = 0; i < input.size(); ++i) image.values[i] = static_cast<float>(input[i] / 255);
  CHECK(relative_error(model(image.view()).values, numbers(file.metadata().at("verify_logits"))) < 1e-5);
  CHECK(unet::verify(model, file));
  CHECK(SafetensorsReader(path).tensors().size() == unet::named_tensors<Net>().size());  // no tensor was added

  unet::save(model, folder / "again.safetensors");
  CHECK(SafetensorsReader(folder / "again.safetensors").metadata() == file.metadata());
}

TEST_CASE("it passes on other backends and in other precisions") {
  const TemporaryFolder folder;
  const auto path = folder / "weights.safetensors";
  unet::save(unet::Model<Net, Float>(3), path);
  unet::Model<Net, Double> exact;
  unet::load(exact, path);
  CHECK(unet::verify(exact, SafetensorsReader(path)));
  unet::save(exact, path);
  unet::Model<Net, Float> model;
  unet::load(model, path);
  CHECK(unet::verify(model, SafetensorsReader(path)));
}

TEST_CASE("each convolution's weights count, in all of their nine places") {
  const TemporaryFolder folder;
  const auto path = folder / "weights.safetensors";
  const auto values = ReferenceFile("net").values<Net, double>("parameters.");  // as after training: no part is silent
  unet::save(unet::Model<Net, Double>(values), path);
  const SafetensorsReader file(path);
  for (const unet::NamedTensor& tensor : unet::named_tensors<Net>()) {
    if (tensor.spec.kernel != 3 || tensor.spec.kind != unet::TensorKind::convolution) continue;
    CAPTURE(tensor.name);
    const Index taps = tensor.spec.in * tensor.spec.out;
    for (Index tap = 0; tap < 9; ++tap) {
      CAPTURE(tap);
      unet::Values<double> changed = values;
      for (Index i = 0; i < taps; ++i)
        changed.parameters[static_cast<std::size_t>(tensor.offset + tap * taps + i)] *= 1.2;
      unet::Model<Net, Double> model(changed);
      CHECK_THROWS_AS(unet::verify(model, file), FileError);
    }
  }
}

TEST_CASE("a backend that computes wrongly is noticed, and the message says where and what to do") {
  const TemporaryFolder folder;
  const auto path = folder / "weights.safetensors";
  unet::save(unet::Model<Net, Float>(3), path);
  unet::Model<Net, Wrong> model;
  unet::load(model, path);
  std::string message = "nothing was thrown";
  try {
    unet::verify(model, SafetensorsReader(path));
  } catch (const FileError& error) {
    message = error.what();
  }
  CAPTURE(message);
  CHECK(contains(message, path.string()));
  CHECK(contains(message, "allowed is 0.001 (backend wrong, instruction set avx9000)"));
  CHECK(contains(message, "UNET_ISA=portable"));
  CHECK(contains(message, "remove the metadata that begin with 'verify_'"));
}

TEST_CASE("weights that were changed after saving; values that are not numbers") {
  const auto change = [](float value) {
    return [value](EditedFile& file) { std::memcpy(file["decoder1.conv2.bias"].bytes.data(), &value, sizeof value); };
  };
  CHECK(contains(refusal_of(change(3)), "does not give the logits that it gave when it was saved"));
  CHECK(contains(refusal_of(change(NAN)), "differ by inf of the largest"));
}

TEST_CASE("files without a case load: of version 0.1.0, of Python") {
  const auto reference = std::filesystem::path(UNET_SOURCE_DIR) / "tests/reference";
  unet::Model<Net, Float> model;
  unet::load(model, reference / "python_weights.safetensors");
  CHECK_FALSE(unet::verify(model, SafetensorsReader(reference / "python_weights.safetensors")));
  unet::Model<UNet<1, 1, 2, 1>, Float> old;
  unet::load(old, reference / "weights_0_1_0.safetensors");
  CHECK_FALSE(unet::verify(old, SafetensorsReader(reference / "weights_0_1_0.safetensors")));
}

TEST_CASE("a model that gives values that are not finite is saved without a case") {
  const TemporaryFolder folder;
  unet::Values<float> values = unet::initial_values<Net, float>(1);
  values.parameters.back() = NAN;  // the head's bias
  unet::save(unet::Model<Net, Float>(values), folder / "nan.safetensors");
  unet::Model<Net, Float> model;
  unet::load(model, folder / "nan.safetensors");
  CHECK_FALSE(unet::verify(model, SafetensorsReader(folder / "nan.safetensors")));
}

TEST_CASE("a damaged case is an error that says what is wrong") {
  const auto with = [](const std::string& key, const std::string& value) {
    const std::string message = refusal_of([&](EditedFile& file) { file.metadata[key] = value; });
    CAPTURE(message);
    CHECK(contains(message, "its verification case is damaged: "));
    return message;
  };
  for (const char* shape : {"", "1, 16, 16", "2, 16, 16, 1", "1, 16, 16, 3", "1, 16, 18, 1", "1, -16, 16, 1",
                            "1, 0, 16, 1", "1, 1e300, 16, 1", "1, 16.5, 16, 1", "1, 4096, 4096, 1", "nan, 16, 16, 1"})
    CHECK(contains(with("verify_shape", shape), "verify_shape"));
  CHECK(contains(with("verify_shape", "1, 32, 16, 1"), "verify_input has 256 numbers, its shape needs 512"));
  CHECK(contains(with("verify_input", "1, 2, x"), "verify_input is not a list of numbers"));
  CHECK(contains(with("verify_logits", ""), "verify_logits is not a list of numbers"));
  CHECK(contains(with("verify_logits", "1, 2"), "verify_logits has 2 numbers, its shape needs 256"));
  for (const char* list : {"1,2", "1, ", ", 1", "1, inf", "1e999", "1, 2 "})
    CHECK(contains(with("verify_logits", list), "verify_logits is not a list of numbers"));
  CHECK(
      contains(refusal_of([](EditedFile& file) { file.metadata.erase("verify_input"); }), "there is no verify_input"));
  CHECK(contains(refusal_of([](EditedFile& file) {
                   std::string& input = file.metadata["verify_input"];
                   input = "256" + input.substr(input.find(','));
                 }),
                 "verify_input has a value outside of 0 .. 255"));
}

TEST_CASE("nets of several channels and classes, deep nets, nets that are no U-Nets") {
  const TemporaryFolder folder;
  const auto path = folder / "weights.safetensors";
  const auto check = [&]<class N>(const N&, const std::string& shape, std::size_t logits) {
    unet::Model<N, Float> model(5);
    unet::save(model, path);
    const SafetensorsReader file(path);
    CHECK(file.metadata().at("verify_shape") == shape);
    CHECK(numbers(file.metadata().at("verify_logits")).size() == logits);
    CHECK(unet::verify(model, file));
  };
  check(UNet<2, 3, 2, 1>{}, "1, 16, 16, 2", 768);
  check(UNet<1, 1, 1, 4>{}, "1, 32, 32, 1", 1024);
  check(unet::Sequential<unet::Conv3x3BN<1, 2>, unet::Conv1x1<2, 1>>{}, "1, 16, 16, 1", 256);
}

TEST_CASE("a case saved by a backend that stores less than float is measured by what that one can say") {
  const TemporaryFolder folder;
  const auto path = folder / "weights.safetensors";
  unet::save(unet::Model<Net, FastNarrow>(3), path);
  CHECK(SafetensorsReader(path).metadata().at("verify_tolerance") == "0.1");
  unet::Model<Net, Float> model(11);
  unet::load(model, path);
  CHECK(unet::verify(model, SafetensorsReader(path)));

  for (const char* damaged : {"0.2", "-1", "much", "0.1, 0.1", ""}) {
    CAPTURE(damaged);
    const std::string message = refusal_of([&](EditedFile& file) { file.metadata["verify_tolerance"] = damaged; });
    CHECK(contains(message, "verify_tolerance"));
  }
}

}  // namespace verification_test
