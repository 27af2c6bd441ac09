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
  std::filesystem::path truth;  ///< mask to compare with; empty when there is none
  /// Written; the last two are empty when they are not wanted.
  std::filesystem::path mask, overlay, probabilities, logits;
};

/// The table of IoU and Dice, written when there are true masks; its name until all images are in it.
inline constexpr const char* scores_file = "scores.csv";
inline constexpr const char* partial_scores_file = "scores.partial.csv";

/// All jobs, sorted by name. Throws OptionError or FileError when arguments are wrong or something would be lost.
std::vector<Job> make_jobs(const PredictProgram& o);

}  // namespace app
