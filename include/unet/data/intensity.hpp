// The grey values of a training set, and whether another image is like them. A net fails silently on images of another
// exposure: its masks look plausible and are wrong.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/core/finite.hpp"
#include "unet/core/view.hpp"
#include "unet/data/sample_set.hpp"
#include "unet/models/number_text.hpp"

namespace unet {

/// One channel of an image. Deviations here are standard deviations.
struct Intensity {
  double low = 0, high = 0;  ///< least and largest value
  double mean = 0, deviation = 0;
  double skewness = 0;  ///< mean cube of (value - mean) / deviation; its sign turns when an image is inverted
};

/// Each channel of an image 1 x H x W x C of at least one pixel.
inline std::vector<Intensity> intensity(View<const float> image) {
  const Shape s = image.shape;
  if (s.n != 1 || s.size() < 1) throw ShapeError("intensity of " + to_string(s) + "; it is of one image");
  std::vector<Intensity> channels(static_cast<std::size_t>(s.c));
  const auto pixels = static_cast<double>(s.h * s.w);
  for (Index c = 0; c < s.c; ++c) {
    Intensity& channel = channels[static_cast<std::size_t>(c)];
    channel.low = std::numeric_limits<double>::infinity();
    channel.high = -channel.low;
    double sum = 0, squares = 0, cubes = 0;
    const auto first = static_cast<double>(image.at(0, 0, 0)[c]);  // sums about a value of the image cancel less
    for (Index y = 0; y < s.h; ++y)
      for (Index x = 0; x < s.w; ++x) {
        const auto value = static_cast<double>(image.at(0, y, x)[c]);
        channel.low = std::min(channel.low, value);
        channel.high = std::max(channel.high, value);
        sum += value - first;
        squares += (value - first) * (value - first);
        cubes += (value - first) * (value - first) * (value - first);
      }
    const double m1 = sum / pixels, m2 = squares / pixels, m3 = cubes / pixels, variance = std::max(0.0, m2 - m1 * m1);
    channel.mean = first + m1;
    channel.deviation = std::sqrt(variance);
    if (variance > 0) channel.skewness = (m3 - 3 * m1 * m2 + 2 * m1 * m1 * m1) / (variance * channel.deviation);
  }
  return channels;
}

/// One channel over the images of a set.
struct IntensityRange {
  double low = 0, high = 0;                      ///< of all pixels
  double mean = 0, deviation = 0, skewness = 0;  ///< of an image, on average
  /// Their standard deviations from image to image.
  double mean_spread = 0, deviation_spread = 0, skewness_spread = 0;
};

/// Collects the images of a set, one after the other.
class IntensityStatistics {
 public:
  /// An image 1 x H x W x C. Throws ShapeError when it has other channels than those before.
  void add(View<const float> image) {
    const std::vector<Intensity> channels = intensity(image);
    if (images_ > 0 && channels.size() != sums_.size())
      throw ShapeError("an image of " + std::to_string(channels.size()) + " channels among images of " +
                       std::to_string(sums_.size()));
    sums_.resize(channels.size());
    for (std::size_t c = 0; c < channels.size(); ++c) {
      Sums& sums = sums_[c];
      sums.low = std::min(sums.low, channels[c].low);
      sums.high = std::max(sums.high, channels[c].high);
      sums.mean.add(channels[c].mean);
      sums.deviation.add(channels[c].deviation);
      sums.skewness.add(channels[c].skewness);
    }
    ++images_;
  }

  Index images() const { return images_; }
  /// Each channel; none without images.
  std::vector<IntensityRange> channels() const {
    std::vector<IntensityRange> result;
    const auto n = static_cast<double>(images_);
    for (const Sums& s : sums_)
      result.push_back({s.low, s.high, s.mean.mean(n), s.deviation.mean(n), s.skewness.mean(n), s.mean.spread(n),
                        s.deviation.spread(n), s.skewness.spread(n)});
    return result;
  }

 private:
  struct Moments {
    double sum = 0, squares = 0;
    void add(double value) { sum += value, squares += value * value; }
    double mean(double n) const { return sum / n; }
    double spread(double n) const { return std::sqrt(std::max(0.0, squares / n - mean(n) * mean(n))); }
  };
  struct Sums {
    double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
    Moments mean, deviation, skewness;
  };
  std::vector<Sums> sums_;
  Index images_ = 0;
};

/// Of the images of a SampleSet. Throws what its load throws.
template <SampleSet S>
std::vector<IntensityRange> intensity_statistics(const S& set) {
  const Shape s = set.shape();
  std::vector<float> image(static_cast<std::size_t>(s.h * s.w * s.c)), target(static_cast<std::size_t>(s.h * s.w));
  IntensityStatistics statistics;
  for (Index i = 0; i < static_cast<Index>(set.size()); ++i) {
    set.load(i, View<float>(image.data(), Shape{1, s.h, s.w, s.c}), View<float>(target.data(), Shape{1, s.h, s.w, 1}));
    statistics.add(View<const float>(image.data(), Shape{1, s.h, s.w, s.c}));
  }
  return statistics.channels();
}

/// What tells an image from those of the training set, as "its mean is 0.06, theirs 0.48 (from 0.39 to 0.57)"; empty when
/// nothing does.
///
/// The rule: mean, standard deviation or skewness of a channel is further from the training images' than four times their own
/// spread from image to image and a little more (0.04, 0.04, 0.2: images of one device are alike), or values lie beyond the
/// training images' by more than their whole range. Of normally distributed values four spreads hold all but 1 in 16,000.
inline std::string unlike_training(std::span<const Intensity> image, std::span<const IntensityRange> training) {
  constexpr double spreads = 4, slack = 0.04, skewness_slack = 0.2;
  if (image.size() != training.size())
    return "it has " + std::to_string(image.size()) + " channels, theirs have " + std::to_string(training.size());
  const auto number = [](double value) { return detail::number_text({std::round(value * 1000) / 1000}); };
  for (std::size_t c = 0; c < image.size(); ++c) {
    const std::string of = image.size() > 1 ? " in channel " + std::to_string(c) : "";
    const auto far = [&](const char* what, double here, double there, double spread, double more) -> std::string {
      const double reach = spreads * spread + more;
      if (std::abs(here - there) <= reach) return "";
      return std::string("its ") + what + of + " is " + number(here) + ", theirs " + number(there) + " (from " +
             number(there - reach) + " to " + number(there + reach) + ")";
    };
    const IntensityRange& t = training[c];
    if (!is_finite(image[c].mean)) return "it has values that are not numbers" + of;
    const double range = std::max(t.high - t.low, slack);
    if (image[c].low < t.low - range || image[c].high > t.high + range)
      return "its values" + of + " are from " + number(image[c].low) + " to " + number(image[c].high) +
             ", theirs from " + number(t.low) + " to " + number(t.high);
    for (const std::string& text :
         {far("mean", image[c].mean, t.mean, t.mean_spread, slack),
          far("standard deviation", image[c].deviation, t.deviation, t.deviation_spread, slack),
          far("skewness", image[c].skewness, t.skewness, t.skewness_spread, skewness_slack)})
      if (!text.empty()) return text;
  }
  return "";
}

/// As text for the metadata of a model file, eight numbers a channel.
inline std::string to_text(std::span<const IntensityRange> channels) {
  std::vector<double> numbers;
  for (const IntensityRange& c : channels)
    numbers.insert(numbers.end(), {c.low, c.high, c.mean, c.deviation, c.skewness, c.mean_spread, c.deviation_spread,
                                   c.skewness_spread});
  return detail::number_text(numbers);
}

/// Reads what to_text writes; nothing when it is anything else.
inline std::optional<std::vector<IntensityRange>> intensity_from_text(std::string_view text) {
  std::vector<double> n;
  if (!detail::read_numbers(text, n) || n.size() % 8 != 0) return std::nullopt;
  std::vector<IntensityRange> channels;
  for (std::size_t i = 0; i < n.size(); i += 8)
    channels.push_back({n[i], n[i + 1], n[i + 2], n[i + 3], n[i + 4], n[i + 5], n[i + 6], n[i + 7]});
  return channels;
}

}  // namespace unet
