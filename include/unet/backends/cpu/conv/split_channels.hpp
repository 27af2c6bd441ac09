// Pixels as Winograd's products read transformed squares: one register of channels of all of them after the other.
#pragma once
#include "unet/backends/cpu/conv/pack.hpp"
#include "unet/backends/cpu/conv/tiling.hpp"
#include "unet/backends/cpu/threads/scratch.hpp"

namespace unet::cpu {

/// Pixels of a map that are multiplied together; whole groups of 16, as products in fixed point take them.
inline constexpr Index pixels_together = 128;

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
