// Does a map mark a region? Dice between the map, cut at a threshold, and the region, with the threshold chosen on other
// images than those that it is judged on.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/core/shape.hpp"
#include "unet/train/metrics.hpp"

namespace unet {

/// A cut that means the same in every image, whatever the range of its values: the `share` of its pixels that has the
/// highest values (or the lowest, when the region is dark in the map).
struct MapThreshold {
  bool bright = true;
  double share = 1;
  double dice = 0;  ///< mean over the images that it was chosen on
};

/// Dice of one map with one region at every threshold: element i - 1 is for the share i / levels.
struct DiceCurves {
  std::vector<double> bright, dark;

  /// Throws OptionError when the curves have no such level.
  double at(const MapThreshold& threshold) const {
    const std::vector<double>& curve = threshold.bright ? bright : dark;
    const Index level = std::lround(threshold.share * static_cast<double>(curve.size()));
    if (level < 1 || level > static_cast<Index>(curve.size()))
      throw OptionError("a threshold at a share of " + std::to_string(threshold.share) + " of " +
                        std::to_string(curve.size()) + " levels");
    return curve[static_cast<std::size_t>(level - 1)];
  }
};

/// A map whose pixels are sorted once, to be laid over several regions.
class RankedMap {
 public:
  /// Pixels in any order, without NaN. Throws ShapeError when there is none.
  explicit RankedMap(std::span<const float> map) {
    if (map.empty()) throw ShapeError("a map without pixels; give it at least one");
    pixels_.reserve(map.size());
    for (const float value : map) pixels_.push_back({value, static_cast<std::uint32_t>(pixels_.size())});
    std::sort(pixels_.begin(), pixels_.end(), [](const Pixel& a, const Pixel& b) { return a.value > b.value; });
  }

  /// Dice with a region (any value but 0) of as many pixels. Pixels of equal value are selected together, so that their
  /// order says nothing. Throws ShapeError when the numbers of pixels differ, OptionError when levels < 1.
  DiceCurves curves(std::span<const std::uint8_t> region, Index levels = 100) const {
    if (pixels_.size() != region.size())
      throw ShapeError("a map of " + std::to_string(pixels_.size()) + " pixels and a region of " +
                       std::to_string(region.size()) + "; they must have the same size");
    if (levels < 1) throw OptionError("a search over " + std::to_string(levels) + " thresholds; use at least 1");
    return {curve(pixels_.begin(), pixels_.end(), region, levels),
            curve(pixels_.rbegin(), pixels_.rend(), region, levels)};
  }

 private:
  struct Pixel {
    float value;
    std::uint32_t index;
  };

  template <class Iterator>
  static std::vector<double> curve(Iterator next, Iterator end, std::span<const std::uint8_t> region, Index levels) {
    const auto truth = static_cast<double>(std::count_if(region.begin(), region.end(), [](auto v) { return v != 0; }));
    const Iterator begin = next;
    double hits = 0;
    std::vector<double> curve;
    for (Index level = 1; level <= levels; ++level) {
      const Index wanted = (level * static_cast<Index>(region.size()) + levels - 1) / levels;
      while (next != end && (next - begin < wanted || next->value == (next - 1)->value))
        hits += region[(next++)->index] != 0;
      curve.push_back(dice({hits, static_cast<double>(next - begin), truth}));
    }
    return curve;
  }

  std::vector<Pixel> pixels_;  ///< from the highest value to the lowest
};

/// Chooses the threshold whose Dice, averaged over images, is the highest. Only sums are kept.
class ThresholdSearch {
 public:
  /// Throws ShapeError when the curves have other levels than those before.
  void add(const DiceCurves& curves) {
    if (images_ == 0) sums_ = {std::vector<double>(curves.bright.size()), std::vector<double>(curves.dark.size())};
    if (curves.bright.size() != sums_.bright.size() || curves.dark.size() != sums_.dark.size())
      throw ShapeError("a threshold is searched in curves of " + std::to_string(sums_.bright.size()) + " and " +
                       std::to_string(curves.bright.size()) + " levels; use one number");
    for (std::size_t i = 0; i < curves.bright.size(); ++i) {
      sums_.bright[i] += curves.bright[i];
      sums_.dark[i] += curves.dark[i];
    }
    ++images_;
  }

  /// Images so far.
  Index images() const { return images_; }

  /// Bright before dark and the smaller share first where several are equally good. Throws OptionError without images.
  MapThreshold best() const {
    if (images_ == 0) throw OptionError("a threshold needs at least one image to be chosen on");
    MapThreshold best{true, 1, -1};
    for (const bool bright : {true, false}) {
      const std::vector<double>& sums = bright ? sums_.bright : sums_.dark;
      for (std::size_t i = 0; i < sums.size(); ++i) {
        const double mean = sums[i] / static_cast<double>(images_);
        if (mean > best.dice) best = {bright, static_cast<double>(i + 1) / static_cast<double>(sums.size()), mean};
      }
    }
    return best;
  }

 private:
  DiceCurves sums_;
  Index images_ = 0;
};

/// What a map without information reaches: Dice of "everything is the region", 2 p / (1 + p) for a region of a share p of
/// the image. The expected Dice of a random map, 2 s p / (s + p), grows with the share s that is selected up to this.
inline double chance_dice(std::span<const std::uint8_t> region) {
  const auto truth = static_cast<double>(std::count_if(region.begin(), region.end(), [](auto v) { return v != 0; }));
  return dice({truth, static_cast<double>(region.size()), truth});
}

}  // namespace unet
