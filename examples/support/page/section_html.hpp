// Sections of the study as HTML: tables with headers, pictures with texts in their place, findings with their verdict in words.
#pragma once
#include <string>
#include <string_view>

#include "support/page/section.hpp"

namespace app {

/// "<strong>Not supported:</strong> The sentence."; a note is the sentence alone.
std::string finding_html(const Finding& finding);

/// @param id unique in the page: of the caption, which names the table
std::string table_html(const Table& table, const std::string& id);

/// SVG stands in the page itself, so that it can follow the page's colours and tell values where a mouse rests.
/// @param alone whether no other figure stands beside it: it then has the width of the text
std::string figure_html(const Figure& figure, bool alone = false);

/// What stands in a section. Figures that follow each other stand side by side where there is room; findings that follow
/// each other are a list; a table without rows is left out.
std::string blocks_html(const Section& section);

/// A chapter: <section id="..."> with a heading of level 2. `more` is put after its blocks as it is.
std::string section_html(const Section& section, std::string_view more = "");

}  // namespace app
