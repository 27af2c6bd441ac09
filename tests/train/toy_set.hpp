// A small data set: a bright rectangle on noise, the rectangle is the mask.
#pragma once
#include "unet/core/random.hpp"
#include "unet/data/sample_set.hpp"

class ToySet {
 public:
  /// Samples first .. first + size - 1 of an endless series.
  explicit ToySet(unet::Index size, unet::Index first = 0, unet::Index side = 8)
      : size_(size), first_(first), side_(side) {}

  unet::Index size() const { return size_; }
  unet::Shape shape() const { return {1, side_, side_, 1}; }
  void load(unet::Index i, unet::View<float> image, unet::View<float> target) const {
    unet::Random random(1, unet::Purpose::test, 0, static_cast<std::uint32_t>(first_ + i));
    const auto side = static_cast<std::uint32_t>(side_);
    const unet::Index top = random.below(side / 2), left = random.below(side / 2);
    const unet::Index height = side_ / 4 + random.below(side / 4), width = side_ / 4 + random.below(side / 4);
    for (unet::Index y = 0; y < side_; ++y)
      for (unet::Index x = 0; x < side_; ++x) {
        const bool inside = y >= top && y < top + height && x >= left && x < left + width;
        *target.at(0, y, x) = inside ? 1 : 0;
        *image.at(0, y, x) = static_cast<float>((inside ? 0.4 : 0.0) + 0.6 * random.uniform());
      }
  }

 private:
  unet::Index size_, first_, side_;
};
