// The chart of IoU over ages, as in Figure 4 of the paper: running means of model and baseline, and how many images.
#pragma once
#include <string>
#include <vector>

#include "unet/chest/age_profile.hpp"

namespace app {

/// The chart as an SVG that brings its style along: for a file or inside a page.
/// @param baseline points of the same ages as `model`; both may be empty
/// @param id unique in the page
std::string age_chart_svg(const std::vector<unet::AgePoint>& model, const std::vector<unet::AgePoint>& baseline,
                          int window, const std::string& id);

}  // namespace app
