// What the regions' importances say over many images.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "programs/occlusion/images.hpp"
#include "unet/chest/importance_statistics.hpp"
#include "unet/chest/lung_regions.hpp"
#include "unet/chest/record.hpp"
#include "unet/stats/bootstrap.hpp"

namespace app {

/// A difference that is tested, and its p-value after Holm's correction over all of them.
struct ImportanceComparison {
  std::string name;
  unet::ImportanceEstimate estimate;
  std::optional<double> p_holm;
};

struct ImportanceStatistics {
  struct Row {
    unet::LungRegion region;
    unet::ImportanceEstimate all, women, men;
  };
  std::vector<Row> regions;
  /// In the order in which they are made: see the enumeration.
  std::vector<ImportanceComparison> comparisons;
  enum { edge_inside, edge_outside, inside_outside, heart_other_edge, bottom_upper, women_men, women_men_bottom_upper };
  unet::MostImportant most_important;
  std::size_t images = 0;
};

/// `records` are those of the whole data set.
ImportanceStatistics importance_statistics(const std::vector<unet::Record>& records,
                                           const std::vector<OccludedImage>& occluded,
                                           const unet::BootstrapOptions& options);

}  // namespace app
