// Forward and backward-data of all convolutions, as tiles of gather products.
#pragma once
#include "unet/backends/cpu/conv/amx/convolve.hpp"
#include "unet/backends/cpu/conv/implicit_gemm.hpp"
#include "unet/backends/cpu/conv/kept_weights.hpp"
#include "unet/backends/cpu/conv/pack.hpp"
#include "unet/backends/cpu/conv/weights.hpp"
#include "unet/backends/cpu/ops/moments.hpp"
#include "unet/backends/cpu/threads/tasks.hpp"

namespace unet::cpu {

template <class T>
InputGradient<T> only(View<T> y) {
  return {{y, {}}, 1, false};
}

/// A 1x1 or 3x3 convolution ("halo" 0 or 1) of `x` to `out` with packed weights of `w`'s sizes.
/// Pixel (i, j) of the output reads x from (i - top, j - left) on.
template <class T>
void convolve(const Input<T, float>& x, const WeightView& w, const float* weights, const Epilogue<float>& epilogue,
              const InputGradient<T>& out, Index halo, Index top, Index left) {
  const Shape map = out.parts[0].shape;
  const Tiling tiling(map, std::max(w.k, w.o), halo);  // moments are taken of a tile while it is in cache
  float* const partials = epilogue.moments ? scratch<shared_partials>(tiling.count() * 2 * w.o) : nullptr;
  const Index kernel = 2 * halo + 1;
  const bool past_cache = !partials && goes_past_cache(out);  // moments are of a tile that was just written
  parallel_tasks(tiling.count(), [&](Index t) {
    const Tile tile = tiling[t];
    const Index height = tile.height + 2 * halo, width = tile.width + 2 * halo;
    float* const packed = scratch<tile_input>((height * width + 1) * w.k);
    dispatch<PackTile>(x, tile.n, tile.y - top, tile.x - left, height, width, packed, w.k);
    ImplicitGemm<T> g{packed,
                      width * w.k,
                      w.k,
                      {},
                      static_cast<int>(w.taps),
                      w.k,
                      weights,
                      block_floats(w),
                      w.o,
                      epilogue.bias,
                      epilogue.activate == Activate::relu,
                      out,
                      past_cache,
                      tile};
    for (Index q = 0; q < w.taps; ++q) g.tap[q] = (q / kernel * width + q % kernel) * w.k;
    dispatch<ImplicitGemm<T>>(g);
    if (partials) {
      float* const partial = partials + 2 * t * w.o;
      dispatch<TileMoments>(View<const T>(out.parts[0]), tile, partial, partial + w.o);
    }
  });
  if (epilogue.moments) combine_moments(tiling, partials, w.o, epilogue.moments);
}

/// Forward, of a 1x1 or 3x3 convolution.
template <class T>
void convolve_forward(Operation operation, const Input<T, float>& x, const Weights<float>& w, View<T> y,
                      Padding padding, const Epilogue<float>& epilogue) {
  const WeightShape shape{operation, x.shape().c, y.shape.c};
  const bool wide = operation == Operation::conv3x3;
#if defined(__x86_64__)
  if (by_amx(shape)) {
    const auto* const packed = reinterpret_cast<const bf16*>(packed_weights<T>(shape, w));
    return amx::convolve<T, amx::Tiles>(x, forward_view(shape, w.values), packed, epilogue, only(y), padding.top,
                                        padding.left);
  }
#endif
  if (by_winograd(shape))
    winograd::Convolution<T>(x, packed_weights<T>(shape, w), epilogue, only(y), padding.top, padding.left).run();
  else
    convolve(x, forward_view(shape, w.values), packed_weights<T>(shape, w), epilogue, only(y), wide ? 1 : 0,
             wide ? padding.top : 0, wide ? padding.left : 0);
}

/// Backward-data of one: a forward convolution of the gradient with rotated, transposed weights.
template <class T>
void convolve_backward_data(Operation operation, View<const T> dz, const float* w, const InputGradient<T>& dx) {
  const Index in = dx.shape().c, out = dz.shape.c, halo = operation == Operation::conv3x3 ? 1 : 0;
  const WeightView view{w, WeightShape{operation, in, out}.taps(), out, in, 1, out, halo == 1};
#if defined(__x86_64__)
  if (by_amx({operation, out, in}))
    return amx::convolve<T, amx::Tiles>({{{dz}, {}}, 1}, view, amx::pack<T>(view), {}, dx, 1, 1);
#endif
  if (halo == 1 && by_winograd(out, in))
    winograd::Convolution<T>({{{dz}, {}}, 1}, winograd::pack_transformed<T>(view), {}, dx, 1, 1).run();
  else
    convolve<T>({{{dz}, {}}, 1}, view, pack_weights(view), {}, dx, halo, halo, halo);
}

/// 2x2 transposed convolution, stride 2: four 1x1 convolutions, each to every second pixel of the output.
template <class T>
void up_convolve(const Input<T, float>& x, const Weights<float>& w, View<T> y, const Epilogue<float>& epilogue) {
  const Shape in = x.shape();
  const WeightShape shape{Operation::up_conv, in.c, y.shape.c};
  const WeightView kernel = forward_view(shape, w.values);
  const Tiling tiling(in, in.c, 0);
  const float* const weights = packed_weights<T>(shape, w);
  if (up_conv_in_fixed_point<T>(shape)) return up_convolve_in_fixed_point(x, weights, y, epilogue);
  const bool past_cache = goes_past_cache(only(y));
  parallel_tasks(tiling.count(), [&](Index t) {
    const Tile tile = tiling[t];
    float* const packed = scratch<tile_input>((tile.height * tile.width + 1) * in.c);
    dispatch<PackTile>(x, tile.n, tile.y, tile.x, tile.height, tile.width, packed, in.c);
    for (Index q = 0; q < 4; ++q)
      dispatch<ImplicitGemm<T>>(ImplicitGemm<T>{packed,
                                                tile.width * in.c,
                                                in.c,
                                                {0},
                                                1,
                                                in.c,
                                                weights + q * in.c * block_channels(kernel.o),
                                                block_floats(kernel),
                                                kernel.o,
                                                epilogue.bias,
                                                epilogue.activate == Activate::relu,
                                                only(every_second(y, q / 2, q % 2)),
                                                past_cache,
                                                tile});
  });
}

/// Its backward-data: each input pixel gathers from the four output pixels that it made.
template <class T>
void up_convolve_backward_data(View<const T> dz, const float* w, const InputGradient<T>& dx) {
  const Shape in = dx.shape();
  const Index out = dz.shape.c;
  if (up_conv_in_fixed_point<T>({Operation::up_conv, in.c, out}) && dx.count == 1)
    return up_convolve_backward_data_in_fixed_point(dz, w, dx.parts[0], dx.accumulate);
  const WeightView kernel{w, 4, out, in.c, 1, out, false};
  const Tiling tiling(in, 4 * out, 0);
  const float* const weights = pack_weights(kernel);
  parallel_tasks(tiling.count(), [&](Index t) {
    const Tile tile = tiling[t];
    const Index plane = tile.height * tile.width * out;
    float* const packed = scratch<tile_input>(4 * plane + out);
    ImplicitGemm<T> g{packed, tile.width * out,    out, {}, 4, out, weights, block_floats(kernel), in.c, nullptr, false,
                      dx,     goes_past_cache(dx), tile};
    for (Index q = 0; q < 4; ++q) {
      g.tap[q] = q * plane;
      dispatch<PackTile>(Input<T, float>{{{every_second(dz, q / 2, q % 2)}, {}}, 1}, tile.n, tile.y, tile.x,
                         tile.height, tile.width, packed + q * plane, out);
    }
    dispatch<ImplicitGemm<T>>(g);
  });
}

}  // namespace unet::cpu
