#include "support/picture/label.hpp"

#include <algorithm>

#include "support/picture/font.hpp"

namespace app {

void draw_label(Picture& picture, std::string_view word, Index y, Index x, Index scale, Colour colour) {
  for (const char letter : word) {
    if (!detail::starts_character(letter)) continue;
    for (Index i = 0; i < detail::glyph_height * scale; ++i)
      for (Index j = 0; j < detail::glyph_width * scale; ++j)
        if (detail::glyph_dot(letter, i / scale, j / scale)) picture.set(y + i, x + j, colour);
    x += (detail::glyph_width + 1) * scale;
  }
}

std::string shortened_label(std::string_view word, Index width, Index scale) {
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
