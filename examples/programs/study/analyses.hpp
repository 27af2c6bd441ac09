// The analyses that a study runs, in the order of its report.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "support/page/section.hpp"
#include "support/session/result_folder.hpp"
#include "support/session/session.hpp"
#include "unet/core/shape.hpp"

namespace app {

/// `id` is the section's id in the page and the folder that the analysis writes to.
struct Analysis {
  std::string id, title;
  std::vector<std::string> files;
  std::function<Section(Session&, const ResultFolder&)> run;
};

/// @param quick fewer draws and occluded positions: to try things out
/// @param occlusion_stride distance between occluded positions in pixels; nothing: the patch's size
std::vector<Analysis> all_analyses(bool quick, std::optional<unet::Index> occlusion_stride);

}  // namespace app
