// How a feature map is cut for Winograd's transforms: by shape alone, so that results do not depend on the number of threads.
#pragma once
#include <algorithm>

#include "unet/backends/cpu/conv/tiling.hpp"
#include "unet/backends/cpu/conv/winograd/transforms.hpp"

namespace unet::cpu::winograd {

/// With room for so many squares and one more; the odd floats keep planes from falling on the same places of a cache.
inline Layout layout(Index squares, Index channels, bool far = false) {
  const Index room = (squares + 1) / 2 * 2;
  return {room * current_width(), room * channels + 16, far};
}

/// Runs of squares side by side, numbered over all images: what is packed at once. Squares at the end of the map may reach beyond.
class Runs {
 public:
  /// @param channels of the input, padded: a packed run shall stay in a core's cache
  Runs(Shape map, Index channels)
      : map_(map), across_((map.w + tile_side - 1) / tile_side), down_((map.h + tile_side - 1) / tile_side) {
    const Index most =
        std::clamp<Index>((tile_bytes / (Index{sizeof(float)} * channels * patch_side) - 2) / tile_side, 4, 32);
    a_row_ = (across_ + most - 1) / most;
    length_ = (across_ + a_row_ - 1) / a_row_;
    a_row_ = (across_ + length_ - 1) / length_;
  }

  Index count() const { return map_.n * down_ * a_row_; }
  /// Squares of a run, at most.
  Index length() const { return length_; }
  /// Squares of run i.
  Index squares(Index i) const { return std::min(length_, across_ - i % a_row_ * length_); }
  /// Squares of runs first .. end - 1.
  Index squares_between(Index first, Index end) const {
    Index sum = 0;
    for (Index i = first; i < end; ++i) sum += squares(i);
    return sum;
  }
  /// The pixels of run i that lie in the map.
  Tile operator[](Index i) const {
    const Index y = i / a_row_ % down_ * tile_side, x = i % a_row_ * length_ * tile_side;
    return {i / (a_row_ * down_), y, x, std::min(tile_side, map_.h - y), std::min(squares(i) * tile_side, map_.w - x)};
  }

 private:
  Shape map_;
  Index across_, down_, a_row_, length_;
};

}  // namespace unet::cpu::winograd
