// The numbers of feature_maps as means over images, with intervals.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "programs/feature_maps/marking.hpp"
#include "programs/feature_maps/measure.hpp"
#include "unet/explain/feature_maps/map_threshold.hpp"
#include "unet/stats/bootstrap.hpp"

namespace app {

struct MeanWithInterval {
  double mean = 0;
  std::optional<unet::Interval> interval;  ///< nothing for too few images
};

MeanWithInterval mean_with_interval(const std::vector<double>& values, std::uint64_t seed, double level = 0.95);

std::vector<double> differences(const std::vector<double>& a, const std::vector<double>& b);

/// Where Dice lies between chance (0) and perfect (1), so that regions of different sizes can be compared.
double above_chance(const std::vector<double>& dice, const std::vector<double>& chance);

/// What a map reaches with one region.
struct Judged {
  unet::MapThreshold threshold;
  MeanWithInterval dice;
  double chance = 0;
  double above_chance = 0;
};

Judged judge(const Marks& marks, const std::vector<double>& chance, std::uint64_t seed);

/// A block or a control: a map that knows less.
struct JudgedMap {
  std::string name;
  OfRegions<Judged> regions;
  std::optional<Judged> edges;  ///< the boundary by the map's own edges
  std::optional<double> limit;  ///< mean Dice with the boundary of the boundary itself at the block's size
};

/// The blocks in their order, then the controls "input" and "position".
std::vector<JudgedMap> judge_all(const FeatureNumbers& numbers, std::uint64_t seed);

}  // namespace app
