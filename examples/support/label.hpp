// Words on pictures, in a font that holds just the letters that the legends of overlays need.
#pragma once
#include <array>
#include <string_view>

#include "support/picture.hpp"

namespace app {

namespace detail {

inline constexpr Index glyph_width = 5, glyph_height = 9;

struct Glyph {
  char letter;
  std::array<std::string_view, glyph_height> rows;
};

// clang-format off
inline constexpr std::array<Glyph, 11> glyphs = {{
    {'c', {".....", ".....", ".###.", "#...#", "#....", "#...#", ".###.", ".....", "....."}},
    {'d', {"....#", "....#", ".####", "#...#", "#...#", "#...#", ".####", ".....", "....."}},
    {'e', {".....", ".....", ".###.", "#...#", "#####", "#....", ".###.", ".....", "....."}},
    {'h', {"#....", "#....", "####.", "#...#", "#...#", "#...#", "#...#", ".....", "....."}},
    {'i', {"..#..", ".....", ".##..", "..#..", "..#..", "..#..", ".###.", ".....", "....."}},
    {'n', {".....", ".....", "####.", "#...#", "#...#", "#...#", "#...#", ".....", "....."}},
    {'o', {".....", ".....", ".###.", "#...#", "#...#", "#...#", ".###.", ".....", "....."}},
    {'p', {".....", ".....", "####.", "#...#", "#...#", "#...#", "####.", "#....", "#...."}},
    {'r', {".....", ".....", "#.##.", "##..#", "#....", "#....", "#....", ".....", "....."}},
    {'t', {".#...", ".#...", "###..", ".#...", ".#...", ".#..#", "..##.", ".....", "....."}},
    {'u', {".....", ".....", "#...#", "#...#", "#...#", "#..##", ".##.#", ".....", "....."}},
}};
// clang-format on

}  // namespace detail

/// Width in pixels of a word drawn at `scale` pixels a dot.
constexpr Index label_width(std::string_view word, Index scale) {
  return static_cast<Index>(word.size()) * (detail::glyph_width + 1) * scale;
}
constexpr Index label_height(Index scale) { return detail::glyph_height * scale; }

/// Draws a word with its upper left corner at (y, x). Letters that the font lacks stay blank.
inline void draw_label(Picture& picture, std::string_view word, Index y, Index x, Index scale, Colour colour) {
  for (const char letter : word) {
    for (const detail::Glyph& glyph : detail::glyphs)
      for (Index i = 0; glyph.letter == letter && i < detail::glyph_height * scale; ++i)
        for (Index j = 0; j < detail::glyph_width * scale; ++j)
          if (glyph.rows[static_cast<std::size_t>(i / scale)][static_cast<std::size_t>(j / scale)] == '#')
            picture.set(y + i, x + j, colour);
    x += (detail::glyph_width + 1) * scale;
  }
}

}  // namespace app
