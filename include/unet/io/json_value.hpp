// Values from JSON that someone may have edited or damaged: converted with a check, where a plain conversion would cut, wrap
// around or, for 1e30 as a whole number, be undefined.
#pragma once
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "unet/core/error.hpp"
#include "unet/io/safetensors_header.hpp"

namespace unet {

namespace detail {

template <std::integral T, class Json>
bool json_holds(const Json& value) {
  if (value.is_number_unsigned()) return std::in_range<T>(value.template get<std::uint64_t>());
  return value.is_number_integer() && std::in_range<T>(value.template get<std::int64_t>());
}

/// What json_value<T> takes, for a message.
template <class T>
std::string json_kind() {
  if constexpr (std::is_same_v<T, bool>)
    return "true or false";
  else if constexpr (std::is_same_v<T, std::string>)
    return "a text";
  else if constexpr (std::integral<T>)
    return "a whole number from " + std::to_string(std::numeric_limits<T>::min()) + " to " +
           std::to_string(std::numeric_limits<T>::max());
  else
    return "a number";
}

}  // namespace detail

// Templates, so that only who reads JSON compiles a parser for it: Json is nlohmann::json or its like.

/// Deepest nesting of lists and objects that is read. Reading itself takes no stack for it, but copying, writing and comparing
/// such a value do: some ten thousand levels would end the program.
inline constexpr int json_most_levels = 100;

/// The value that a text is. Throws OptionError when it is no JSON, or nested deeper than json_most_levels.
template <class Json>
Json json_from_text(std::string_view text) {
  const auto check_level = [](int level, typename Json::parse_event_t, Json&) {
    if (level > json_most_levels)
      throw OptionError("it is no JSON of this library: nested deeper than " + std::to_string(json_most_levels) +
                        " levels");
    return true;
  };
  try {
    return Json::parse(text.begin(), text.end(), check_level);
  } catch (const typename Json::exception& error) {
    throw OptionError(std::string("it is no JSON (") + error.what() + ")");
  }
}

/// The value as T: bool, std::string, double, or an integer that the value must be exactly (3.0 is none).
/// @param key what the value is called in messages
/// @throws OptionError that names the key and the value
template <class T, class Json>
T json_value(const Json& value, const std::string& key) {
  bool fits = false;
  if constexpr (std::is_same_v<T, bool>)
    fits = value.is_boolean();
  else if constexpr (std::is_same_v<T, std::string>)
    fits = value.is_string();
  else if constexpr (std::integral<T>)
    fits = detail::json_holds<T>(value);
  else
    fits = value.is_number();
  if (!fits)
    throw OptionError("'" + key + "' is " + detail::printable(value.dump()) + ", where " + detail::json_kind<T>() +
                      " is needed");
  return value.template get<T>();
}

/// Member `key` of an object. Throws OptionError when it is missing, too.
template <class T, class Json>
T json_member(const Json& object, const std::string& key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (found == object.end()) throw OptionError("'" + key + "' is missing");
  return json_value<T>(*found, key);
}

/// Sets `to` to member `key` of an object; of the same type and with the same errors.
template <class T, class Json>
void read_member(const Json& object, const std::string& key, T& to) {
  to = json_member<T>(object, key);
}

}  // namespace unet
