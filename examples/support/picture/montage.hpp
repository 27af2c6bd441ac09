// Contact sheets: captioned pictures in rows and columns with titles.
#pragma once
#include <string>
#include <vector>

#include "support/picture/picture.hpp"

namespace app {

/// One picture of a montage. A picture without pixels leaves its place empty.
struct Tile {
  Picture picture;
  std::string caption = {};  ///< below the picture, may have several lines
};

/// Titles may have several lines; those of columns are shortened to the width of a tile, as captions are.
struct Montage {
  std::vector<std::vector<Tile>> rows;  ///< need not be of one length
  std::vector<std::string> column_titles = {}, row_titles = {};
  std::string title = {};
  Index tile_height = 256, tile_width = 256;  ///< pictures are scaled to fit into this, keeping their aspect ratio
  Index scale = 2;                            ///< pixels a dot of the letters
  Colour background = {}, text = {220, 220, 220};
};

/// The picture at another size, see unet::resize.
Picture resized(const Picture& picture, Index height, Index width);

/// Pictures below each other, `gap` pixels apart, on a common background.
Picture stacked(const std::vector<Picture>& pictures, Index gap, Colour background);

/// The same tiles in rows of `columns`, for a sheet without order.
std::vector<std::vector<Tile>> in_rows(std::vector<Tile> tiles, Index columns);

/// The montage as one picture. Throws unet::OptionError when there is no tile, or more titles than rows or columns.
Picture draw_montage(const Montage& m);

}  // namespace app
