// Damaged and malicious safetensors files: each is refused with a message that says what is wrong.
#include <doctest/doctest.h>

#include <cstring>

#include "temporary_folder.hpp"
#include "unet/io/safetensors.hpp"

namespace safetensors_hostile_test {

namespace {

std::string with_length(std::uint64_t length, const std::string& rest) {
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + rest;
}

/// The message of the error that a file of these bytes gives; empty when it is accepted.
std::string error_of(const std::string& bytes) {
  const TemporaryFolder folder;
  std::ofstream(folder / "bad.safetensors", std::ios::binary) << bytes;
  try {
    const unet::SafetensorsReader reader(folder / "bad.safetensors");
  } catch (const unet::FileError& error) {
    CHECK(std::string(error.what()).find("bad.safetensors: ") != std::string::npos);
    return error.what();
  }
  return "";
}

std::string error_of(const std::string& header, std::size_t data_bytes) {
  return error_of(with_length(header.size(), header + std::string(data_bytes, 'd')));
}

std::string tensor(const std::string& name, const std::string& dtype, const std::string& shape,
                   const std::string& offsets) {
  return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}

}  // namespace

#define CHECK_REFUSED(message, ...) CHECK(error_of(__VA_ARGS__).find(message) != std::string::npos)

TEST_CASE("the builders of this test make a valid file") {
  CHECK(error_of("{" + tensor("x", "F32", "[2]", "[0,8]") + "}", 8) == "");
  CHECK(error_of("{" + tensor("b", "U8", "[1]", "[1,2]") + "," + tensor("a", "U8", "[1]", "[0,1]") + "}   ", 2) == "");
  CHECK(error_of("{}", 0) == "");
}

TEST_CASE("the length of the header") {
  CHECK_REFUSED("only 0 bytes long", "");
  CHECK_REFUSED("only 7 bytes long", std::string(7, '\0'));
  CHECK_REFUSED("reaches beyond the end of the file", with_length(3, "{}"));
  CHECK_REFUSED("reaches beyond the end of the file", with_length(~std::uint64_t{0}, "{}"));
  CHECK_REFUSED("reaches beyond the end of the file", with_length(std::uint64_t{1} << 63, "{}"));
  CHECK_REFUSED("not a JSON object", with_length(0, ""));
}

TEST_CASE("files of other kinds are called by their name") {
  CHECK_REFUSED("is not a safetensors file but a text", "a text file named .safetensors");
  CHECK_REFUSED("is not a safetensors file but a text", "epoch,loss\n1,0.5\n");
  CHECK_REFUSED("safetensors.torch.save_file(torch.load(", "PK\3\4" + std::string(100, '\0'));
  CHECK_REFUSED("safetensors.torch.save_file(torch.load(", "\x80\2\x8a\x0a" + std::string(100, 'l'));
  CHECK(error_of("{}" + std::string(638, ' '), 0) == "");  // the length of this header begins like a pickle: 80 02
}

TEST_CASE("a header of more than 100 MB is not even read") {
  const TemporaryFolder folder;
  std::ofstream(folder / "bad.safetensors", std::ios::binary) << with_length(100'000'001, "{}");
  std::filesystem::resize_file(folder / "bad.safetensors", 100'000'009);  // sparse: takes no space on the disk
  CHECK_THROWS_WITH_AS(unet::SafetensorsReader(folder / "bad.safetensors"),
                       doctest::Contains("longer than the 100000000 that the format allows"), unet::FileError);
}

TEST_CASE("JSON that is not a header") {
  CHECK_REFUSED("not a JSON object", "[]", 0);
  CHECK_REFUSED("not a JSON object", " {}", 0);
  CHECK_REFUSED("not a JSON object", "null", 0);
  CHECK_REFUSED("not a JSON object", std::string("{}\0{}", 5), 0);
  CHECK_REFUSED("not valid JSON at its byte 2", "{", 0);
  CHECK_REFUSED("not valid JSON", "{]", 0);
  CHECK_REFUSED("not valid JSON", "{}{}", 0);
  CHECK_REFUSED("not valid JSON", "{\"a\":}", 0);
  CHECK_REFUSED("not valid JSON", "{\"\xff\":{}}", 0);
  CHECK_REFUSED("not valid JSON", "{" + tensor("x", "U8", "[1]", "[0,1]") + ",}", 1);
}

TEST_CASE("nested and huge JSON costs neither stack nor time") {
  std::string arrays = "{\"a\":", objects;
  for (int i = 0; i < 1'000'000; ++i) arrays += '[';
  for (int i = 0; i < 1'000'000; ++i) objects += "{\"a\":";
  CHECK_REFUSED("tensor 'a': an array where the format does not allow one", arrays, 0);
  CHECK_REFUSED("tensor 'a': unknown field 'a'", objects, 0);
  std::string shape = "[1";
  for (int i = 0; i < 1'000'000; ++i) shape += ",1";
  CHECK_REFUSED("more than 64 dimensions", "{" + tensor("x", "U8", shape + "]", "[0,1]") + "}", 1);
  const std::string message = error_of("{\"" + std::string(1'000'000, 'n') + "\":3}", 0);
  CHECK(message.find("nnn...") != std::string::npos);
  CHECK(message.size() < 1000);
}

TEST_CASE("control characters of a name do not reach the terminal") {
  const std::string message = error_of("{" + tensor("\\u001b[2J", "F32", "[1]", "[0,4]") + "}", 0);
  CHECK(message.find("tensor '?[2J'") != std::string::npos);
}

TEST_CASE("fields of a tensor") {
  CHECK_REFUSED("tensor 'x': a number where", "{\"x\":1}", 0);
  CHECK_REFUSED("tensor 'x': null where", "{\"x\":null}", 0);
  CHECK_REFUSED("tensor 'x': a string where", "{\"x\":\"F32\"}", 0);
  CHECK_REFUSED("tensor 'x': field 'dtype' is missing", "{\"x\":{\"shape\":[],\"data_offsets\":[0,4]}}", 4);
  CHECK_REFUSED("tensor 'x': field 'shape' is missing", "{\"x\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4);
  CHECK_REFUSED("tensor 'x': field 'data_offsets' is missing", "{\"x\":{\"dtype\":\"F32\",\"shape\":[]}}", 4);
  CHECK_REFUSED("tensor 'x': unknown field 'extra'", "{\"x\":{\"extra\":1}}", 0);
  CHECK_REFUSED("tensor 'x': field 'dtype' appears twice", "{\"x\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 0);
  CHECK_REFUSED("tensor 'x': a number where", "{\"x\":{\"dtype\":32}}", 0);
  CHECK_REFUSED("tensor 'x': true or false where", "{\"x\":{\"shape\":true}}", 0);
  CHECK_REFUSED("tensor 'x': an object where", "{\"x\":{\"shape\":{}}}", 0);
  CHECK_REFUSED("tensor 'x': an array where", "{\"x\":{\"shape\":[[1]]}}", 0);
  CHECK_REFUSED("tensor 'x': unknown dtype 'F31'", "{" + tensor("x", "F31", "[1]", "[0,4]") + "}", 4);
  CHECK_REFUSED("tensor 'x': appears twice",
                "{" + tensor("x", "U8", "[1]", "[0,1]") + "," + tensor("x", "U8", "[1]", "[1,2]") + "}", 2);
}

TEST_CASE("metadata") {
  CHECK(error_of("{\"__metadata__\":{\"a\":\"b\"}}", 0) == "");
  CHECK_REFUSED("a number where", "{\"__metadata__\":{\"a\":1}}", 0);
  CHECK_REFUSED("an object where", "{\"__metadata__\":{\"a\":{}}}", 0);
  CHECK_REFUSED("a string where", "{\"__metadata__\":\"a\"}", 0);
  CHECK_REFUSED("key 'a' appears twice", "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0);
  CHECK_REFUSED("appears twice in the header", "{\"__metadata__\":{},\"__metadata__\":{}}", 0);
}

TEST_CASE("shapes") {
  const auto shaped = [](const std::string& shape) {
    return error_of("{" + tensor("x", "F32", shape, "[0,4]") + "}", 4);
  };
  CHECK(shaped("[1,1]") == "");
  CHECK(shaped("[2]").find("tensor 'x': its shape and dtype need 8 bytes, its data have 4") != std::string::npos);
  CHECK(shaped("[0]").find("need 0 bytes, its data have 4") != std::string::npos);
  CHECK(shaped("[-1]").find("tensor 'x': a negative number where") != std::string::npos);
  CHECK(shaped("[1.0]").find("a fraction or too large a number where") != std::string::npos);
  CHECK(shaped("[99999999999999999999]").find("a fraction or too large a number where") != std::string::npos);
  CHECK(shaped("[18446744073709551615]").find("a dimension is too large") != std::string::npos);
  CHECK(shaped("[4611686018427387904]").find("its shape is too large") != std::string::npos);
  // The product is 2^64 + 1 elements: 4 bytes when it wraps around.
  CHECK(shaped("[274177,67280421310721]").find("its shape is too large") != std::string::npos);
  CHECK(shaped("[0,9223372036854775807,9223372036854775807]").find("its shape is too large") != std::string::npos);
}

TEST_CASE("offsets") {
  const auto at = [](const std::string& offsets) { return error_of("{" + tensor("x", "U8", "[4]", offsets) + "}", 4); };
  CHECK(at("[0,4]") == "");
  CHECK(at("[4,0]").find("tensor 'x': its data end before they begin") != std::string::npos);
  CHECK(at("[0,5]").find("tensor 'x': its data reach to byte 5 of 4 that the file has") != std::string::npos);
  CHECK(at("[18446744073709551612,18446744073709551615]").find("reach to byte 18446744073709551615") !=
        std::string::npos);
  CHECK(at("[-4,0]").find("a negative number where") != std::string::npos);
  CHECK(at("[0]").find("'data_offsets' must be two numbers") != std::string::npos);
  CHECK(at("[0,4,8]").find("'data_offsets' has more than two numbers") != std::string::npos);
  CHECK(at("4").find("a number where") != std::string::npos);
}

TEST_CASE("no overlap, no hole, nothing after the last tensor") {
  const auto two = [](const std::string& first, const std::string& second) {
    return error_of("{" + tensor("a", "U8", "[2]", first) + "," + tensor("b", "U8", "[2]", second) + "}", 6);
  };
  CHECK(two("[0,2]", "[2,4]").find(": 2 bytes after the last tensor") != std::string::npos);
  CHECK(two("[0,2]", "[4,6]").find("tensor 'b': 2 unused bytes before its data") != std::string::npos);
  CHECK(two("[4,6]", "[1,3]").find("tensor 'b': 1 unused bytes before its data") != std::string::npos);
  CHECK(two("[0,2]", "[1,3]").find("tensor 'b': its data overlap") != std::string::npos);
  CHECK(two("[0,2]", "[0,2]").find("its data overlap") != std::string::npos);
  CHECK(error_of("{}", 1).find(": 1 bytes after the last tensor") != std::string::npos);
}

TEST_CASE("a truncated file is refused at every length") {
  const TemporaryFolder folder;
  const std::vector<float> values(4, 1.0f);
  const std::vector<unet::TensorToWrite> tensors = {{"x", unet::DType::f32, {4}, values.data()}};
  unet::write_safetensors(folder / "a.safetensors", {{"k", "v"}}, tensors);
  const std::string whole = file_content(folder / "a.safetensors");
  CHECK(error_of(whole) == "");
  for (std::size_t length = 0; length < whole.size(); ++length) CHECK(error_of(whole.substr(0, length)) != "");
}

TEST_CASE("what is not a file") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH_AS(unet::SafetensorsReader(folder / "none"), doctest::Contains("No such file"), unet::FileError);
  CHECK_THROWS_WITH_AS(unet::SafetensorsReader(folder.path()), doctest::Contains("Is a directory"), unet::FileError);
  CHECK_THROWS_WITH_AS(unet::SafetensorsReader("/dev/zero"), doctest::Contains("not a regular file"), unet::FileError);
  CHECK_THROWS_WITH_AS(unet::SafetensorsReader(std::string("/dev/null")), doctest::Contains("not a regular file"),
                       unet::FileError);
}

}  // namespace safetensors_hostile_test
