// One study: every analysis on one model and its data, each in a folder of its own, and all of them in one report.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "support/session/session_options.hpp"

namespace app {

struct StudyOptions {
  SessionOptions session;
  bool quick = false;
  std::optional<unet::Index> occlusion_stride;  ///< see all_analyses
  std::string command;                          ///< as the user typed it, for the report
};

/// What the study writes besides the folders of its analyses.
inline const std::vector<std::string> study_files = {"report.html", "parts.csv", "per_image.csv", "blocks.csv",
                                                     "findings.csv"};

/// Runs the analyses one after the other. One that fails is named in the report, and the others go on; after Ctrl-C no
/// further one starts, and the report has what is finished. Asks for the right to write every file before anything is
/// loaded. Exit code: 0, 1 when an analysis has failed, or that of an interrupt. Throws OptionError, FileError.
int run_study(const StudyOptions& options);

}  // namespace app
