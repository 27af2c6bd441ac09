// Tables of any text: as such, as a split, and as results.csv of a run.
#include <vector>

#include "input_folder.hpp"
#include "support/text/history.hpp"
#include "unet/data/split.hpp"

namespace {

/// The fields of a table as csv_field writes them, behind a column of numbers, so that no line is empty.
std::string rewritten(const unet::CsvTable& table, const std::vector<std::string>& columns) {
  std::string text = "row number";
  for (const std::string& column : columns) text += ',' + unet::csv_field(column);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    text += '\n' + std::to_string(row);
    for (const std::string& column : columns) text += ',' + unet::csv_field(table.at(row, column));
  }
  return text;
}

/// What was read once must come back the same when it is written and read again.
void check_round_trip(const unet::CsvTable& table) {
  std::vector<std::string> columns;
  for (const char* name : {"id", "part", "a", "b", ""})
    if (table.has(name)) columns.emplace_back(name);
  const unet::CsvTable again(fuzz::input_folder().write("again.csv", rewritten(table, columns)), columns);
  fuzz::require(again.rows() == table.rows(), "rows are lost by writing and reading");
  for (std::size_t row = 0; row < table.rows(); ++row)
    for (const std::string& column : columns)
      fuzz::require(again.at(row, column) == table.at(row, column), "a field changes by writing and reading");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<std::string> ids{"a", "b", "scan_0001", "scan_0002", ""};
  const auto path = fuzz::input_folder().write("table.csv", fuzz::text_of(data, size));
  if (fuzz::accepts([&] { unet::CsvTable{path}; }))
    fuzz::require(fuzz::accepts([&] { check_round_trip(unet::CsvTable(path)); }),
                  "a table that was read is refused when written again");
  unet::Split split;
  if (fuzz::accepts([&] { split = unet::read_split(path, ids); })) {
    fuzz::require(split.size() <= static_cast<unet::Index>(ids.size()), "an id is in two parts");
    fuzz::require(!split.train.empty(), "a split without training");
  }
  fuzz::accepts([&] { app::read_history(path); });
  return 0;
}
