// Words on pictures.
#pragma once
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
void draw_label(Picture& picture, std::string_view word, Index y, Index x, Index scale, Colour colour);

/// The word itself when it is at most `width` pixels wide, otherwise its beginning, "..", and its end: ids differ there.
std::string shortened_label(std::string_view word, Index width, Index scale);

}  // namespace app
