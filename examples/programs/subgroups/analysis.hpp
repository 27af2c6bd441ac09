// What the program `subgroups` computes, from the results of each image.
#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "unet/chest/age_ends.hpp"
#include "unet/chest/age_profile.hpp"
#include "unet/chest/record.hpp"
#include "unet/chest/subgroups.hpp"
#include "unet/core/shape.hpp"
#include "unet/stats/worst_group_gap.hpp"

namespace app {

struct SubgroupOptions {
  std::string part = "all";  ///< "all", "train", "validation", "test"
  int window = 11;           ///< years, odd
  unet::Index draws = 10'000;
};

/// Images and what is known about them; `iou` and `baseline` have a value for each record.
struct SubgroupData {
  std::vector<unet::Record> records;
  std::vector<unet::Index> images;  ///< that take part
  std::vector<double> iou, baseline;
  std::vector<bool> trained = {};  ///< for each record: the model was trained on it; empty: on none
};

/// A mean of the model and of the mean-mask baseline, of the same images.
struct SubgroupRow {
  unet::GroupMean model, baseline;
};

/// Tests among images that the model was trained on, or among others. Both together would be other people: a group may have
/// more of its images in the training part, where a model does better.
struct GroupTests {
  bool trained = false;
  std::vector<unet::Subgroup> groups;
  std::vector<unet::GroupDifference> differences;  ///< refer to `groups`
  std::vector<unet::Index> images;
};

struct SubgroupAnalysis {
  std::vector<unet::Subgroup> groups;
  std::vector<SubgroupRow> rows;  ///< one for each group
  std::vector<GroupTests> tests;  ///< of new images, then of training images; those that there are
  std::optional<unet::Gap> gap;   ///< between the classes; best and worst are positions in `groups`
  std::vector<unet::AgePoint> ages, baseline_ages;
  std::optional<unet::AgeTrend> trend;  ///< this and the next one of the images of the first tests
  std::optional<unet::AgeEnds> age_ends;
  unet::Index unknown_sex = 0, unknown_finding = 0, unknown_age = 0;

  SubgroupAnalysis() = default;
  SubgroupAnalysis(SubgroupAnalysis&&) = default;
  SubgroupAnalysis(const SubgroupAnalysis&) = delete;  // would refer to the other's groups

  bool any_test() const {
    return std::any_of(tests.begin(), tests.end(), [](const GroupTests& t) { return !t.differences.empty(); });
  }
};

/// Throws unet::OptionError when an option is out of range. To be called before long work.
void check(const SubgroupOptions& o);

/// Throws unet::OptionError, and what `on_progress` throws.
SubgroupAnalysis analyse(const SubgroupData& data, const SubgroupOptions& o, std::uint64_t seed,
                         const std::function<void(unet::Index, unet::Index)>& on_progress = {});

}  // namespace app
