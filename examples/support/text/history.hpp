// What a training run writes down after each epoch: results.csv.
#pragma once
#include <array>
#include <filesystem>
#include <vector>

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

}  // namespace detail

/// Writes results.csv, atomically. Numbers read back exactly. Throws unet::FileError.
void write_history(const std::filesystem::path& path, const std::vector<EpochRecord>& history);

/// Reads what write_history wrote. Throws unet::FileError that names a missing column or the line of a wrong value.
std::vector<EpochRecord> read_history(const std::filesystem::path& path);

}  // namespace app
