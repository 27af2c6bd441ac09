// Values as JSON text (RFC 8259): what writing a file's header and a training state needs. Reading JSON, which may be
// hostile, is left to a library that many have attacked; writing needs none, and so nobody has to compile one for it.
#pragma once
#include <charconv>
#include <cmath>
#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/core/finite.hpp"
#include "unet/io/utf8.hpp"

namespace unet {

/// The text in quotes, with what JSON does not allow there escaped. Throws OptionError when it is not UTF-8.
inline std::string json_string(std::string_view text) {
  if (!is_utf8(text)) throw OptionError("a text that JSON shall hold is not UTF-8; give it in UTF-8");
  constexpr std::string_view hex = "0123456789abcdef";
  std::string result = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    const std::size_t named = std::string_view("\"\\\b\f\n\r\t").find(c);
    if (named != std::string_view::npos)
      result += {'\\', "\"\\bfnrt"[named]};
    else if (code < 0x20)
      result += {'\\', 'u', '0', '0', hex[code >> 4], hex[code & 15]};
    else
      result += c;
  }
  return result + "\"";
}

template <std::integral T>
std::string json_number(T value) {
  return std::to_string(value);
}
inline std::string json_bool(bool value) { return value ? "true" : "false"; }

/// The shortest digits that read back as the same number: "0.1", "2.0", "1e-05". What is not finite becomes null: JSON has no
/// such numbers.
inline std::string json_number(double value) {
  if (!is_finite(value)) return "null";
  char buffer[32];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, std::abs(value), std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<std::size_t>(written.ptr - buffer));  // "1.25e+02"
  const std::size_t e = text.find('e');
  const int exponent = std::stoi(std::string(text.substr(e + 1)));
  const std::string sign = std::signbit(value) ? "-" : "";
  if (exponent < -4 || exponent >= 15) return sign + std::string(text);
  std::string digits(text.substr(0, e));
  std::erase(digits, '.');
  if (exponent < 0) return sign + "0." + std::string(static_cast<std::size_t>(-exponent) - 1, '0') + digits;
  const auto whole = static_cast<std::size_t>(exponent) + 1;  // digits before the point
  if (digits.size() <= whole) return sign + digits + std::string(whole - digits.size(), '0') + ".0";
  return sign + digits.insert(whole, ".");
}

/// `values` are JSON already.
inline std::string json_array(const std::vector<std::string>& values) {
  std::string text = "[";
  for (const std::string& value : values) text += (text.size() > 1 ? "," : "") + value;
  return text + "]";
}

/// Of names and values that are JSON already, in the order given. Throws OptionError for a name that is not UTF-8.
inline std::string json_object(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string text = "{";
  for (const auto& [name, value] : members) text += (text.size() > 1 ? "," : "") + json_string(name) + ":" + value;
  return text + "}";
}

}  // namespace unet
