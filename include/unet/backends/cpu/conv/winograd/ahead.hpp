// Asking for the memory of the next strip while there is something to compute.
#pragma once
#include <algorithm>

#include "unet/backends/cpu/conv/winograd/transforms.hpp"

namespace unet::cpu::winograd {

/// Rows of maps that will be read soon, asked for bit by bit.
struct Ahead {
  static constexpr int most = 4 * static_cast<int>(patch_side + tile_side);
  const char* rows[most];
  Index lines[most];  ///< cache lines of each
  int count = 0;

  /// Rows y .. y + height - 1 and columns x .. x + width - 1 of image n, as far as they are in the map.
  template <class T>
  void add(const Input<T, float>& map, Index n, Index y, Index x, Index height, Index width) {
    const Shape s = map.shape();
    const Index first = std::max<Index>(0, x), columns = std::min(x + width, s.w) - first;
    for (Index row = std::max<Index>(0, y); row < std::min(y + height, s.h) && columns > 0; ++row)
      for (int p = 0; p < map.count && count < most; ++p) {
        rows[count] = reinterpret_cast<const char*>(map.parts[p].x.at(n, row, first));
        lines[count++] = (columns * map.parts[p].x.strides.w * Index{sizeof(T)} + 63) / 64;
      }
  }
  /// Of `parts` equal ones. For the second level of cache: the first has other things to hold.
  UNET_INLINE void fetch(Index part, Index parts) const {
    for (int i = 0; i < count; ++i)
      for (Index line = lines[i] * part / parts; line < lines[i] * (part + 1) / parts; ++line)
        __builtin_prefetch(rows[i] + 64 * line, 0, 2);
  }
};

}  // namespace unet::cpu::winograd
