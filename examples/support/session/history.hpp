// What a training run writes down after each epoch: results.csv.
#pragma once
#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "support/cli/numbers.hpp"
#include "unet/data/csv.hpp"
#include "unet/io/atomic_file.hpp"

namespace app {

struct EpochRecord {
  int epoch = 0;  ///< counts from 1
  double train_loss = 0, train_iou = 0, validation_loss = 0, validation_iou = 0;
  double learning_rate = 0;
  double seconds = 0;            ///< the whole epoch, validation included
  double images_per_second = 0;  ///< of the training steps alone
  double peak_memory_mb = 0;     ///< of the process so far, 10^6 bytes
};

namespace detail {

struct HistoryColumn {
  const char* name;
  double EpochRecord::*value;
};

/// The columns of results.csv after `epoch`.
inline constexpr std::array<HistoryColumn, 8> history_columns = {
    {{"train_loss", &EpochRecord::train_loss},
     {"train_iou", &EpochRecord::train_iou},
     {"validation_loss", &EpochRecord::validation_loss},
     {"validation_iou", &EpochRecord::validation_iou},
     {"learning_rate", &EpochRecord::learning_rate},
     {"seconds", &EpochRecord::seconds},
     {"images_per_second", &EpochRecord::images_per_second},
     {"peak_memory_mb", &EpochRecord::peak_memory_mb}}};

/// All of `text` as a number, "nan" and "inf" included.
template <class T>
bool parse_number(const std::string& text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace detail

/// Writes results.csv, atomically. Numbers read back exactly. Throws unet::FileError.
inline void write_history(const std::filesystem::path& path, const std::vector<EpochRecord>& history) {
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

/// Reads what write_history wrote. Throws unet::FileError that names a missing column or the line of a wrong value.
inline std::vector<EpochRecord> read_history(const std::filesystem::path& path) {
  std::vector<std::string> names = {"epoch"};
  for (const auto& column : detail::history_columns) names.push_back(column.name);
  const unet::CsvTable table(path, names);
  std::vector<EpochRecord> history;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto read = [&](const char* name, auto& value) {
      const std::string& text = table.at(row, name);
      if (!detail::parse_number(text, value))
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
