// The tables of `occlusion` as files. Numbers read back exactly; what does not exist is empty.
#pragma once
#include <string>
#include <vector>

#include "programs/occlusion/images.hpp"
#include "programs/occlusion/statistics.hpp"
#include "unet/chest/record.hpp"

namespace app {

/// One line a position: `loss` is the score of the occluded image, whichever score it is. Positions count from 0; the
/// patch's corner is at (row, column) * stride.
std::string occlusion_csv(const std::vector<unet::Record>& records, const std::vector<OccludedImage>& images);

/// One line for each image. `reference` is the score of the image itself; then the mean importance of each region.
std::string regions_csv(const std::vector<unet::Record>& records, const std::vector<OccludedImage>& images);

/// Means of regions over all images, women and men, then differences with their p-values.
std::string regions_summary_csv(const ImportanceStatistics& s);

}  // namespace app
