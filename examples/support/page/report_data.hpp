// Everything that report.html shows. The program that trained fills it with what it computed.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "support/text/history.hpp"

namespace app {

/// One line of a table of facts, as a reader sees it: {"parameters", "7,765,409"}.
struct Fact {
  std::string name, value;
};

/// IoU and Dice of one part of the data, averaged over its images. NaN where there is none.
struct PartResult {
  std::string name;  ///< "train", "validation", "test"
  long long images = 0;
  double iou = 0;
  double baseline_iou = 0;  ///< of the mean training mask, predicted for every image
  double dice = 0;
};

/// One image with its outlines, as a PNG file in memory.
struct OverlayFigure {
  std::string role;  ///< "best", "median", "worst"
  std::string id;
  double iou = 0;
  std::vector<std::uint8_t> png;
};

struct ReportData {
  std::string title;
  std::vector<PartResult> parts;
  std::vector<EpochRecord> history;
  int best_epoch = 0;      ///< 0 when no epoch is finished
  int planned_epochs = 0;  ///< more than in the history when the run was stopped early
  std::vector<OverlayFigure> overlays;
  std::vector<Fact> data;      ///< name, sizes, pos_weight
  std::vector<Fact> model;     ///< net, parameters, size
  std::vector<Fact> recipe;    ///< every option of the run
  std::vector<Fact> versions;  ///< library, compiler, processor
  std::vector<Fact> times;     ///< date, duration
};

}  // namespace app
