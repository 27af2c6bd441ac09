// Groups of patients by sex and finding, and how well each of them is served.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "unet/chest/record.hpp"
#include "unet/stats/bootstrap.hpp"
#include "unet/stats/holm.hpp"
#include "unet/stats/permutation.hpp"

namespace unet {

enum class Grouping { sex_and_finding, sex, finding, all };

/// Some images of a data set.
struct Subgroup {
  Grouping grouping = Grouping::all;
  Sex sex = Sex::unknown;        ///< that all members have
  std::optional<bool> abnormal;  ///< that all members have
  bool known = true;             ///< false for those whose sex or finding, by which they are grouped, is unknown
  std::string name;              ///< "normal male", "female", "finding unknown", "all"
  std::vector<Index> members;    ///< indices of images, ascending
};

/// Sex x finding, then sex, finding, and all of `images`. A grouping is left out when what it needs is unknown for every
/// image. Those of known sex and finding are always there, perhaps without a member; unknown ones only with members.
inline std::vector<Subgroup> subgroups(const std::vector<Record>& records, const std::vector<Index>& images) {
  const auto record = [&](Index i) -> const Record& { return records.at(static_cast<std::size_t>(i)); };
  bool any_sex = false, any_finding = false;
  for (const Index i : images) {
    any_sex |= record(i).sex != Sex::unknown;
    any_finding |= record(i).abnormal.has_value();
  }
  const auto sex_name = [](Sex sex) { return sex == Sex::unknown ? std::string("sex unknown") : to_string(sex); };
  const auto finding_name = [](std::optional<bool> abnormal) {
    return std::string(!abnormal ? "finding unknown" : *abnormal ? "abnormal" : "normal");
  };
  std::vector<Subgroup> groups;
  const auto add = [&](Subgroup group, const auto& belongs) {
    for (const Index i : images)
      if (belongs(record(i))) group.members.push_back(i);
    if (group.known || !group.members.empty()) groups.push_back(std::move(group));
  };
  const std::optional<bool> findings[] = {false, true, std::nullopt};
  const Sex sexes[] = {Sex::male, Sex::female, Sex::unknown};
  if (any_sex && any_finding)
    for (const auto& abnormal : findings)
      for (const Sex sex : sexes) {
        const bool known = sex != Sex::unknown && abnormal;
        add({Grouping::sex_and_finding,
             sex,
             abnormal,
             known,
             finding_name(abnormal) + (known ? " " : ", ") + sex_name(sex),
             {}},
            [&](const Record& r) { return r.sex == sex && r.abnormal == abnormal; });
      }
  if (any_sex)
    for (const Sex sex : sexes)
      add({Grouping::sex, sex, {}, sex != Sex::unknown, sex_name(sex), {}},
          [&](const Record& r) { return r.sex == sex; });
  if (any_finding)
    for (const auto& abnormal : findings)
      add({Grouping::finding, Sex::unknown, abnormal, abnormal.has_value(), finding_name(abnormal), {}},
          [&](const Record& r) { return r.abnormal == abnormal; });
  add({Grouping::all, Sex::unknown, {}, true, "all", {}}, [](const Record&) { return true; });
  return groups;
}

/// The values of some images.
inline std::vector<double> select(const std::vector<double>& values, const std::vector<Index>& images) {
  std::vector<double> selected;
  for (const Index i : images) selected.push_back(values.at(static_cast<std::size_t>(i)));
  return selected;
}

/// Mean of a group; nothing for a group without members. The mean of several groups together is the mean of their means
/// weighted by their sizes.
struct GroupMean {
  Index images = 0;
  std::optional<double> mean;
  std::optional<Interval> interval;  ///< see bootstrap_mean
};

/// @param values one for each image of the data, within [0, 1] such as IoUs; intervals are cut off there
inline GroupMean group_mean(const std::vector<double>& values, const std::vector<Index>& members,
                            const BootstrapOptions& options = {}) {
  const std::vector<double> selected = select(values, members);
  GroupMean result{static_cast<Index>(selected.size()), {}, bootstrap_mean(selected, options)};
  if (!selected.empty()) result.mean = mean_and_error(selected).mean;
  if (result.interval)
    result.interval = Interval{std::max(result.interval->low, 0.0), std::min(result.interval->high, 1.0)};
  return result;
}

/// One group's mean minus another's.
struct GroupDifference {
  const Subgroup *first = nullptr, *second = nullptr;
  std::optional<double> difference;  ///< nothing when a group has no member
  std::optional<Interval> interval;  ///< see bootstrap_difference
  std::optional<double> p, p_holm;   ///< see permutation_test; corrected over all differences of the list
};

/// Without p_holm: see correct_for_number.
inline GroupDifference group_difference(const Subgroup& first, const Subgroup& second,
                                        const std::vector<double>& values, const BootstrapOptions& options = {}) {
  const std::vector<double> x = select(values, first.members), y = select(values, second.members);
  GroupDifference d{&first, &second, {}, bootstrap_difference(x, y, options), {}, {}};
  if (!x.empty() && !y.empty()) d.difference = mean_and_error(x).mean - mean_and_error(y).mean;
  d.p = permutation_test(x, y, {options.draws, options.seed});
  return d;
}

/// Holm's correction over all that have a p-value.
inline void correct_for_number(std::vector<GroupDifference>& differences) {
  std::vector<double> p_values;
  for (const GroupDifference& d : differences)
    if (d.p) p_values.push_back(*d.p);
  const std::vector<double> adjusted = holm(p_values);
  auto next = adjusted.begin();
  for (GroupDifference& d : differences)
    if (d.p) d.p_holm = *next++;
}

/// Every pair of known groups of the same grouping. The result refers to `groups`. `on_progress`
/// gets how many groups are done, and their number.
inline std::vector<GroupDifference> group_differences(const std::vector<Subgroup>& groups,
                                                      const std::vector<double>& values,
                                                      const BootstrapOptions& options = {},
                                                      const std::function<void(Index, Index)>& on_progress = {}) {
  std::vector<GroupDifference> differences;
  for (std::size_t a = 0; a < groups.size(); ++a) {
    if (on_progress) on_progress(static_cast<Index>(a), static_cast<Index>(groups.size()));
    for (std::size_t b = a + 1; b < groups.size(); ++b)
      if (groups[a].grouping == groups[b].grouping && groups[a].known && groups[b].known)
        differences.push_back(group_difference(groups[a], groups[b], values, options));
  }
  correct_for_number(differences);
  return differences;
}

}  // namespace unet
