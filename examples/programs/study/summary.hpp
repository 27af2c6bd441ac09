// The study in one table: how well the model segments, beside the paper's figures, and what follows from that.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "support/page/section.hpp"
#include "support/session/session.hpp"
#include "unet/stats/bootstrap.hpp"

namespace app {

/// IoU of the images of one part; the paper's values are of its own images and split.
struct PartSummary {
  std::string name;
  std::vector<double> iou, baseline;  ///< one for each image
  double mean = 0, baseline_mean = 0;
  std::optional<unet::Interval> interval;  ///< 95%, of the mean
  double paper = 0, paper_baseline = 0;
};

/// Train, validation, test; those without images are left out.
std::vector<PartSummary> part_summaries(Session& session);

/// With the paper's columns, or without.
Table parts_table(const std::vector<PartSummary>& parts, bool with_paper);

/// Whether the model reaches the paper's IoU but for the margin. That an interval contains it says little: the fewer the
/// images, the wider the interval.
Finding reaches_paper(const PartSummary& p);

Section summary_section(const Session& session, const std::vector<PartSummary>& parts);

}  // namespace app
