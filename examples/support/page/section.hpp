// What an analysis tells: tables, figures and sentences, to be printed, written as CSV, or put into the study's report.
#pragma once
#include <cstdint>
#include <cstdio>
#include <string>
#include <variant>
#include <vector>

#include "unet/data/csv.hpp"

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
  std::vector<std::uint8_t> png;
};

struct Paragraph {
  std::string text;
};

/// A sentence computed from the numbers, about something that the paper says.
struct Finding {
  enum class Verdict { supported, unclear, not_supported, note } verdict = Verdict::note;
  std::string text;
};

inline const char* to_string(Finding::Verdict verdict) {
  using Verdict = Finding::Verdict;
  return verdict == Verdict::supported       ? "supported"
         : verdict == Verdict::unclear       ? "unclear"
         : verdict == Verdict::not_supported ? "not supported"
                                             : "note";
}

using Block = std::variant<Paragraph, Finding, Table, Figure>;

/// One chapter of the report.
struct Section {
  std::string id;  ///< for links: letters, digits, hyphens
  std::string title;
  std::vector<Block> blocks;

  void add(Block block) { blocks.push_back(std::move(block)); }
};

/// Comma-separated values with a header row (RFC 4180).
inline std::string csv(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
  std::string text;
  const auto line = [&text](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) text += (i ? "," : "") + unet::csv_field(cells[i]);
    text += "\n";
  };
  line(header);
  for (const auto& row : rows) line(row);
  return text;
}

/// The table for a terminal, columns aligned. Counts characters of UTF-8, not bytes.
inline std::string plain_text(const Table& table) {
  const auto width = [](const std::string& cell) {
    std::size_t count = 0;
    for (const char c : cell) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    return count;
  };
  std::vector<std::size_t> widths(table.header.size());
  const auto measure = [&](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size() && i < widths.size(); ++i)
      widths[i] = std::max(widths[i], width(cells[i]));
  };
  measure(table.header);
  for (const auto& row : table.rows) measure(row);
  std::string text = table.caption.empty() ? "" : table.caption + "\n";
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string out;
    for (std::size_t i = 0; i < cells.size() && i < widths.size(); ++i) {
      const std::string blanks(widths[i] - width(cells[i]), ' ');
      out += (i ? "  " : "") + (i < table.text_columns ? cells[i] + blanks : blanks + cells[i]);
    }
    out.erase(out.find_last_not_of(' ') + 1);
    text += out + "\n";
  };
  line(table.header);
  for (const auto& row : table.rows) line(row);
  return text;
}

inline void print(const Table& table) { std::printf("%s\n", plain_text(table).c_str()); }
inline void print(const Finding& finding) {
  std::printf("%s%s%s\n", finding.text.c_str(), finding.verdict == Finding::Verdict::note ? "" : ": ",
              finding.verdict == Finding::Verdict::note ? "" : to_string(finding.verdict));
}
/// What a terminal shows of a section: all but pictures.
inline void print(const Section& section) {
  for (const Block& block : section.blocks) {
    if (const auto* paragraph = std::get_if<Paragraph>(&block)) std::printf("%s\n\n", paragraph->text.c_str());
    if (const auto* table = std::get_if<Table>(&block)) print(*table);
    if (const auto* finding = std::get_if<Finding>(&block)) print(*finding);
  }
}

}  // namespace app
