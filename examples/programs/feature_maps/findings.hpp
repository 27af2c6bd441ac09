// Sentences computed from the numbers of feature_maps: does the decoder find boundaries, and how much do channels repeat?
#pragma once
#include <cstdint>
#include <string>

#include "programs/feature_maps/judged.hpp"
#include "programs/feature_maps/measure.hpp"
#include "support/page/section.hpp"

namespace app {

/// "12 test images".
std::string images_of(const FeatureNumbers& numbers, const std::string& part);

/// "0.412 (0.391 to 0.433)".
std::string with_interval(const MeanWithInterval& value, int decimals = 3);

/// The paper's claim: the decoder finds boundaries. It does when the mean map of a decoder block, by its values or by its own
/// edges, marks the lung boundary better than the best that can be had without the net, with intervals that hold for all of
/// these readings together (Bonferroni).
Finding boundary_finding(const FeatureNumbers& numbers, const std::string& part, std::uint64_t seed);

/// Boundary or the lungs themselves: which of them the decoder's maps mark, on a scale from chance (0) to perfect (1).
Finding region_finding(const FeatureNumbers& numbers);

/// Decoder against encoder, each by the reading that was best where thresholds were chosen.
Finding encoder_finding(const FeatureNumbers& numbers, std::uint64_t seed);

Finding redundancy_finding(const FeatureNumbers& numbers, double limit);

}  // namespace app
