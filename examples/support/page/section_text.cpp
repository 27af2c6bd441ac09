#include "support/page/section_text.hpp"

#include <algorithm>
#include <cstdio>

namespace app {

std::string plain_text(const Table& table) {
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

void print(const Table& table) { std::printf("%s\n", plain_text(table).c_str()); }

void print(const Finding& finding) {
  const std::string verdict =
      finding.verdict == Finding::Verdict::note ? "" : std::string(": ") + to_string(finding.verdict);
  std::printf("%s%s%s\n", finding.text.c_str(), verdict.c_str(),
              finding.reason.empty() ? "" : (" (" + finding.reason + ")").c_str());
}

void print(const Section& section) {
  for (const Block& block : section.blocks) {
    if (const auto* paragraph = std::get_if<Paragraph>(&block)) std::printf("%s\n\n", paragraph->text.c_str());
    if (const auto* table = std::get_if<Table>(&block)) print(*table);
    if (const auto* finding = std::get_if<Finding>(&block)) print(*finding);
  }
}

}  // namespace app
