// Words on pictures.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>

#include "support/picture/font.hpp"
#include "support/picture/picture.hpp"

namespace app {

namespace detail {

/// False for the bytes of a UTF-8 character after its first: they take no room of their own.
constexpr bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

}  // namespace detail

/// Width in pixels of a word drawn at `scale` pixels a dot.
constexpr Index label_width(std::string_view word, Index scale) {
  Index characters = 0;
  for (const char byte : word) characters += detail::starts_character(byte);
  return characters * (detail::glyph_width + 1) * scale;
}
constexpr Index label_height(Index scale) { return detail::glyph_height * scale; }

/// Draws a word with its upper left corner at (y, x), in printable ASCII; any other character becomes a question mark.
inline void draw_label(Picture& picture, std::string_view word, Index y, Index x, Index scale, Colour colour) {
  for (const char letter : word) {
    if (!detail::starts_character(letter)) continue;
    for (Index i = 0; i < detail::glyph_height * scale; ++i)
      for (Index j = 0; j < detail::glyph_width * scale; ++j)
        if (detail::glyph_dot(letter, i / scale, j / scale)) picture.set(y + i, x + j, colour);
    x += (detail::glyph_width + 1) * scale;
  }
}

/// The word itself when it is at most `width` pixels wide, otherwise its beginning, "..", and its end: ids differ there.
inline std::string shortened_label(std::string_view word, Index width, Index scale) {
  if (label_width(word, scale) <= width) return std::string(word);
  const Index room = std::max<Index>(0, width / ((detail::glyph_width + 1) * scale) - 2);
  const auto after = [&](Index characters) {  // byte at which so many characters are over
    std::size_t byte = 0;
    for (; byte < word.size(); ++byte)
      if (detail::starts_character(word[byte]) && characters-- == 0) break;
    return byte;
  };
  const Index all = label_width(word, 1) / (detail::glyph_width + 1);
  return std::string(word.substr(0, after(room - room / 2))) + ".." + std::string(word.substr(after(all - room / 2)));
}

}  // namespace app
