#include "programs/subgroups/sentences.hpp"

#include <cctype>

#include "programs/subgroups/tables.hpp"
#include "support/session/paper.hpp"
#include "support/text/numbers.hpp"

namespace app {

namespace {

std::string images_text(unet::Index count) { return grouped(count) + (count == 1 ? " image" : " images"); }

/// Two groups, such as men and women.
std::string comparison(const unet::GroupDifference& d) {
  const auto named = [](const unet::Subgroup& group) {
    return group.name + " (" + images_text(static_cast<unet::Index>(group.members.size())) + ")";
  };
  const std::string groups = named(*d.first) + " and " + named(*d.second) + ": ";
  if (!d.difference) return groups + "nothing to compare.";
  std::string text = groups + "difference of mean IoU " + with_interval(d.difference, d.interval, 4);
  if (!d.p_holm) return text + "; too few images for a test.";
  text += ", " + p_sentence(d.p) + ", after Holm " + p_text(d.p_holm) + ": ";
  return text + (*d.p_holm < 0.05 ? "a difference is shown." : "no difference is shown.");
}

std::string classes_sentence(const GroupTests& tests) {
  std::size_t tested = 0;
  std::string shown;
  for (const unet::GroupDifference& d : tests.differences)
    if (d.first->grouping == unet::Grouping::sex_and_finding && d.p_holm) {
      ++tested;
      if (*d.p_holm < 0.05) shown += (shown.empty() ? "" : "; ") + d.first->name + " and " + d.second->name;
    }
  if (tested == 0) return "No two classes of sex and finding have enough images for a test.";
  const std::string pairs = std::to_string(tested) + (tested == 1 ? " tested pair" : " tested pairs") + " of classes";
  return shown.empty() ? "No difference is shown between any of the " + pairs + " (p < 0.05 after Holm)."
                       : "Of the " + pairs + " these differ (p < 0.05 after Holm): " + shown + ".";
}

std::string gap_sentence(const SubgroupAnalysis& a) {
  const auto mean = [&](std::size_t group) {
    return a.groups[group].name + " (" + fixed(*a.rows[group].model.mean, 3) + ")";
  };
  std::string text = "Worst-group gap: from the best class, " + mean(a.gap->best) + ", to the worst, " +
                     mean(a.gap->worst) + ", it is " + with_interval(a.gap->difference, a.gap->interval);
  if (a.gap->interval && a.gap->interval->low <= 0) text += "; all classes may be alike";
  return text + ".";
}

/// In how many groups the model is better than the baseline.
std::string baseline_sentence(const SubgroupAnalysis& a) {
  std::size_t groups = 0, better = 0, least = 0;
  double smallest = 2;
  for (std::size_t i = 0; i < a.groups.size(); ++i) {
    if (!a.rows[i].model.mean) continue;
    const double advantage = *a.rows[i].model.mean - *a.rows[i].baseline.mean;
    ++groups;
    better += advantage > 0;
    if (advantage < smallest) smallest = advantage, least = i;
  }
  return "The model's mean IoU is above that of the mean-mask baseline in " + std::to_string(better) + " of " +
         std::to_string(groups) + (groups == 1 ? " group" : " groups") + "; model minus baseline is " +
         "smallest for " + a.groups[least].name + ": " + fixed(smallest, 3) + ".";
}

std::string age_sentence(const SubgroupAnalysis& a, int window) {
  const unet::AgePoint *lowest = nullptr, *highest = nullptr;
  for (const unet::AgePoint& point : a.ages) {
    if (!point.window.interval) continue;
    if (!lowest || *point.window.mean < *lowest->window.mean) lowest = &point;
    if (!highest || *point.window.mean > *highest->window.mean) highest = &point;
  }
  if (!lowest) return "No window of ages has enough images for an interval.";
  const auto at = [](const unet::AgePoint& point) {
    return with_interval(point.window.mean, point.window.interval) + " at age " + std::to_string(point.age) + " (" +
           images_text(point.window.images) + ")";
  };
  return "The running mean of IoU over " + std::to_string(window) + " years is lowest with " + at(*lowest) +
         " and highest with " + at(*highest) + ".";
}

std::string trend_sentence(const unet::AgeTrend& trend, bool trained) {
  const std::string numbers = std::string(" among ") + (trained ? "training" : "new") + " images (rank correlation " +
                              fixed(trend.correlation, 3) + ", " + p_sentence(trend.p) + ", not corrected)";
  if (trend.p >= 0.05) return "No trend of IoU over age is shown" + numbers + ".";
  return (trend.correlation < 0 ? "IoU falls with age" : "IoU rises with age") + numbers + ".";
}

}  // namespace

std::vector<std::string> missing_metadata(const SubgroupAnalysis& a) {
  const unet::Index images = a.rows.back().model.images;
  std::vector<std::string> lines;
  const auto add = [&](const char* what, unet::Index unknown, const std::string& consequence) {
    if (unknown == images)
      lines.push_back(std::string(what) + " is unknown for every image: " + consequence);
    else if (unknown > 0)
      lines.push_back(std::string(what) + " is unknown for " + grouped(unknown) + " of " + grouped(images) +
                      " images, which are left out where it counts");
  };
  add("sex", a.unknown_sex, "men and women can not be compared");
  add("finding", a.unknown_finding, "normal and abnormal can not be compared");
  add("age", a.unknown_age, "there is no profile over ages");
  if (a.unknown_sex == images && a.unknown_finding == images && a.unknown_age == images)
    lines.push_back(
        "what remains is the IoU over all images; a metadata table beside the images "
        "(study_id,sex,age,findings) would tell more");
  return lines;
}

std::string counts_sentence(const SubgroupAnalysis& a) {
  const std::size_t published[] = {paper::normal_male, paper::normal_female, paper::abnormal_male,
                                   paper::abnormal_female};
  std::size_t same = 0, known = 0;
  for (const unet::Subgroup& group : a.groups)
    if (group.grouping == unet::Grouping::sex_and_finding && group.known)
      same += group.members.size() == published[known++];
  return std::string(same == 4 ? "The classes have as many images as in the paper's Table 2."
                               : "The classes have other numbers of images than in the paper's Table 2.") +
         " (Its text says that 50.7 % are normal; by this table it is 49.3 %.)";
}

std::vector<std::string> group_sentences(const SubgroupAnalysis& a) {
  std::vector<std::string> lines;
  for (const GroupTests& tests : a.tests) {
    const std::string which = a.tests.size() == 1 ? "" : tests.trained ? "Training images: " : "New images: ";
    for (const unet::GroupDifference& d : tests.differences)
      if (d.first->grouping != unet::Grouping::sex_and_finding) lines.push_back(which + comparison(d));
    if (tests.groups.front().grouping == unet::Grouping::sex_and_finding)
      lines.push_back(which + classes_sentence(tests));
  }
  if (a.gap) lines.push_back(gap_sentence(a));
  for (const unet::Subgroup& group : a.groups)
    if (group.members.empty()) lines.push_back("There is no image of the group '" + group.name + "'.");
  lines.push_back(baseline_sentence(a));
  return lines;
}

Finding age_ends_finding(const SubgroupAnalysis& a) {
  using Verdict = Finding::Verdict;
  const unet::AgeEnds& ends = *a.age_ends;
  Finding f;
  f.text = std::string("The paper finds IoU better at ages of which there are more images, which here are those of ") +
           ends.groups[1].name + ". Tested at both ends, on " +
           (a.tests.front().trained ? "training images." : "images that the model was not trained on.");
  bool both_lower = true, one_higher = false;
  for (const unet::GroupDifference& d : ends.differences) {
    std::string text = comparison(d);
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    f.text += " " + text;
    both_lower &= d.p_holm && *d.p_holm < 0.05 && *d.difference < 0;
    one_higher |= d.interval && d.interval->low > 0;
  }
  f.verdict = both_lower ? Verdict::supported : one_higher ? Verdict::not_supported : Verdict::unclear;
  return f;
}

std::vector<std::string> age_sentences(const SubgroupAnalysis& a, int window) {
  std::vector<std::string> lines;
  if (!a.ages.empty()) lines.push_back(age_sentence(a, window));
  if (a.trend) lines.push_back(trend_sentence(*a.trend, a.tests.front().trained));
  return lines;
}

}  // namespace app
