// Numbers of edited or damaged JSON: taken exactly, or refused with the key and the value.
#include "unet/io/json_value.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

namespace json_value_test {

namespace {

/// The message for member "key" of this JSON text, taken as T; empty when it is accepted.
template <class T>
std::string refusal_of(const std::string& value) {
  try {
    unet::json_member<T>(nlohmann::json::parse("{\"key\": " + value + "}"), "key");
  } catch (const unet::OptionError& error) {
    return error.what();
  }
  return "";
}

template <class T>
T taken(const std::string& value) {
  return unet::json_member<T>(nlohmann::json::parse("{\"key\": " + value + "}"), "key");
}

}  // namespace

TEST_CASE("values that fit are taken as they are") {
  CHECK(taken<int>("-2147483648") == std::numeric_limits<int>::min());
  CHECK(taken<int>("2147483647") == std::numeric_limits<int>::max());
  CHECK(taken<std::ptrdiff_t>("4294967299") == 4294967299);
  CHECK(taken<std::uint64_t>("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
  CHECK(taken<double>("3") == 3.0);
  CHECK(taken<double>("1e30") == 1e30);
  CHECK(taken<bool>("true"));
  CHECK(taken<std::string>("\"a\"") == "a");
}

TEST_CASE("what is no such whole number is refused: with its key, its value and what is needed") {
  CHECK(refusal_of<int>("3.9") == "'key' is 3.9, where a whole number from -2147483648 to 2147483647 is needed");
  for (const char* value :
       {"1e30", "4294967299", "-2147483649", "18446744073709551615", "3.0", "null", "true", "\"3\"", "[3]", "{}"})
    CHECK(refusal_of<int>(value).starts_with("'key' is "));
  CHECK(refusal_of<int>("1e30").starts_with("'key' is 1e+30, "));
  CHECK(refusal_of<int>("4294967299").starts_with("'key' is 4294967299, "));
  CHECK(refusal_of<std::uint64_t>("-1") ==
        "'key' is -1, where a whole number from 0 to 18446744073709551615 is needed");
  CHECK(refusal_of<std::ptrdiff_t>("9223372036854775808").starts_with("'key' is 9223372036854775808, "));
}

TEST_CASE("other kinds of values, and none at all") {
  CHECK(refusal_of<double>("null") == "'key' is null, where a number is needed");
  CHECK(refusal_of<double>("\"fast\"") == "'key' is \"fast\", where a number is needed");
  CHECK(refusal_of<bool>("1") == "'key' is 1, where true or false is needed");
  CHECK(refusal_of<std::string>("1") == "'key' is 1, where a text is needed");
  CHECK_THROWS_WITH_AS(unet::json_member<int>(nlohmann::json::object(), "key"), "'key' is missing", unet::OptionError);
  CHECK_THROWS_WITH_AS(unet::json_member<int>(nlohmann::json(3), "key"), "'key' is missing", unet::OptionError);
  CHECK(refusal_of<int>("\"" + std::string(100'000, 'x') + "\"").size() < 200);
}

}  // namespace json_value_test
