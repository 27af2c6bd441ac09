// The learning curves of a run, as in Figure 3 of the paper: losses and IoUs of both parts over the epochs.
#pragma once
#include <string>
#include <vector>

#include "support/text/history.hpp"

namespace app {

/// Style of the panels, light and dark; blue and orange of Okabe & Ito's colour-blind-safe palette.
const char* curves_style();

/// The panel of losses, IoUs or learning rates, for a page that includes curves_style() once.
/// @param best_epoch its number, 0 when there is none
std::string loss_panel(const std::vector<EpochRecord>& history, int best_epoch, const std::string& position = "");

std::string iou_panel(const std::vector<EpochRecord>& history, int best_epoch, const std::string& position = "");

std::string learning_rate_panel(const std::vector<EpochRecord>& history, int best_epoch);

/// curves.svg: both panels side by side. Values that are not finite are left out and counted.
std::string curves_svg(const std::vector<EpochRecord>& history, int best_epoch);

}  // namespace app
