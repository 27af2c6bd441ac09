// Pixels as Winograd's products read transformed squares: one register of channels of all of them after the other.
#pragma once
#include <algorithm>

#include "unet/backends/cpu/conv/pack.hpp"
#include "unet/backends/cpu/conv/tiling.hpp"
#include "unet/backends/cpu/threads/scratch.hpp"

namespace unet::cpu {

/// A map cut into strips of pixels that are multiplied together: by shape alone, as Tiling.
class PixelStrips {
 public:
  /// Pixels of a strip; whole groups of 16, as products in fixed point take them.
  static constexpr Index most = 128;

  explicit PixelStrips(Shape map) : map_(map), width_(std::min(map.w, most)) {
    height_ = std::clamp<Index>(most / width_, 1, map.h);
    across_ = (map.w + width_ - 1) / width_;
    down_ = (map.h + height_ - 1) / height_;
  }
  Index count() const { return map_.n * down_ * across_; }
  Tile operator[](Index strip) const {
    const Index y = strip / across_ % down_ * height_, x = strip % across_ * width_;
    return {strip / (across_ * down_), y, x, std::min(height_, map_.h - y), std::min(width_, map_.w - x)};
  }

 private:
  Shape map_;
  Index width_, height_, across_, down_;
};

/// [pixels][channels] -> [channels / width][pixel][width], `block` floats from one register of channels to the next.
struct SplitChannels {
  template <class I>
  UNET_INLINE static void run(const float* packed, Index pixels, Index channels, float* to, Index block) {
    for (Index c = 0; c < channels; c += I::width)
      for (Index p = 0; p < pixels; ++p) {
        Lanes<I> v;
        load(v, packed + p * channels + c);
        store(to + c / I::width * block + p * I::width, v);
      }
  }
};

/// A tile's pixels, `block` floats from one register of channels to the next. Those beyond the map's channels are 0.
template <class T>
void split_channels(const Input<T, float>& map, const Tile& tile, Index channels, float* to, Index block) {
  float* const packed = scratch<tile_input>(tile.height * tile.width * channels);
  dispatch<PackTile>(map, tile.n, tile.y, tile.x, tile.height, tile.width, packed, channels);
  dispatch<SplitChannels>(static_cast<const float*>(packed), tile.height * tile.width, channels, to, block);
}

}  // namespace unet::cpu
