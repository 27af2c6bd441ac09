// How a tile of a map comes into shared memory, and its pending normalisation with it.
#pragma once
#include <type_traits>

#include "unet/backends/cuda/conv/tensor/maps.hpp"
#include "unet/backends/cuda/conv/tensor/operand.hpp"
#include "unet/backends/cuda/device/source.hpp"

namespace unet::cuda::tensor {

enum class Loading {
  elements,     ///< one by one and at once: of views that are not aligned
  copied,       ///< 16 bytes at a time by cp.async, as they are
  transformed,  ///< the same, then changed in place by the threads that copied them
};

/// f(std::integral_constant<Loading, ...>). Where nothing is pending, being able to transform costs a test for each tile.
template <class F>
void with_loading(bool aligned, const F& f) {
  if (aligned)
    f(std::integral_constant<Loading, Loading::transformed>());
  else
    f(std::integral_constant<Loading, Loading::elements>());
}
/// The same for kernels that it would cost registers. Floats always have to be rounded to TF32.
template <class T, class F>
void with_least_loading(bool aligned, bool pending, const F& f) {
  if constexpr (sizeof(T) == 2)
    if (aligned && !pending) return f(std::integral_constant<Loading, Loading::copied>());
  with_loading(aligned, f);
}

/// Whether channels of the input have to be changed when they are loaded.
template <class T>
bool pending(const Input<T, float>& x) {
  return x.parts[0].pending() || (x.count == 2 && x.parts[1].pending());
}

/// A pixel, which may lie outside its map, that goes to a tile's upper left corner.
struct Corner {
  int n, y, x;
};

/// Height x Width pixels (Pitch from row to row), `Units` times 16 bytes of channels each, loaded by Threads threads into places
/// that Rows says. Pixels outside the map and channels beyond it are zeros.
template <class T, int Height, int Width, int Pitch, class Rows, int Units, int Threads, Loading How>
struct TileLoader {
  static_assert(Threads % Units == 0);
  static constexpr int bytes = Height * Pitch * Units * 16;

  /// Channels from c on; `offset`, in elements, is added to addresses.
  __device__ static void issue(char* tile, const Maps<const T>& x, Corner corner, int c, Index offset = 0) {
    if constexpr (How == Loading::elements) {
      each([&](int i, int j, int at) {
        float values[unit<T>] = {};
        if (x.inside(corner.y + i, corner.x + j))
#pragma unroll
          for (int e = 0; e < unit<T>; ++e) {
            int channel = c + own_unit() * unit<T> + e;
            if (channel >= x.channels()) continue;
            const Map<const T>& part = x.part(channel);
            values[e] = to_float(part.at(corner.n, corner.y + i, corner.x + j, channel)[offset]);
            if (part.scale) values[e] = fmaf(part.scale[channel], values[e], part.shift[channel]);
            if (part.relu) values[e] = relu(values[e]);
          }
        shared_store(tile + at, pack<T>(values));
      });
    } else {
      int channel = c + own_unit() * unit<T>;
      const bool exists = channel < x.channels();
      const Map<const T>& part = x.part(channel);
      each([&](int i, int j, int at) {
        const bool valid = exists && x.inside(corner.y + i, corner.x + j);
        cp_async16(tile + at, valid ? part.at(corner.n, corner.y + i, corner.x + j, channel) + offset : part.data,
                   valid);
      });
    }
  }

  /// Has to follow issue() once the calling thread's copies have arrived.
  __device__ static void transform(char* tile, const Maps<const T>& x, Corner corner, int c) {
    if constexpr (How == Loading::transformed) {
      int channel = c + own_unit() * unit<T>;
      if (channel >= x.channels()) return;
      const Map<const T>& part = x.part(channel);
      if (sizeof(T) == 2 && !part.pending()) return;
      const float least = part.relu ? 0 : -INFINITY;
      float scale[unit<T>], shift[unit<T>];
#pragma unroll
      for (int e = 0; e < unit<T>; ++e) {
        scale[e] = part.scale ? part.scale[channel + e] : 1;
        shift[e] = part.scale ? part.shift[channel + e] : 0;
      }
      each([&](int i, int j, int at) {
        if (!x.inside(corner.y + i, corner.x + j)) return;  // padding is 0, not shift
        float values[unit<T>];
        unpack<T>(shared_load<Words>(tile + at), values);
#pragma unroll
        for (int e = 0; e < unit<T>; ++e) {
          values[e] = fmaf(scale[e], values[e], shift[e]);
          if (values[e] < least) values[e] = least;  // not a number stays so
        }
        shared_store(tile + at, pack<T>(values));
      });
    }
  }

 private:
  __device__ static int own_unit() { return static_cast<int>(threadIdx.x) % Units; }

  template <class F>
  __device__ static void each(const F& f) {
    constexpr int pixels = Height * Width, step = Threads / Units;
#pragma unroll 1  // unrolled, the addresses of all turns would be kept in registers
    for (int p = static_cast<int>(threadIdx.x) / Units; p < pixels; p += step)
      f(p / Width, p % Width, Rows::at(p / Width * Pitch + p % Width, own_unit()));
  }
};

}  // namespace unet::cuda::tensor
