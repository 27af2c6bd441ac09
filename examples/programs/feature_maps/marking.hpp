// Which region of an image do maps mark, its lung boundary or its lungs? Thresholds are chosen on some images, and what
// they are worth is measured on others.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "programs/feature_maps/maps.hpp"
#include "unet/core/host_tensor.hpp"
#include "unet/core/parallel.hpp"
#include "unet/core/shape.hpp"
#include "unet/data/image.hpp"
#include "unet/explain/feature_maps/map_threshold.hpp"
#include "unet/imaging/resize.hpp"

namespace app {

enum class Region { boundary, lungs };

inline constexpr std::array<Region, 2> all_regions = {Region::boundary, Region::lungs};

/// Something for each region.
template <class T>
struct OfRegions {
  T boundary, lungs;
  T& operator[](Region region) { return region == Region::boundary ? boundary : lungs; }
  const T& operator[](Region region) const { return region == Region::boundary ? boundary : lungs; }
};

/// Masks of figure_side x figure_side pixels.
struct Regions : OfRegions<std::vector<std::uint8_t>> {
  unet::Index reach = 1;  ///< half width of the boundary in pixels
};

/// @param target 1 x H x W x 1, the true mask
/// @param boundary half width of the boundary as a share of the side
Regions regions_of(const unet::HostTensor<float>& target, double boundary);

/// Where a map has edges of its own, as wide as the boundary.
unet::Image edge_map(const unet::Image& map, unet::Index reach);

/// One kind of map against one region, in all images.
struct Marks {
  unet::ThresholdSearch search;
  unet::MapThreshold threshold;
  std::vector<double> dice;  ///< one for each image that it is judged on

  void take(const unet::DiceCurves& curves, bool choosing) {
    if (choosing)
      search.add(curves);
    else
      dice.push_back(curves.at(threshold));
  }
  void choose() {
    if (search.images() > 0) threshold = search.best();
  }
};

/// A block, or something that knows less: a map that must be better than those has found something.
struct MarkedBy {
  std::string name;
  OfRegions<Marks> marks;  ///< by its values
  Marks edges = {};        ///< the boundary by its own edges (edge_map); unused for the usual place
};

class Marking {
 public:
  /// @param prior mean masks of the training images' regions, figure_side x figure_side values each
  Marking(std::vector<std::string> blocks, const OfRegions<unet::Image>& prior)
      : prior_{unet::RankedMap(prior.boundary.pixels), unet::RankedMap(prior.lungs.pixels)} {
    for (std::string& name : blocks) blocks_.push_back({std::move(name), {}, {}});
  }

  /// One image: its regions, itself and the mean picture of each block (mean_picture, in the order of the blocks), and the
  /// blocks' sizes. `choosing`: it is for choosing thresholds; afterwards choose(), then those that are judged.
  void take(const Regions& regions, const unet::Image& image, const std::vector<unet::Image>& pictures,
            const std::vector<unet::Shape>& shapes, bool choosing) {
    for (const unet::Shape& s : shapes)
      if (s.h < figure_side || s.w < figure_side) limits_.try_emplace({s.h, s.w});
    // Sorting is most of the work: one task for each map.
    std::vector<std::pair<const std::pair<unet::Index, unet::Index>*, Marks*>> limits;
    for (auto& [size, marks] : limits_) limits.push_back({&size, &marks});
    const auto n = static_cast<unet::Index>(blocks_.size());
    const auto compare = [&](const unet::Image& map, MarkedBy& by) {
      const unet::RankedMap values(map.pixels), edges(edge_map(map, regions.reach).pixels);
      for (const Region region : all_regions) by.marks[region].take(values.curves(regions[region]), choosing);
      by.edges.take(edges.curves(regions.boundary), choosing);
    };
    unet::parallel_for(n + 2 + static_cast<unet::Index>(limits.size()), [&](unet::Index i) {
      if (i < n)
        compare(pictures[static_cast<std::size_t>(i)], blocks_[static_cast<std::size_t>(i)]);
      else if (i == n)
        compare(image, image_);
      else if (i == n + 1)
        for (const Region region : all_regions)
          position_.marks[region].take(prior_[region].curves(regions[region]), choosing);
      else {
        const auto& [size, marks] = limits[static_cast<std::size_t>(i - n - 2)];
        marks->take(unet::RankedMap(coarse(regions.boundary, *size).pixels).curves(regions.boundary), choosing);
      }
    });
    if (!choosing)
      for (const Region region : all_regions) chance_[region].push_back(unet::chance_dice(regions[region]));
  }

  void choose() {
    const auto each = [](MarkedBy& by) {
      for (const Region region : all_regions) by.marks[region].choose();
      by.edges.choose();
    };
    for (MarkedBy& block : blocks_) each(block);
    each(image_);
    each(position_);
    for (auto& [size, marks] : limits_) marks.choose();
  }

  const std::vector<MarkedBy>& blocks() const { return blocks_; }
  const MarkedBy& image() const { return image_; }        ///< the input itself
  const MarkedBy& position() const { return position_; }  ///< the mean training mask of the region
  /// For each judged image what a map without information reaches.
  const std::vector<double>& chance(Region region) const { return chance_[region]; }
  /// Dice with the boundary, for each judged image, of the boundary itself at a block's height and width; empty when they
  /// are not below figure_side.
  std::vector<double> limit(const unet::Shape& s) const {
    const auto found = limits_.find({s.h, s.w});
    return found == limits_.end() ? std::vector<double>() : found->second.dice;
  }

 private:
  static unet::Image coarse(const std::vector<std::uint8_t>& mask, std::pair<unet::Index, unet::Index> size) {
    unet::Image image(figure_side, figure_side, 1);
    std::copy(mask.begin(), mask.end(), image.pixels.begin());
    return at_figure_size(unet::resize_values(image, size.first, size.second));
  }

  std::vector<MarkedBy> blocks_;
  MarkedBy image_{"input", {}, {}}, position_{"position", {}, {}};
  std::map<std::pair<unet::Index, unet::Index>, Marks> limits_;  ///< by height and width, of the boundary
  OfRegions<unet::RankedMap> prior_;
  OfRegions<std::vector<double>> chance_;
};

}  // namespace app
