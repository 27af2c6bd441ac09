#include "support/text/csv.hpp"

#include "unet/data/csv.hpp"

namespace app {

std::string csv(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
  std::string text;
  const auto line = [&text](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) text += (i ? "," : "") + unet::csv_field(cells[i]);
    text += "\n";
  };
  line(header);
  for (const auto& row : rows) line(row);
  return text;
}

}  // namespace app
