// The numbers of feature_maps as tables to read and as CSV with every digit.
#pragma once
#include <string>
#include <vector>

#include "programs/feature_maps/judged.hpp"
#include "programs/feature_maps/measure.hpp"
#include "programs/feature_maps/pictures.hpp"
#include "support/page/section.hpp"
#include "support/session/session.hpp"

namespace app {

/// blocks.csv: how values mark boundary and lungs, and edges the boundary; one line for each block, then the controls "input" and "position", which have no channels.
std::string blocks_csv(const FeatureNumbers& numbers, const std::vector<JudgedMap>& judged);

/// channels.csv: one line for each channel of each block.
std::string channels_csv(const FeatureNumbers& numbers);

/// mean_maps.csv: Dice of each judged image with its boundary and lungs, for each block and control; and of the map's edges
/// with the boundary.
std::string mean_maps_csv(const FeatureNumbers& numbers, const Session& session);

/// shown.csv: the rows of the montage.
std::string shown_csv(const std::vector<MapRow>& shown);

Table boundary_table(const FeatureNumbers& numbers, const std::vector<JudgedMap>& judged, const std::string& part);

Table channel_table(const FeatureNumbers& numbers, double redundant, const std::string& part);

}  // namespace app
