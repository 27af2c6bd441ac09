#include "support/text/markup.hpp"

#include <cstdint>
#include <span>

#include "unet/io/utf8.hpp"

namespace app {

std::string escape(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = unet::utf8_length(text);
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

std::string base64(std::span<const std::uint8_t> bytes) {
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
