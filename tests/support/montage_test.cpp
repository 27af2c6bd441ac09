// Montages: each picture, caption and title where it belongs, in the font that has every printable character.
#include "support/picture/montage.hpp"

#include <doctest/doctest.h>

#include <set>

#include "support/picture/label.hpp"

namespace montage_test {

using app::Colour;
using app::Index;
using app::Picture;

namespace {

constexpr Colour red = {255, 0, 0}, green = {0, 255, 0}, white = {255, 255, 255};

/// Pixels of a colour within a rectangle.
Index count(const Picture& picture, Colour colour, Index top, Index left, Index bottom, Index right) {
  Index n = 0;
  for (Index y = top; y < bottom; ++y)
    for (Index x = left; x < right; ++x) n += picture.get(y, x) == colour;
  return n;
}
Index count(const Picture& picture, Colour colour) {
  return count(picture, colour, 0, 0, picture.height, picture.width);
}

app::Montage sheet(std::vector<std::vector<app::Tile>> rows) {
  app::Montage m{std::move(rows)};
  m.tile_height = m.tile_width = 40;
  m.scale = 1;
  m.text = white;
  return m;
}

}  // namespace

TEST_CASE("every printable character has a glyph of its own") {
  std::set<std::vector<std::uint8_t>> seen;
  for (char c = ' '; c <= '~'; ++c) {
    CAPTURE(c);
    Picture picture(9, 6);
    app::draw_label(picture, std::string(1, c), 0, 0, 1, white);
    CHECK(seen.insert(picture.bytes).second);
    CHECK((count(picture, white) > 0) == (c != ' '));
    CHECK(count(picture, white, 0, 5, 9, 6) == 0);  // room between letters
  }
  CHECK(seen.size() == 95);
}

TEST_CASE("a character beyond ASCII is one question mark, however many bytes it has") {
  Picture dash(9, 12), mark(9, 12);
  app::draw_label(dash, "\u2013a", 0, 0, 1, white);
  app::draw_label(mark, "?a", 0, 0, 1, white);
  CHECK(dash.bytes == mark.bytes);
  CHECK(app::label_width("\u2013a", 2) == 24);
}

TEST_CASE("a label that is too long keeps its beginning and its end, and fits") {
  CHECK(app::shortened_label("abcdef", 36, 1) == "abcdef");
  CHECK(app::shortened_label("abcdef", 35, 1) == "ab..f");
  CHECK(app::shortened_label("\u00e4bcde\u00e4", 35, 1) == "\u00e4b..\u00e4");
  CHECK(app::shortened_label("abcdefg", 72, 2) == "ab..fg");
  CHECK(app::shortened_label("abcdef", 3, 1) == "..");
}

TEST_CASE("tiles stand in rows and columns, scaled to their place") {
  const Picture small(10, 10, red), large(100, 100, green);
  const Picture picture = app::draw_montage(sheet({{{small}, {large}}, {{{}}, {small}}}));
  CHECK(count(picture, red) == 2 * 40 * 40);
  CHECK(count(picture, green) == 40 * 40);
  const Index half_height = picture.height / 2, half_width = picture.width / 2;
  CHECK(count(picture, red, 0, 0, half_height, half_width) == 40 * 40);
  CHECK(count(picture, green, 0, half_width, half_height, picture.width) == 40 * 40);
  CHECK(count(picture, red, half_height, half_width, picture.height, picture.width) == 40 * 40);
}

TEST_CASE("a picture keeps its aspect ratio and stands in the middle of its tile") {
  const Picture picture = app::draw_montage(sheet({{{Picture(10, 20, red)}}}));
  CHECK(count(picture, red) == 20 * 40);
  const Index middle = picture.height / 2;
  CHECK(count(picture, red, middle - 10, 0, middle + 10, picture.width) == 20 * 40);
}

TEST_CASE("captions below the tiles, titles above the columns and left of the rows") {
  app::Montage plain = sheet({{{Picture(40, 40, red)}}, {{Picture(40, 40, red)}}});
  const Picture bare = app::draw_montage(plain);
  CHECK(count(bare, white) == 0);

  app::Montage titled = plain;
  titled.column_titles = {"top"};
  titled.row_titles = {"left\ntwo"};
  const Picture with_titles = app::draw_montage(titled);
  CHECK(count(with_titles, red) == 2 * 40 * 40);  // no letter lies on a tile
  const Index above = with_titles.height - bare.height, left = with_titles.width - bare.width;
  CHECK(above >= 9);
  CHECK(left >= 24);
  CHECK(count(with_titles, white, 0, left, above + 4, with_titles.width) >= 20);
  CHECK(count(with_titles, white, above + 4, 0, with_titles.height / 2, left) >= 40);
  CHECK(count(with_titles, white, with_titles.height / 2 + 10, 0, with_titles.height, with_titles.width) == 0);

  app::Montage captioned = plain;
  captioned.rows[0][0].caption = "a caption that is far too long\nand b";
  const Picture with_caption = app::draw_montage(captioned);
  CHECK(with_caption.width == bare.width);
  CHECK(with_caption.height > bare.height + 18);
  CHECK(count(with_caption, red) == 2 * 40 * 40);
  CHECK(count(with_caption, white, 44, 0, 44 + 22, with_caption.width) == count(with_caption, white));
  CHECK(count(with_caption, white) > 60);
}

TEST_CASE("a title wider than the tiles makes the montage wider") {
  app::Montage m = sheet({{{Picture(40, 40, red)}}});
  m.title = "a title of more than forty pixels";
  const Picture picture = app::draw_montage(m);
  CHECK(picture.width >= app::label_width(m.title, 1));
  Picture label(9, app::label_width(m.title, 1));
  app::draw_label(label, m.title, 0, 0, 1, white);
  CHECK(count(picture, white) == count(label, white));
}

TEST_CASE("montages that can not be drawn") {
  CHECK_THROWS_AS(app::draw_montage(sheet({})), unet::OptionError);
  CHECK_THROWS_AS(app::draw_montage(sheet({{}, {}})), unet::OptionError);
  app::Montage m = sheet({{{Picture(1, 1)}}});
  m.row_titles = {"a", "b"};
  CHECK_THROWS_WITH_AS(app::draw_montage(m), doctest::Contains("2 row titles"), unet::OptionError);
}

TEST_CASE("a list of tiles in rows, pictures below each other") {
  const auto rows = app::in_rows(std::vector<app::Tile>(7, app::Tile{Picture(1, 1)}), 3);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].size() == 3);
  CHECK(rows[2].size() == 1);

  const Picture both = app::stacked({Picture(2, 5, red), Picture(3, 4, green)}, 10, white);
  CHECK(both.height == 15);
  CHECK(both.width == 5);
  CHECK(count(both, red) == 10);
  CHECK(count(both, green, 12, 0, 15, 4) == 12);
}

}  // namespace montage_test
