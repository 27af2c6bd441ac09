// How a feature map is cut into tiles: by shape alone, so that results do not depend on the number of threads.
#pragma once
#include <algorithm>

#include "unet/core/shape.hpp"

namespace unet::cpu {

/// Bytes of packed input that a tile may have, so that it stays in a core's L2 cache beside the weights.
inline constexpr Index tile_bytes = 256 * 1024;

/// A rectangle of one image.
struct Tile {
  Index n, y, x, height, width;
};

/// Tiles of an N x H x W map, each of which reads its own rectangle and `halo` pixels more on each side, C channels deep.
class Tiling {
 public:
  Tiling(Shape map, Index channels, Index halo) : map_(map) {
    for (const Index width : {64, 32, 16}) {
      width_ = std::min(map.w, width);
      height_ = tile_bytes / (Index{sizeof(float)} * channels * (width_ + 2 * halo)) - 2 * halo;
      if (height_ >= 8) break;
    }
    height_ = std::clamp<Index>(height_, 2, map.h > 1 ? map.h : 2);
    count_tiles();
  }
  /// Tiles of at most so many pixels, whole rows if it can be.
  static Tiling of_pixels(Shape map, Index most) {
    Tiling tiling(map);
    tiling.width_ = std::min(map.w, most);
    tiling.height_ = std::clamp<Index>(most / tiling.width_, 1, map.h);
    tiling.count_tiles();
    return tiling;
  }

  Index count() const { return map_.n * rows_ * columns_; }
  Tile operator[](Index i) const {
    const Index y = i / columns_ % rows_ * height_, x = i % columns_ * width_;
    return {i / (rows_ * columns_), y, x, std::min(height_, map_.h - y), std::min(width_, map_.w - x)};
  }

 private:
  explicit Tiling(Shape map) : map_(map) {}
  void count_tiles() {
    columns_ = (map_.w + width_ - 1) / width_;
    rows_ = (map_.h + height_ - 1) / height_;
  }

  Shape map_;
  Index width_, height_, rows_, columns_;
};

}  // namespace unet::cpu
