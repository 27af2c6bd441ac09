// Pieces of HTML pages that need neither network nor scripts.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "support/chart/svg.hpp"

namespace app::html {

/// `attributes` start with a blank and are escaped already; the content is escaped here.
std::string element(std::string_view name, std::string_view attributes, std::string_view content);

/// A table in a box that scrolls by itself, so that the page never scrolls sideways; reachable by keyboard.
/// @param naming attribute that names box and table: aria-label, or aria-labelledby with the id of a caption
std::string scrolling_table(std::string_view naming, std::string_view name, std::string_view rows);

/// The first `text_columns` columns are text, the others numbers, which stand at the right.
std::string header_row(const std::vector<std::string>& names, std::size_t text_columns = 1);

std::string number_cell(std::string_view text);

/// A whole page. `style` and `body` are put in as they are.
std::string page(std::string_view title, std::string_view style, std::string_view body);

}  // namespace app::html
