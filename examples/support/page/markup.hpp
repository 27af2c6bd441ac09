// Text and bytes made safe for SVG and HTML.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace app {

namespace detail {

/// Length of the well-formed UTF-8 character (RFC 3629) at the start of `text`; 0 when there is none.
inline std::size_t utf8_length(std::string_view text) {
  const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xC2 && first < 0xE0   ? 2
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  if (first == 0xE0 && byte(1) < 0xA0) return 0;   // could be shorter
  if (first == 0xED && byte(1) >= 0xA0) return 0;  // surrogates
  if (first == 0xF0 && byte(1) < 0x90) return 0;   // could be shorter
  if (first == 0xF4 && byte(1) >= 0x90) return 0;  // beyond U+10FFFF
  return length;
}

}  // namespace detail

/// Text as it has to stand between tags or inside a quoted attribute, in XML as in HTML. What XML can not hold (control
/// characters, bytes that are not UTF-8) becomes U+FFFD.
inline std::string escape(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = detail::utf8_length(text);
    const char c = text.front();
    if (length == 0 || (static_cast<unsigned char>(c) < 32 && c != '\n' && c != '\t') ||
        text.substr(0, length) == "\uFFFE" || text.substr(0, length) == "\uFFFF")
      result += "\uFFFD";
    else if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (c == '"')
      result += "&quot;";
    else if (c == '\'')
      result += "&#39;";
    else
      result += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

/// Bytes in base64 (RFC 4648), for data URIs.
inline std::string base64(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  result.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = bytes.size() - i < 3 ? bytes.size() - i : 3;
    unsigned word = 0;
    for (std::size_t k = 0; k < 3; ++k) word = word << 8 | (k < count ? bytes[i + k] : 0u);
    for (std::size_t k = 0; k < 4; ++k) result += k <= count ? digits[word >> (18 - 6 * k) & 63] : '=';
  }
  return result;
}

}  // namespace app
