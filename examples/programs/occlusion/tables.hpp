// The numbers of `occlusion` as a reader sees them.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "programs/occlusion/images.hpp"
#include "programs/occlusion/statistics.hpp"
#include "support/page/section.hpp"
#include "unet/chest/importance_statistics.hpp"
#include "unet/chest/record.hpp"

namespace app {

/// Decimals that give `largest` three digits: importances may be thousandths.
int importance_decimals(double largest);

std::string estimate_text(const unet::ImportanceEstimate& e, int decimals);

/// "< 0.001", "0.032", or a dash.
std::string chance_text(const std::optional<double>& p);

/// One row for each of the first images, which are those that are shown.
Table images_table(const std::vector<unet::Record>& records, const std::vector<OccludedImage>& images,
                   std::size_t shown);

/// For the means of regions and their differences.
int importance_decimals(const ImportanceStatistics& s);

Table regions_table(const ImportanceStatistics& s, int decimals);

Table comparisons_table(const ImportanceStatistics& s, int decimals);

std::string regions_svg(const ImportanceStatistics& s, int decimals);

}  // namespace app
