// What `train` is told: by options, or by the run folder that it resumes.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "support/nets/compiled_net.hpp"
#include "support/session/data_source.hpp"
#include "unet/train/options.hpp"

namespace app {

struct TrainProgram {
  DataOptions data;
  std::string net = "paper", split;
  BackendChoice backend;
  unet::TrainOptions recipe;       ///< pos_weight follows from the training masks
  int threads = 0;                 ///< 0: all cores
  std::optional<int> more_epochs;  ///< instead of those of the run that is resumed
  std::filesystem::path out, resume;
  bool overwrite = false;
};

/// Throws OptionError when a path that the run's files will name is not UTF-8, as JSON must be.
void check_texts(const TrainProgram& o);

/// What config.json of a run folder says: all that a resumed run must not change. Of the split it only says which file it
/// came from; what counts is the run's own split.csv.
std::string config_json(const TrainProgram& o);

/// Says which values of a run's configuration differ from the one that a checkpoint was written with: "lr is 0.1, was 0.01".
/// Empty when all are the same; the library's version and the split's origin may differ, and epochs be more: none of them
/// depends on how many follow. What was written before there was a precision is fp32. Nothing when `before` is no configuration
/// at all.
std::optional<std::string> config_changes(const TrainProgram& now, const std::string& before);

/// The numbers of a JSON array; not a number where it has something else, none where it is no array.
std::vector<double> numbers_of_json(const std::string& text);

/// Reads config.json of the run folder `o.resume` into `o`. Throws FileError.
void read_config(TrainProgram& o);

}  // namespace app
