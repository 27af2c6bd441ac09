// Safetensors files: round trip, and a file that Python's safetensors wrote (make_python_safetensors.py).
#include "unet/io/safetensors.hpp"

#include <doctest/doctest.h>

#include "temporary_folder.hpp"

namespace safetensors_test {

using unet::DType;
using unet::Index;
using unet::SafetensorsReader;
using unet::TensorToWrite;
using unet::write_safetensors;

TEST_CASE("what is written is read back") {
  const TemporaryFolder folder;
  const std::vector<float> weight = {1, -2, 3.5f, 0, 1e-30f, 6};
  const std::vector<std::uint8_t> mask = {1, 0, 255};
  const double scalar = 0.1;
  const std::map<std::string, std::string> metadata = {{"net", "{\"base\": 32}"}, {"quote\"\n", "\u00fc"}};
  const std::vector<TensorToWrite> tensors = {{"mask", DType::u8, {3}, mask.data()},
                                              {"a.weight", DType::f32, {2, 3}, weight.data()},
                                              {"scalar", DType::f64, {}, &scalar},
                                              {"none", DType::f32, {4, 0}, nullptr}};
  write_safetensors(folder / "a.safetensors", metadata, tensors);

  const SafetensorsReader reader(folder / "a.safetensors");
  CHECK(reader.metadata() == metadata);
  CHECK(reader.tensors().size() == 4);
  REQUIRE(reader.find("a.weight") != nullptr);
  CHECK(reader.find("a.weight")->shape == std::vector<Index>{2, 3});
  CHECK(reader.find("a.weight")->dtype == DType::f32);
  CHECK(reader.find("scalar")->shape.empty());
  CHECK(reader.find("b") == nullptr);
  CHECK(reader.read_f32("a.weight") == weight);
  CHECK(reader.read_f32("none").empty());
  double scalar_back = 0;
  reader.read("scalar", &scalar_back, sizeof scalar_back);
  CHECK(scalar_back == scalar);
  std::vector<std::uint8_t> mask_back(3);
  reader.read("mask", mask_back.data(), mask_back.size());
  CHECK(mask_back == mask);
}

TEST_CASE("a tensor that is written in pieces") {
  const TemporaryFolder folder;
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  const auto pieces = [&](std::size_t rows) {
    return [&values, rows](unet::OutputFile& to) {
      for (std::size_t row = 0; row < rows; ++row) to.write(values.data() + 2 * row, 2 * sizeof(float));
    };
  };
  const std::int64_t label = 7;
  write_safetensors(folder / "a.safetensors", {},
                    std::vector<TensorToWrite>{{.name = "rows", .shape = {3, 2}, .stream = pieces(3)},
                                               {"label", DType::i64, {1}, &label}});
  const SafetensorsReader reader(folder / "a.safetensors");
  CHECK(reader.read_f32("rows") == values);
  std::int64_t label_back = 0;
  reader.read("label", &label_back, sizeof label_back);
  CHECK(label_back == 7);
  CHECK_THROWS_AS(write_safetensors(folder / "b.safetensors", {},
                                    std::vector<TensorToWrite>{{.name = "rows", .shape = {3, 2}, .stream = pieces(2)}}),
                  unet::ShapeError);
  CHECK_FALSE(std::filesystem::exists(folder / "b.safetensors"));
}

TEST_CASE("data begin at a multiple of 8 bytes, each tensor at a multiple of its element size") {
  const TemporaryFolder folder;
  const std::vector<char> data(64);
  for (int length = 1; length <= 9; ++length) {
    const std::vector<TensorToWrite> tensors = {
        {std::string(static_cast<std::size_t>(length), 'n'), DType::i8, {3}, data.data()},
        {"half", DType::f16, {1}, data.data()},
        {"wide", DType::i64, {2}, data.data()},
        {"float", DType::f32, {1}, data.data()}};
    write_safetensors(folder / "a.safetensors", {}, tensors);
    const std::string bytes = file_content(folder / "a.safetensors");
    std::uint64_t header = 0;
    std::memcpy(&header, bytes.data(), sizeof header);
    CHECK(header % 8 == 0);
    CHECK(bytes[8] == '{');
    CHECK(bytes.size() == 8 + header + 3 + 2 + 16 + 4);
    const SafetensorsReader reader(folder / "a.safetensors");
    for (const auto& tensor : reader.tensors()) CHECK(tensor.begin % unet::dtype_size(tensor.dtype) == 0);
  }
}

TEST_CASE("a file without tensors holds metadata alone") {
  const TemporaryFolder folder;
  write_safetensors(folder / "a.safetensors", {{"key", "value"}}, {});
  const SafetensorsReader reader(folder / "a.safetensors");
  CHECK(reader.tensors().empty());
  CHECK(reader.metadata().at("key") == "value");
}

TEST_CASE("a file of Python's safetensors reads right") {
  const SafetensorsReader reader(std::filesystem::path(UNET_SOURCE_DIR) / "tests/reference/python.safetensors");
  CHECK(reader.metadata() == std::map<std::string, std::string>{{"format", "np"}, {"name", "Z\u00fcrich"}});
  CHECK(reader.tensors().size() == 5);
  CHECK(reader.find("weight")->shape == std::vector<Index>{2, 3});
  CHECK(reader.read_f32("weight") == std::vector<float>{0, 0.25f, 0.5f, 0.75f, 1, 1.25f});
  CHECK(reader.find("half")->dtype == DType::f16);
  CHECK(reader.find("empty")->shape == std::vector<Index>{0, 3});
  CHECK(reader.find("mask")->dtype == DType::bool_);
  CHECK(reader.find("mask")->shape == std::vector<Index>{2, 2});
  bool mask[4] = {};
  reader.read("mask", mask, sizeof mask);
  CHECK(mask[0]);
  CHECK_FALSE(mask[1]);
  CHECK_FALSE(mask[2]);
  CHECK(mask[3]);
  CHECK(reader.find("count")->shape.empty());
  std::int64_t count = 0;
  reader.read("count", &count, sizeof count);
  CHECK(count == -7);
}

TEST_CASE("asking for what is not there is an error that names it") {
  const TemporaryFolder folder;
  const float value = 1;
  const std::vector<TensorToWrite> tensors = {{"x", DType::f32, {1}, &value}, {"raw", DType::u32, {1}, &value}};
  write_safetensors(folder / "a.safetensors", {}, tensors);
  const SafetensorsReader reader(folder / "a.safetensors");
  double wide = 0;
  CHECK_THROWS_WITH_AS(reader.read("x", &wide, sizeof wide), doctest::Contains("tensor 'x' has 4 bytes, not the 8"),
                       unet::FileError);
  CHECK_THROWS_WITH_AS(reader.read_f32("y"), doctest::Contains("there is no tensor 'y'"), unet::FileError);
  CHECK_THROWS_WITH_AS(reader.read_f32("raw"), doctest::Contains("tensor 'raw' is U32, not F32"), unet::FileError);
}

TEST_CASE("tensors that can not be written are refused before the file is touched") {
  const TemporaryFolder folder;
  const float value = 1;
  const auto path = folder / "a.safetensors";
  write_safetensors(path, {{"previous", "file"}}, {});
  const auto write = [&](const std::vector<TensorToWrite>& tensors) { write_safetensors(path, {}, tensors); };
  CHECK_THROWS_WITH_AS(write({{"x", DType::f32, {1}, &value}, {"x", DType::f32, {1}, &value}}),
                       doctest::Contains("'x' is used twice"), unet::OptionError);
  CHECK_THROWS_AS(write({{"__metadata__", DType::f32, {1}, &value}}), unet::OptionError);
  CHECK_THROWS_WITH_AS(write({{"\xff", DType::f32, {1}, &value}}), doctest::Contains("UTF-8"), unet::OptionError);
  CHECK_THROWS_AS(write({{"x", DType::f32, {-1}, &value}}), unet::ShapeError);
  CHECK_THROWS_AS(write({{"x", DType::f32, {Index{1} << 40, Index{1} << 40}, &value}}), unet::ShapeError);
  CHECK_THROWS_AS(write({{"x", DType::f32, {1}, nullptr}}), unet::ShapeError);
  CHECK_THROWS_AS(write_safetensors(path, {{"key", "\xff"}}, {}), unet::OptionError);
  CHECK(SafetensorsReader(path).metadata().at("previous") == "file");
}

}  // namespace safetensors_test
