// Forward and backward-data of all convolutions, as tiles of gather products.
#pragma once
#include "unet/backends/cpu/conv/implicit_gemm.hpp"
#include "unet/backends/cpu/conv/pack.hpp"
#include "unet/backends/cpu/conv/weights.hpp"
#include "unet/backends/cpu/ops/moments.hpp"

namespace unet::cpu {

inline InputGradient<float> only(View<float> y) { return {{y, {}}, 1, false}; }

/// A 1x1 or 3x3 convolution ("halo" 0 or 1) of `x` to `out`, with the tile's moments on the side if wanted.
/// Pixel (i, j) of the output reads x from (i - top, j - left) on.
inline void convolve(const Input<float>& x, const WeightView& w, const float* bias, bool relu,
                     const InputGradient<float>& out, Index halo, Index top, Index left, Moments<float> moments) {
  const Shape map = out.parts[0].shape;
  const Tiling tiling(map, w.k, halo);
  const float* const weights = pack_weights(w);
  float* const partials = moments ? scratch<shared_partials>(tiling.count() * 2 * w.o) : nullptr;
  const Index kernel = 2 * halo + 1;
  parallel_for(tiling.count(), [&](Index t) {
    const Tile tile = tiling[t];
    const Index height = tile.height + 2 * halo, width = tile.width + 2 * halo;
    float* const packed = scratch<tile_input>((height * width + 1) * w.k);
    dispatch<PackTile>(x, tile.n, tile.y - top, tile.x - left, height, width, packed, w.k);
    GatherGemm g{packed, width * w.k, w.k, {},  static_cast<int>(w.taps), w.k, weights, block_floats(w), w.o,
                 bias,   relu,        out, tile};
    for (Index q = 0; q < w.taps; ++q) g.tap[q] = (q / kernel * width + q % kernel) * w.k;
    dispatch<GatherGemm>(g);
    if (partials) {
      float* const partial = partials + 2 * t * w.o;
      dispatch<TileMoments>(View<const float>(out.parts[0]), tile, partial, partial + w.o);
    }
  });
  if (moments) combine_moments(tiling, partials, w.o, moments);
}

/// Every second pixel along both axes, from (k, l) on.
template <class T>
View<T> every_second(View<T> v, Index k, Index l) {
  return {v.at(0, k, l),
          {v.shape.n, v.shape.h / 2, v.shape.w / 2, v.shape.c},
          {v.strides.n, 2 * v.strides.h, 2 * v.strides.w}};
}

/// 2x2 transposed convolution, stride 2, then ReLU: four 1x1 convolutions, each to every second pixel of the output.
inline void up_convolve(const Input<float>& x, const float* w, const float* bias, View<float> y) {
  const Shape in = x.shape();
  const WeightView kernel{w, 4, in.c, y.shape.c, y.shape.c, 1, false};
  const Tiling tiling(in, in.c, 0);
  const float* const weights = pack_weights(kernel);
  parallel_for(tiling.count(), [&](Index t) {
    const Tile tile = tiling[t];
    float* const packed = scratch<tile_input>((tile.height * tile.width + 1) * in.c);
    dispatch<PackTile>(x, tile.n, tile.y, tile.x, tile.height, tile.width, packed, in.c);
    for (Index q = 0; q < 4; ++q)
      dispatch<GatherGemm>(GatherGemm{packed,
                                      tile.width * in.c,
                                      in.c,
                                      {0},
                                      1,
                                      in.c,
                                      weights + q * in.c * block_channels(kernel.o),
                                      block_floats(kernel),
                                      kernel.o,
                                      bias,
                                      true,
                                      only(every_second(y, q / 2, q % 2)),
                                      tile});
  });
}

/// Its backward-data: each input pixel gathers from the four output pixels that it made.
inline void up_convolve_backward_data(View<const float> dz, const float* w, const InputGradient<float>& dx) {
  const Shape in = dx.shape();
  const Index out = dz.shape.c;
  const WeightView kernel{w, 4, out, in.c, 1, out, false};
  const Tiling tiling(in, 4 * out, 0);
  const float* const weights = pack_weights(kernel);
  parallel_for(tiling.count(), [&](Index t) {
    const Tile tile = tiling[t];
    const Index plane = tile.height * tile.width * out;
    float* const packed = scratch<tile_input>(4 * plane + out);
    GatherGemm g{packed, tile.width * out, out,   {}, 4,   out, weights, block_floats(kernel),
                 in.c,   nullptr,          false, dx, tile};
    for (Index q = 0; q < 4; ++q) {
      g.tap[q] = q * plane;
      dispatch<PackTile>(Input<float>{{{every_second(dz, q / 2, q % 2)}, {}}, 1}, tile.n, tile.y, tile.x, tile.height,
                         tile.width, packed + q * plane, out);
    }
    dispatch<GatherGemm>(g);
  });
}

}  // namespace unet::cpu
