#include "support/text/csv.hpp"

#include <charconv>
#include <string_view>
#include <system_error>

#include "unet/data/csv.hpp"

namespace app {

namespace {

bool is_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);  // which from_chars does not take
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error != std::errc::invalid_argument && end == text.data() + text.size();
}

}  // namespace

std::string csv_cell(const std::string& text) {
  constexpr std::string_view starts_formula = "=+-@\t\r\n";
  const bool formula = !text.empty() && starts_formula.find(text[0]) != std::string_view::npos && !is_number(text);
  return unet::csv_field(formula ? "'" + text : text);
}

std::string csv(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
  std::string text;
  const auto line = [&text](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) text += (i ? "," : "") + csv_cell(cells[i]);
    text += "\n";
  };
  line(header);
  for (const auto& row : rows) line(row);
  return text;
}

}  // namespace app
