// Whether patients at both ends of the range of ages, of whom there are few, are served worse than those in between.
#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "unet/chest/age_profile.hpp"
#include "unet/chest/subgroups.hpp"

namespace unet {

/// The ends are the ages of which there are few images: their windows in an age profile hold less than half as many as the
/// fullest one. The rest, from the first to the last age with at least half, is the middle.
struct AgeEnds {
  int middle_from = 0, middle_to = 0;  ///< ages in years, both in the middle
  std::vector<Subgroup> groups;        ///< "under 18 years", "18 to 57 years", "over 57 years"
  std::vector<GroupDifference>
      differences;  ///< the first minus the second, the third minus it; corrected for being two

  AgeEnds() = default;
  AgeEnds(AgeEnds&&) = default;
  AgeEnds& operator=(AgeEnds&&) = default;
  AgeEnds(const AgeEnds&) = delete;  // would refer to the other's groups
};

/// Nothing for an empty profile.
/// @param profile of the images that the ends are told from, see age_profile
/// @param images those of which means are compared, such as the ones among them that the model was not trained on
/// @param values one for each image of the data
inline std::optional<AgeEnds> age_ends(const std::vector<AgePoint>& profile, const std::vector<Record>& records,
                                       const std::vector<Index>& images, const std::vector<double>& values,
                                       const BootstrapOptions& options = {}) {
  if (profile.empty()) return {};
  Index fullest = 0;
  for (const AgePoint& point : profile) fullest = std::max(fullest, point.window.images);
  const auto is_full = [&](const AgePoint& point) { return 2 * point.window.images >= fullest; };
  AgeEnds ends;
  ends.middle_from = std::find_if(profile.begin(), profile.end(), is_full)->age;
  ends.middle_to = std::find_if(profile.rbegin(), profile.rend(), is_full)->age;
  const std::string from = std::to_string(ends.middle_from), to = std::to_string(ends.middle_to);
  for (const std::string& name : {"under " + from, from + " to " + to, "over " + to})
    ends.groups.emplace_back().name = name + " years";
  for (const Index i : images)
    if (const int age = records.at(static_cast<std::size_t>(i)).age; age >= 0)
      ends.groups[age < ends.middle_from ? 0 : age <= ends.middle_to ? 1 : 2].members.push_back(i);
  for (const std::size_t end : {0, 2})
    ends.differences.push_back(group_difference(ends.groups[end], ends.groups[1], values, options));
  correct_for_number(ends.differences);
  return ends;
}

}  // namespace unet
