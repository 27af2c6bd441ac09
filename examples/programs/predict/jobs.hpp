// Which images are segmented, and which files that writes. Checked as a whole before the first of them is written.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "programs/predict/options.hpp"

namespace app {

/// One image and the files that belong to it.
struct Job {
  std::string name;  ///< file stem of the image
  std::filesystem::path image;
  std::filesystem::path truth;                  ///< mask to compare with; empty when there is none
  std::filesystem::path mask, overlay, logits;  ///< written; logits empty when not wanted
};

/// All jobs, sorted by name. Throws OptionError or FileError when arguments are wrong or something would be lost.
std::vector<Job> make_jobs(const PredictProgram& o);

}  // namespace app
