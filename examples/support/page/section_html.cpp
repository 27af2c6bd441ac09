#include "support/page/section_html.hpp"

#include <cctype>

#include "support/page/html.hpp"
#include "support/picture/picture_url.hpp"
#include "support/text/markup.hpp"

namespace app {

namespace {

/// Tables with more rows than this are folded up.
constexpr std::size_t longest_open_table = 30;

/// Pixels (or units of an SVG) across; 0 when the picture does not say.
int natural_width(const Figure& figure) {
  if (figure.svg.empty()) return static_cast<int>(figure.picture.width);
  const std::string_view tag = std::string_view(figure.svg).substr(0, figure.svg.find('>'));
  const std::size_t box = tag.find(" viewBox=\"0 0 ");
  return box == tag.npos ? 0 : std::atoi(tag.data() + box + 14);
}

bool is_wide(const Figure& figure) {
  const int width = natural_width(figure);
  return width > 520 || width == 0;
}

/// A number with its interval may be broken before the interval, where a table would be too wide; nothing else may.
std::string unbroken(const std::string& cell) {
  std::string text;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const bool breaks = cell.compare(i, 2, " [") == 0;
    text += cell[i] == ' ' && !breaks ? std::string("\u00a0") : std::string(1, cell[i]);
  }
  return text;
}

std::string upper_first(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

}  // namespace

std::string finding_html(const Finding& finding) {
  const bool ended = !finding.text.empty() && std::string_view(".!?").find(finding.text.back()) != std::string::npos;
  const std::string text = escape(finding.text) + (ended ? "" : ".");
  if (finding.verdict == Finding::Verdict::note) return text;
  return html::element("strong", "", upper_first(to_string(finding.verdict)) + ":") + " " + text;
}

std::string table_html(const Table& table, const std::string& id) {
  std::string rows = html::header_row(table.header, table.text_columns) + "<tbody>\n";
  for (const auto& row : table.rows) {
    rows += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i)
      rows += i == 0                   ? html::element("th", " scope=\"row\"", row[i])
              : i < table.text_columns ? html::element("td", "", row[i])
                                       : html::number_cell(unbroken(row[i]));
    rows += "</tr>\n";
  }
  const std::string caption = table.caption.empty() ? "Table" : table.caption;
  const std::string box = html::scrolling_table("aria-labelledby", id, rows + "</tbody>\n");
  if (table.rows.size() <= longest_open_table)
    return html::element("p", " class=\"caption\"" + svg::attribute("id", id), caption) + "\n" + box;
  return "<details>\n<summary>" + html::element("span", svg::attribute("id", id), caption) + " (" +
         std::to_string(table.rows.size()) + " rows)</summary>\n" + box + "</details>\n";
}

std::string figure_html(const Figure& figure, bool alone) {
  const int width = natural_width(figure);
  std::string out = is_wide(figure) ? "<figure class=\"wide\">\n" : alone ? "<figure class=\"alone\">\n" : "<figure>\n";
  if (figure.svg.empty())
    out += "<img" + svg::attribute("alt", figure.alt) + svg::attribute("src", picture_url(figure.picture)) +
           (width > 0 ? svg::attribute("style", "max-width:min(100%," + std::to_string(width) + "px)") : "") + ">\n";
  else if (figure.svg.substr(0, figure.svg.find('>')).find(" aria-labelledby=") != std::string::npos)
    out += "<div class=\"chart-box\">\n" + figure.svg + "</div>\n";  // it names itself, maybe its points too
  else
    out += "<div class=\"chart-box\" role=\"img\"" + svg::attribute("aria-label", figure.alt) + ">\n" + figure.svg +
           "</div>\n";
  const std::string large =
      figure.file.empty() ? ""
                          : " " + html::element("a", svg::attribute("href", figure.file), "The picture in full size");
  if (!figure.caption.empty() || !large.empty())
    out += "<figcaption>" + escape(figure.caption) + large + "</figcaption>\n";
  return out + "</figure>\n";
}

std::string blocks_html(const Section& section) {
  enum class Open { none, figures, findings } open = Open::none;
  std::string out;
  const auto change_to = [&](Open next) {
    if (open == next) return;
    out += open == Open::figures ? "</div>\n" : open == Open::findings ? "</ul>\n" : "";
    out += next == Open::figures    ? "<div class=\"figures\">\n"
           : next == Open::findings ? "<ul class=\"findings\">\n"
                                    : "";
    open = next;
  };
  int tables = 0;
  bool left_taken = false;  // of the row that the next figure comes into
  for (std::size_t i = 0; i < section.blocks.size(); ++i) {
    const Block& block = section.blocks[i];
    if (const auto* figure = std::get_if<Figure>(&block)) {
      const auto* next = i + 1 < section.blocks.size() ? std::get_if<Figure>(&section.blocks[i + 1]) : nullptr;
      if (open != Open::figures) left_taken = false;
      change_to(Open::figures);
      out += figure_html(*figure, !left_taken && (!next || is_wide(*next)));
      left_taken = !left_taken && !is_wide(*figure);
    } else if (const auto* finding = std::get_if<Finding>(&block)) {
      change_to(Open::findings);
      out += "<li>" + finding_html(*finding) + "</li>\n";
    } else {
      change_to(Open::none);
      if (const auto* table = std::get_if<Table>(&block)) {
        if (!table->rows.empty()) out += table_html(*table, section.id + "-table-" + std::to_string(++tables));
      } else {
        out += html::element("p", "", std::get<Paragraph>(block).text) + "\n";
      }
    }
  }
  change_to(Open::none);
  return out;
}

std::string section_html(const Section& section, std::string_view more) {
  const std::string title = section.id + "-title";
  return "<section" + svg::attribute("id", section.id) + svg::attribute("aria-labelledby", title) + ">\n" +
         html::element("h2", svg::attribute("id", title), section.title) + "\n" + blocks_html(section) +
         std::string(more) + "</section>\n";
}

}  // namespace app
