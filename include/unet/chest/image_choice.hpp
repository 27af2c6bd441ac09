// The images that a study shows: best and worst of each group of patients, as the paper's figures 5 and 6 do.
#pragma once
#include <array>
#include <span>
#include <string>
#include <vector>

#include "unet/chest/record.hpp"
#include "unet/core/error.hpp"
#include "unet/core/shape.hpp"
#include "unet/train/metrics.hpp"

namespace unet {

/// An image and why it was chosen.
struct ChosenImage {
  Index image = 0;   ///< its index in the data set
  std::string role;  ///< "best male", "worst abnormal", ...
  double iou = 0;
};

namespace detail {

struct PatientGroup {
  const char* name;
  bool (*has)(const Record&);
};

inline constexpr std::array<PatientGroup, 4> patient_groups = {{
    {"male", [](const Record& r) { return r.sex == Sex::male; }},
    {"female", [](const Record& r) { return r.sex == Sex::female; }},
    {"normal", [](const Record& r) { return r.abnormal == false; }},
    {"abnormal", [](const Record& r) { return r.abnormal == true; }},
}};

}  // namespace detail

/// Best and worst by IoU of the male, female, normal and abnormal among `candidates` (indices into records and results,
/// which belong to the same images), in this order: eight images, or two fewer for each group that has no member (see
/// missing_groups). Equal IoU: the first id. One image may have several roles.
/// Throws ShapeError when there are not as many results as records, OptionError for a candidate that is no image.
inline std::vector<ChosenImage> choose_images(std::span<const Record> records, std::span<const ImageResult> results,
                                              std::span<const Index> candidates) {
  if (records.size() != results.size())
    throw ShapeError("choosing among " + std::to_string(records.size()) + " images with " +
                     std::to_string(results.size()) + " results; evaluate all of them first");
  for (const Index image : candidates)
    if (image < 0 || image >= static_cast<Index>(records.size()))
      throw OptionError("image " + std::to_string(image) + " of a data set of " + std::to_string(records.size()));

  const auto id = [&](Index i) -> const std::string& { return records[static_cast<std::size_t>(i)].id; };
  const auto iou = [&](Index i) { return results[static_cast<std::size_t>(i)].iou; };
  std::vector<ChosenImage> chosen;
  for (const detail::PatientGroup& group : detail::patient_groups) {
    Index best = -1, worst = -1;
    for (const Index i : candidates) {
      if (!group.has(records[static_cast<std::size_t>(i)])) continue;
      const auto before = [&](Index other, bool better) {
        return other < 0 || better || (iou(i) == iou(other) && id(i) < id(other));
      };
      if (before(best, best >= 0 && iou(i) > iou(best))) best = i;
      if (before(worst, worst >= 0 && iou(i) < iou(worst))) worst = i;
    }
    if (best < 0) continue;
    chosen.push_back({best, std::string("best ") + group.name, iou(best)});
    chosen.push_back({worst, std::string("worst ") + group.name, iou(worst)});
  }
  return chosen;
}

/// Groups without a member among `candidates`, such as "female" where no metadata say who is: nothing can be shown of them.
inline std::vector<std::string> missing_groups(std::span<const Record> records, std::span<const Index> candidates) {
  std::vector<std::string> missing;
  for (const detail::PatientGroup& group : detail::patient_groups) {
    bool found = false;
    for (const Index i : candidates) found = found || group.has(records[static_cast<std::size_t>(i)]);
    if (!found) missing.push_back(group.name);
  }
  return missing;
}

}  // namespace unet
