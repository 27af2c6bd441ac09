#include "support/text/json.hpp"

namespace app {

std::string in_lines(std::string_view json) {
  std::string text;
  std::size_t level = 0;
  bool quoted = false;
  const auto new_line = [&] { text += "\n" + std::string(2 * level, ' '); };
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted) {
      text += c;
      if (c == '\\') text += json[++i];
      quoted = c != '"';
      continue;
    }
    quoted = c == '"';
    const bool opens = c == '{' || c == '[', closes = c == '}' || c == ']';
    const bool is_empty = opens && i + 1 < json.size() && (json[i + 1] == '}' || json[i + 1] == ']');
    if (closes) --level, new_line();
    text += c;
    if (is_empty)
      text += json[++i];
    else if (opens)
      ++level, new_line();
    if (c == ',') new_line();
    if (c == ':') text += ' ';
  }
  return text;
}

}  // namespace app
