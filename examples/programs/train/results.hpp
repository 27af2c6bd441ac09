// What a finished run leaves behind: summary, per-image table, overlays and report.
#pragma once
#include <array>
#include <cstddef>
#include <filesystem>
#include <vector>

#include "programs/train/run_folder.hpp"
#include "support/nets/trained_model.hpp"
#include "support/page/report.hpp"
#include "support/session/data_source.hpp"
#include "support/session/train_options.hpp"
#include "support/text/history.hpp"

namespace app {

/// What the results are about.
struct RunFacts {
  const TrainProgram& program;
  const std::array<double, 3>& baseline;  ///< IoU of the mean training mask, by part
  std::size_t epochs_done;
  int best_epoch;
  long long parameters;
};

/// Evaluates the best epoch's model on all parts and writes summary.json, per_image.csv, the overlays and report.html.
/// False when interrupted before everything was written. Throws FileError.
bool write_results(const RunFolder& folder, const RunFacts& facts, const std::vector<EpochRecord>& history,
                   TrainedModel& best, const Parts& parts);

}  // namespace app
