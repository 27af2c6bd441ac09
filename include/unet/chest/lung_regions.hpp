// Regions of a chest image that follow from the true mask of its lungs: their edge, inside and outside, bottom, heart side.
#pragma once
#include <array>
#include <limits>

#include "unet/imaging/boundary.hpp"
#include "unet/imaging/components.hpp"

namespace unet {

enum class LungRegion { edge, inside, outside, bottom_third, upper_part, heart_side, other_edge };

inline constexpr std::array<LungRegion, 7> all_lung_regions = {
    LungRegion::edge,       LungRegion::inside,     LungRegion::outside,   LungRegion::bottom_third,
    LungRegion::upper_part, LungRegion::heart_side, LungRegion::other_edge};

inline const char* to_string(LungRegion region) {
  constexpr std::array<const char*, 7> names = {"lung edge",        "inside",     "outside",         "bottom third",
                                                "upper two thirds", "heart side", "rest of the edge"};
  return names[static_cast<std::size_t>(region)];
}

/// Half width of the edge that is taken by default, as a share of the image's height: 10 of 512 pixels.
inline constexpr double lung_edge_share = 0.02;

namespace detail {

/// Rows and columns that a component occupies.
struct LungBox {
  Index top = std::numeric_limits<Index>::max(), bottom = -1, left = top, right = -1;

  void include(Index y, Index x) {
    top = std::min(top, y), bottom = std::max(bottom, y);
    left = std::min(left, x), right = std::max(right, x);
  }
};

}  // namespace detail

/// Which regions each pixel of an image belongs to. For a mask of the lungs on a frontal X-ray image:
///
/// - edge: pixels at most `reach` away from the mask's outline, on both sides of it (see boundary_band); inside: the rest
///   of the mask; outside: the rest of the image. Each pixel is in one of these three.
/// - bottom third, upper two thirds: of the rows of each lung, pixels of the mask. Lungs are the two largest components
///   of the mask, or one, if the next is less than a twentieth of it: a slip of the annotator's pen.
/// - heart side: the part of the edge where a lung faces the other one, in the lower half of its rows and above the
///   diaphragm. Precisely: within `reach` of the pixel of a lung that is nearest to the other lung in its row, from the
///   middle row down to where this border runs away from the other lung by more than two columns a row (over `reach`
///   rows), or is through two thirds of the lung's columns.
///   The heart borders on both lungs (right atrium, left ventricle), so both count, which makes the region the same on a
///   mirrored image. Rest of the edge: the others. Both are empty unless there are two lungs: one alone does not tell on
///   which side the heart is.
class LungRegions {
 public:
  /// mask: height x width, any value but 0 is lung. Throws ShapeError when it has another size, OptionError when
  /// reach < 1.
  LungRegions(std::span<const std::uint8_t> mask, Index height, Index width, Index reach) : width_(width) {
    const std::vector<std::uint8_t> band = boundary_band(mask, height, width, reach);
    regions_.resize(mask.size());
    for (std::size_t i = 0; i < mask.size(); ++i)
      add(i, band[i] ? LungRegion::edge : mask[i] ? LungRegion::inside : LungRegion::outside);

    const Components components = connected_components(mask, height, width);
    lungs_ = std::min<std::size_t>(components.areas.size(), 2);
    if (lungs_ == 2 && 20 * components.areas[1] < components.areas[0]) lungs_ = 1;
    std::array<detail::LungBox, 2> boxes;
    each_lung_pixel(components, [&](std::size_t lung, Index y, Index x) { boxes[lung].include(y, x); });
    each_lung_pixel(components, [&](std::size_t lung, Index y, Index x) {
      const detail::LungBox& box = boxes[lung];
      const bool bottom = 3 * (y - box.top) >= 2 * (box.bottom + 1 - box.top);
      add(at(y, x), bottom ? LungRegion::bottom_third : LungRegion::upper_part);
    });
    if (lungs_ == 2) mark_heart_side(components, boxes, height, reach);
  }

  /// Components of the mask that are large enough for a lung: 0, 1 or 2.
  std::size_t lungs() const { return lungs_; }
  std::size_t pixels() const { return regions_.size(); }
  /// pixel = y * width + x.
  bool has(LungRegion region, std::size_t pixel) const {
    return (regions_[pixel] >> static_cast<int>(region) & 1) != 0;
  }

 private:
  std::size_t at(Index y, Index x) const { return static_cast<std::size_t>(y * width_ + x); }
  void add(std::size_t pixel, LungRegion region) {
    regions_[pixel] = static_cast<std::uint8_t>(regions_[pixel] | 1 << static_cast<int>(region));
  }

  template <class F>
  void each_lung_pixel(const Components& components, const F& f) const {
    for (std::size_t i = 0; i < components.labels.size(); ++i) {
      const auto lung = static_cast<std::size_t>(components.labels[i]) - 1;  // of background: very large
      if (lung < lungs_) f(lung, static_cast<Index>(i) / width_, static_cast<Index>(i) % width_);
    }
  }

  void mark_heart_side(const Components& components, const std::array<detail::LungBox, 2>& boxes, Index height,
                       Index reach) {
    const auto centre = [&](std::size_t lung) { return boxes[lung].left + boxes[lung].right; };  // twice
    const std::size_t left = centre(0) <= centre(1) ? 0 : 1;
    std::array<std::vector<Index>, 2> border;  // the column for each row, -1: none
    for (std::vector<Index>& columns : border) columns.assign(static_cast<std::size_t>(height), -1);
    each_lung_pixel(components, [&](std::size_t lung, Index y, Index x) {  // from left to right
      Index& column = border[lung][static_cast<std::size_t>(y)];
      if (lung == left || column < 0) column = x;
    });
    for (std::size_t lung = 0; lung < 2; ++lung) {
      const auto column = [&](Index y) { return border[lung][static_cast<std::size_t>(y)]; };
      for (Index y = (boxes[lung].top + boxes[lung].bottom + 1) / 2; y <= boxes[lung].bottom; ++y) {
        const Index before = std::max(boxes[lung].top, y - reach);
        const Index away = lung == left ? column(before) - column(y) : column(y) - column(before);
        const Index through = lung == left ? boxes[lung].right - column(y) : column(y) - boxes[lung].left;
        if (away > 2 * reach || 3 * through > 2 * (boxes[lung].right - boxes[lung].left)) break;
        mark_heart_side(y, column(y), height, reach);
      }
    }
    for (std::size_t i = 0; i < regions_.size(); ++i)
      if (has(LungRegion::edge, i) && !has(LungRegion::heart_side, i)) add(i, LungRegion::other_edge);
  }

  /// Edge within `reach` of one pixel.
  void mark_heart_side(Index y, Index x, Index height, Index reach) {
    for (Index i = std::max<Index>(0, y - reach); i <= std::min(height - 1, y + reach); ++i)
      for (Index j = std::max<Index>(0, x - reach); j <= std::min(width_ - 1, x + reach); ++j)
        if ((i - y) * (i - y) + (j - x) * (j - x) <= reach * reach && has(LungRegion::edge, at(i, j)))
          add(at(i, j), LungRegion::heart_side);
  }

  Index width_;
  std::size_t lungs_ = 0;
  std::vector<std::uint8_t> regions_;  // a bit for each
};

}  // namespace unet
