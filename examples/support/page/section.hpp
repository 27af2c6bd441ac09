// What an analysis tells: tables, figures and sentences, to be printed, written as CSV, or put into the study's report.
#pragma once
#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "support/picture/picture.hpp"

namespace app {

/// Cells as a reader sees them. The first column names the rows; the others are numbers unless `text_columns` says more.
struct Table {
  std::string caption;
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::size_t text_columns = 1;  ///< so many columns from the left are text
};

struct Figure {
  std::string alt;      ///< what a reader who does not see it must know
  std::string caption;  ///< below the figure
  std::string svg;      ///< the picture itself, or
  Picture picture;
  std::string file = {};  ///< where it lies in full size, relative to the report; empty: nowhere
};

struct Paragraph {
  std::string text;
};

/// A sentence computed from the numbers, about something that the paper says.
struct Finding {
  enum class Verdict { supported, unclear, not_supported, not_comparable, note } verdict = Verdict::note;
  std::string text;
  std::string reason = {};  ///< why it is not comparable: a page says it once, in its summary
};

const char* to_string(Finding::Verdict verdict);

using Block = std::variant<Paragraph, Finding, Table, Figure>;

/// One chapter of the report.
struct Section {
  std::string id;  ///< for links: letters, digits, hyphens
  std::string title;
  std::vector<Block> blocks;

  void add(Block block) { blocks.push_back(std::move(block)); }
};

}  // namespace app
