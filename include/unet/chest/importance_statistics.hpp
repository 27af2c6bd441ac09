// What region importances of many images say together: means, and differences between regions and between patients.
#pragma once
#include "unet/chest/region_importance.hpp"
#include "unet/stats/sign_flip.hpp"

namespace unet {

/// A mean over images, or a difference of means. Nothing in `interval` and `p_value` where there are too few images.
struct ImportanceEstimate {
  std::size_t images = 0;
  double mean = 0;  ///< NaN without images
  std::optional<Interval> interval;
  std::optional<double> p_value;  ///< of a difference; empty for a mean
};

/// Values of a region in those images that have it.
inline std::vector<double> importances(std::span<const RegionImportance> images, LungRegion region) {
  std::vector<double> values;
  for (const RegionImportance& image : images)
    if (const auto value = image[static_cast<std::size_t>(region)]) values.push_back(*value);
  return values;
}

/// a - b in those images that have both regions.
inline std::vector<double> importance_differences(std::span<const RegionImportance> images, LungRegion a,
                                                  LungRegion b) {
  std::vector<double> values;
  for (const RegionImportance& image : images) {
    const auto of_a = image[static_cast<std::size_t>(a)], of_b = image[static_cast<std::size_t>(b)];
    if (of_a && of_b) values.push_back(*of_a - *of_b);
  }
  return values;
}

/// Mean with its bootstrap interval. Throws OptionError when the options are out of range.
inline ImportanceEstimate importance_mean(std::span<const double> values, const BootstrapOptions& options = {}) {
  if (values.empty()) return {0, std::numeric_limits<double>::quiet_NaN(), {}, {}};
  return {values.size(), mean_and_error(values).mean, bootstrap_mean(values, options), {}};
}

/// Mean of differences within images, with the p-value of sign_flip_test at the options' seed and number of draws.
inline ImportanceEstimate paired_importance(std::span<const double> differences, const BootstrapOptions& options = {}) {
  ImportanceEstimate estimate = importance_mean(differences, options);
  estimate.p_value = sign_flip_test(differences, {options.draws, options.seed});
  return estimate;
}

/// Mean of a minus mean of b, different images, with the p-value of permutation_test.
inline ImportanceEstimate importance_gap(std::span<const double> a, std::span<const double> b,
                                         const BootstrapOptions& options = {}) {
  const double difference = importance_mean(a, options).mean - importance_mean(b, options).mean;
  return {a.size() + b.size(), difference, bootstrap_difference(a, b, options),
          permutation_test(a, b, {options.draws, options.seed})};
}

/// In how many of the images one of the three parts of the image (edge, inside, outside) is the most important one, among
/// those that have all three.
struct MostImportant {
  std::array<std::size_t, 3> count{};  ///< edge, inside, outside
  std::size_t images = 0;
};

inline MostImportant most_important(std::span<const RegionImportance> images) {
  MostImportant result;
  for (const RegionImportance& image : images) {
    if (!image[0] || !image[1] || !image[2]) continue;
    ++result.count[static_cast<std::size_t>(std::max_element(image.begin(), image.begin() + 3) - image.begin())];
    ++result.images;
  }
  return result;
}

}  // namespace unet
