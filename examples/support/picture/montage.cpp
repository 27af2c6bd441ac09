#include "support/picture/montage.hpp"

#include <algorithm>
#include <utility>

#include "support/picture/label.hpp"

namespace app {

Picture resized(const Picture& picture, Index height, Index width) {
  unet::Image image(picture.height, picture.width, 3);
  std::transform(picture.bytes.begin(), picture.bytes.end(), image.pixels.begin(),
                 [](std::uint8_t byte) { return static_cast<float>(byte) / 255; });
  return to_picture(unet::resize(image, height, width));
}

Picture stacked(const std::vector<Picture>& pictures, Index gap, Colour background) {
  Index height = 0, width = 0;
  for (const Picture& picture : pictures) {
    height += picture.height + (height > 0 ? gap : 0);
    width = std::max(width, picture.width);
  }
  Picture result(height, width, background);
  Index y = 0;
  for (const Picture& picture : pictures) {
    result.paste(picture, y, 0);
    y += picture.height + gap;
  }
  return result;
}

std::vector<std::vector<Tile>> in_rows(std::vector<Tile> tiles, Index columns) {
  std::vector<std::vector<Tile>> rows;
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    if (i % static_cast<std::size_t>(columns) == 0) rows.emplace_back();
    rows.back().push_back(std::move(tiles[i]));
  }
  return rows;
}

namespace {

std::vector<std::string> text_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

Index text_height(const std::string& text, Index scale) {
  return static_cast<Index>(text_lines(text).size()) * (label_height(scale) + scale);
}

Index text_width(const std::string& text, Index scale) {
  Index width = 0;
  for (const std::string& line : text_lines(text)) width = std::max(width, label_width(line, scale));
  return width;
}

/// Lines shortened to `width` pixels and centred in them.
void draw_text(Picture& picture, const std::string& text, Index y, Index x, Index width, const Montage& style) {
  for (const std::string& line : text_lines(text)) {
    const std::string shown = shortened_label(line, width, style.scale);
    draw_label(picture, shown, y, x + (width - label_width(shown, style.scale) + style.scale) / 2, style.scale,
               style.text);
    y += label_height(style.scale) + style.scale;
  }
}

/// As large as fits into the tile.
Picture fitted(const Picture& picture, const Montage& m) {
  const double factor = std::min(static_cast<double>(m.tile_height) / static_cast<double>(picture.height),
                                 static_cast<double>(m.tile_width) / static_cast<double>(picture.width));
  const auto side = [&](Index pixels) { return std::max<Index>(1, std::lround(factor * static_cast<double>(pixels))); };
  return resized(picture, side(picture.height), side(picture.width));
}

}  // namespace

Picture draw_montage(const Montage& m) {
  std::size_t columns = 0;
  for (const auto& row : m.rows) columns = std::max(columns, row.size());
  if (columns == 0) throw unet::OptionError("a montage without a single tile");
  if (m.column_titles.size() > columns || m.row_titles.size() > m.rows.size())
    throw unet::OptionError("a montage of " + std::to_string(m.rows.size()) + " rows and " + std::to_string(columns) +
                            " columns with " + std::to_string(m.row_titles.size()) + " row titles and " +
                            std::to_string(m.column_titles.size()) + " column titles");

  const Index gap = 4 * m.scale;
  Index left = gap, column_title = 0;
  for (const std::string& title : m.row_titles) left = std::max(left, text_width(title, m.scale) + 2 * gap);
  for (const std::string& title : m.column_titles) column_title = std::max(column_title, text_height(title, m.scale));
  const Index head = gap + (m.title.empty() ? 0 : text_height(m.title, m.scale) + gap);
  std::vector<Index> tops;
  Index height = head + column_title;
  for (const auto& row : m.rows) {
    tops.push_back(height);
    Index caption = 0;
    for (const Tile& tile : row) caption = std::max(caption, text_height(tile.caption, m.scale));
    height += m.tile_height + gap + (caption > 0 ? caption + gap / 2 : 0);
  }
  const Index grid = static_cast<Index>(columns) * (m.tile_width + gap);
  const Index width = std::max(left + grid, text_width(m.title, m.scale) + 2 * gap);

  Picture result(height, width, m.background);
  draw_text(result, m.title, gap, gap, text_width(m.title, m.scale), m);
  const auto column_left = [&](std::size_t column) { return left + static_cast<Index>(column) * (m.tile_width + gap); };
  for (std::size_t i = 0; i < m.column_titles.size(); ++i)
    draw_text(result, m.column_titles[i], head, column_left(i), m.tile_width, m);
  for (std::size_t i = 0; i < m.rows.size(); ++i) {
    if (i < m.row_titles.size()) {
      const Index middle = tops[i] + (m.tile_height - text_height(m.row_titles[i], m.scale)) / 2;
      draw_text(result, m.row_titles[i], middle, gap, left - 2 * gap, m);
    }
    for (std::size_t j = 0; j < m.rows[i].size(); ++j) {
      const Tile& tile = m.rows[i][j];
      const Index x = column_left(j);
      if (tile.picture.height > 0 && tile.picture.width > 0) {
        const Picture scaled = fitted(tile.picture, m);
        result.paste(scaled, tops[i] + (m.tile_height - scaled.height) / 2, x + (m.tile_width - scaled.width) / 2);
      }
      draw_text(result, tile.caption, tops[i] + m.tile_height + gap / 2, x, m.tile_width, m);
    }
  }
  return result;
}

}  // namespace app
