#include "support/text/history.hpp"

#include <charconv>
#include <string>

#include "support/text/numbers.hpp"
#include "unet/data/csv.hpp"
#include "unet/io/atomic_file.hpp"

namespace app {

namespace {

/// All of `text` as a number, "nan" and "inf" included.
template <class T>
bool parse_number(const std::string& text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

void write_history(const std::filesystem::path& path, const std::vector<EpochRecord>& history) {
  std::string text = "epoch";
  for (const auto& column : detail::history_columns) text += std::string(",") + column.name;
  text += '\n';
  for (const EpochRecord& record : history) {
    text += std::to_string(record.epoch);
    for (const auto& column : detail::history_columns) text += ',' + exact(record.*column.value);
    text += '\n';
  }
  unet::write_file_atomically(path, text);
}

std::vector<EpochRecord> read_history(const std::filesystem::path& path) {
  std::vector<std::string> names = {"epoch"};
  for (const auto& column : detail::history_columns) names.push_back(column.name);
  const unet::CsvTable table(path, names);
  std::vector<EpochRecord> history;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto read = [&](const char* name, auto& value) {
      const std::string& text = table.at(row, name);
      if (!parse_number(text, value))
        throw table.row_error(row, std::string(name) + " '" + text + "' is no number; correct or remove the line");
    };
    EpochRecord record;
    read("epoch", record.epoch);
    for (const auto& column : detail::history_columns) read(column.name, record.*column.value);
    history.push_back(record);
  }
  return history;
}

}  // namespace app
