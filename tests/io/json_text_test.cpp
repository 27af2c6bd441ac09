// JSON that is written without a library: what a JSON library makes of the same values, byte for byte, and reads back.
#include "unet/io/json_text.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "temporary_folder.hpp"
#include "unet/core/random.hpp"
#include "unet/io/safetensors_writer.hpp"

namespace json_text_test {

using nlohmann::json;

TEST_CASE("text: quotes, escapes, and every character of one byte") {
  CHECK(unet::json_string("a\"b\\c\n") == R"("a\"b\\c\n")");
  CHECK(unet::json_string(std::string("\0\x1f\x7f", 3)) == "\"\\u0000\\u001f\x7f\"");
  for (int code = 0; code < 128; ++code) {
    const std::string text(1, static_cast<char>(code));
    CHECK(unet::json_string(text) == json(text).dump());
  }
  for (const char* text : {"Z\u00fcrich", "\u20ac", "\U0001F600", "\uFFFF", "\u007f\u0080\u07ff\u0800\U00010000"})
    CHECK(unet::json_string(text) == json(text).dump());
}

TEST_CASE("text that is not UTF-8 is refused, and nothing else") {
  for (const char* text : {"\xff", "\x80", "\xc0\x80", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
                           "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82"})
    CHECK_THROWS_AS(unet::json_string(text), unet::OptionError);
  unet::Random random(0, unet::Purpose::noise, 0, 0);
  int refused = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (int length = 0; length < 1 + i % 4; ++length)
      text += static_cast<char>(static_cast<int>(random.uniform(length == 0 ? 0 : 112, 256)));
    std::string expected = "refused", written = "refused";
    try {
      expected = json(text).dump();
    } catch (const json::exception&) {
      ++refused;
    }
    try {
      written = unet::json_string(text);
    } catch (const unet::OptionError&) {
    }
    REQUIRE(written == expected);
  }
  CHECK(refused > 5000);
  CHECK(refused < 19000);
}

TEST_CASE("numbers") {
  CHECK(unet::json_number(std::int64_t{-7}) == "-7");
  CHECK(unet::json_number(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
  CHECK(unet::json_bool(true) == "true");
  CHECK(unet::json_bool(false) == "false");
  for (const double value : {0.0, -0.0, 1.0, 0.1, 2.97, 1e-4, 1.5e-4, 1e-5, -1.25e-7, 123456.789, 1e14,
                             123456789012345.0, 1e15, 1.5e300, 5e-324, 99.99, 0.01, 1.0 / 3})
    CHECK(unet::json_number(value) == json(value).dump());
  for (const double value : {std::nan(""), HUGE_VAL, -HUGE_VAL}) CHECK(unet::json_number(value) == json(value).dump());
  // The library's digits are not always the shortest, so these are compared as numbers.
  unet::Random random(0, unet::Purpose::noise, 0, 1);
  for (int i = 0; i < 20000; ++i) {
    const double value = std::pow(10, random.uniform(-20, 20)) * random.uniform(-1, 1);
    const std::string text = unet::json_number(value);
    REQUIRE(json::parse(text).get<double>() == value);
    REQUIRE(text.size() <= json(value).dump().size());
  }
}

TEST_CASE("arrays and objects keep their order") {
  CHECK(unet::json_array({}) == "[]");
  CHECK(unet::json_array({"1", "[]", "null"}) == "[1,[],null]");
  CHECK(unet::json_object({}) == "{}");
  CHECK(unet::json_object({{"b", "1"}, {"a\n", unet::json_string("x")}}) == R"({"b":1,"a\n":"x"})");
  CHECK_THROWS_AS(unet::json_object({{"\xff", "1"}}), unet::OptionError);
}

TEST_CASE("the header of a safetensors file has the bytes that version 0.1.0 gave it") {
  const TemporaryFolder folder;
  const std::vector<float> values(6);
  const std::map<std::string, std::string> metadata = {{"train_state", R"({"best":[0.5,"\u0001"]})"},
                                                       {"name\t\x01", "Z\u00fcrich / \"x\\y\"\n"}};
  const std::vector<unet::TensorToWrite> tensors = {{"b.weight", unet::DType::f32, {2, 3}, values.data()},
                                                    {"a \"quoted\"", unet::DType::f64, {}, values.data()},
                                                    {"none", unet::DType::bf16, {0, 4}, nullptr}};
  unet::write_safetensors(folder / "a.safetensors", metadata, tensors);

  nlohmann::ordered_json expected = nlohmann::ordered_json::object();
  expected["__metadata__"] = metadata;
  const auto add = [&](const char* name, const char* dtype, std::vector<int> shape, int begin, int end) {
    expected[name] = {{"dtype", dtype}, {"shape", shape}, {"data_offsets", {begin, end}}};
  };
  add("a \"quoted\"", "F64", {}, 0, 8);
  add("b.weight", "F32", {2, 3}, 8, 32);
  add("none", "BF16", {0, 4}, 32, 32);
  std::string header = expected.dump();
  header.resize((header.size() + 7) / 8 * 8, ' ');
  const std::string bytes = file_content(folder / "a.safetensors");
  CHECK(bytes.substr(8, header.size()) == header);
  CHECK(bytes.size() == 8 + header.size() + 32);

  unet::write_safetensors(folder / "empty.safetensors", {}, {});
  CHECK(file_content(folder / "empty.safetensors").substr(8) == "{}      ");
}

}  // namespace json_text_test
