// The 2x2 transposed convolution and its backward-data as products in whole numbers of 16 bits: see winograd/fixed_point.hpp.
#pragma once
#include "unet/backends/cpu/conv/split_channels.hpp"
#include "unet/backends/cpu/conv/winograd/fixed_point.hpp"
#include "unet/backends/cpu/conv/winograd/weights.hpp"
#include "unet/backends/cpu/threads/tasks.hpp"

namespace unet::cpu {

/// Whether these kernels compute it. Fewer channels do not fill a register.
template <class T>
bool up_conv_in_fixed_point(Index in, Index out) {
  return winograd::in_fixed_point<T>() && in >= 16 && out >= 16;
}

/// Products of a tile's pixels -> a map: bias, ReLU.
template <class T>
struct StorePixels {
  const float* from;  ///< [channels / width][pixel][width], `block` floats from one register to the next
  Index block;
  Tile tile;
  const float* bias;
  bool relu;
  View<T> out;
  bool accumulate;

  template <class I>
  UNET_INLINE static void run(const StorePixels& s) {
    for (Index c = 0; c < s.out.shape.c; c += I::width) {
      const Index count = s.out.shape.c - c;
      const float* from = s.from + c / I::width * s.block;
      Lanes<I> bias{};
      if (s.bias) load(bias, s.bias + c, count);
      for (Index i = 0; i < s.tile.height; ++i) {
        T* to = s.out.at(s.tile.n, s.tile.y + i, s.tile.x) + c;
        for (Index j = 0; j < s.tile.width; ++j, from += I::width, to += s.out.strides.w) {
          Lanes<I> v;
          load(v, from);
          v += bias;
          if (s.relu) keep_positive(v);
          if (s.accumulate) {
            Lanes<I> before;
            load(before, to, count);
            v += before;
          }
          store(to, v, count);
        }
      }
    }
  }
};

/// Weights of the four quadrants, w[4][in][out], for forward products: [quadrant][block] of them, then their units.
struct UpConvWeights {
  Index in, out, k, blocks;

  UpConvWeights(Index in_channels, Index out_channels)
      : in(in_channels), out(out_channels), k((in + 31) / 32 * 32), blocks((out + 31) / 32) {}

  Index floats() const { return 4 * blocks * 32 * (k / 2 + 1); }
  Index units_at() const { return 4 * blocks * 32 * k / 2; }

  template <class T>
  void pack(const float* w, float* packed) const {
    if constexpr (winograd::may_be_fixed_point<T>)
      parallel_tasks(4 * blocks, [&](Index at) {
        const Index first = at % blocks * 32, count = std::min<Index>(32, out - first);
        float* const matrix = scratch<winograd_products>(k * 32);
        std::fill_n(matrix, k * 32, 0.0f);
        for (Index c = 0; c < in; ++c) std::copy_n(w + (at / blocks * in + c) * out + first, count, matrix + c * 32);
        dispatch<winograd::FixedPointWeights>(static_cast<const float*>(matrix), k,
                                              static_cast<void*>(packed + at * k / 2 * 32),
                                              packed + units_at() + at * 32);
      });
  }
};

/// For backward-data: the quadrants' outputs are what is summed over.
struct UpConvBackwardWeights {
  Index in, out, k, blocks;

  UpConvBackwardWeights(Index in_channels, Index out_channels)
      : in(in_channels), out(out_channels), k((out + 31) / 32 * 32), blocks((in + 31) / 32) {}

  Index floats() const { return blocks * 32 * (2 * k + 1); }
  Index units_at() const { return blocks * 32 * 2 * k; }

  template <class T>
  void pack(const float* w, float* packed) const {
    if constexpr (winograd::may_be_fixed_point<T>)
      parallel_tasks(blocks, [&](Index block) {
        const Index first = block * 32, count = std::min<Index>(32, in - first);
        float* const matrix = scratch<winograd_products>(4 * k * 32);
        std::fill_n(matrix, 4 * k * 32, 0.0f);
        for (Index q = 0; q < 4; ++q)
          for (Index c = 0; c < count; ++c)
            for (Index o = 0; o < out; ++o) matrix[(q * k + o) * 32 + c] = w[(q * in + first + c) * out + o];
        dispatch<winograd::FixedPointWeights>(static_cast<const float*>(matrix), 4 * k,
                                              static_cast<void*>(packed + block * 2 * k * 32),
                                              packed + units_at() + block * 32);
      });
  }
};

/// `weights` are packed.
template <class T>
void up_convolve_in_fixed_point(const Input<T, float>& x, const float* weights, View<T> y,
                                const Epilogue<float>& epilogue) {
  if constexpr (winograd::may_be_fixed_point<T>) {
    const UpConvWeights w(x.shape().c, y.shape.c);
    const PixelStrips strips(x.shape());
    parallel_tasks(strips.count(), [&](Index strip) {
      const Tile tile = strips[strip];
      constexpr Index block = PixelStrips::most * 16;
      const winograd::Layout from{block, 0}, to{block, 2 * w.blocks * block};
      float* const inputs = scratch<winograd_input>(w.k / 16 * block);
      float* const products = scratch<winograd_products>(4 * to.plane);
      split_channels(x, tile, w.k, inputs, block);
      dispatch<winograd::FixedPointProduct>(winograd::FixedPointProduct{
          inputs, from, weights, weights + w.units_at(), w.k, w.blocks, products, to, tile.height * tile.width, 0, 4});
      for (Index q = 0; q < 4; ++q)
        dispatch<StorePixels<T>>(StorePixels<T>{products + q * to.plane, block, tile, epilogue.bias,
                                                epilogue.activate == Activate::relu, every_second(y, q / 2, q % 2),
                                                false});
    });
  }
}

template <class T>
void up_convolve_backward_data_in_fixed_point(View<const T> dz, const float* values, View<T> dx, bool accumulate) {
  if constexpr (winograd::may_be_fixed_point<T>) {
    const UpConvBackwardWeights w(dx.shape.c, dz.shape.c);
    float* const weights = scratch<shared_weights>(w.floats());
    w.template pack<T>(values, weights);
    const PixelStrips strips(dx.shape);
    parallel_tasks(strips.count(), [&](Index strip) {
      const Tile tile = strips[strip];
      constexpr Index block = PixelStrips::most * 16;
      const winograd::Layout from{block, 0}, to{block, 0};
      float* const inputs = scratch<winograd_input>(w.k / 4 * block);
      float* const products = scratch<winograd_products>(2 * w.blocks * block);
      for (Index q = 0; q < 4; ++q)
        split_channels(Input<T, float>{{{every_second(dz, q / 2, q % 2)}, {}}, 1}, tile, w.k,
                       inputs + q * w.k / 16 * block, block);
      dispatch<winograd::FixedPointProduct>(winograd::FixedPointProduct{inputs, from, weights, weights + w.units_at(),
                                                                        4 * w.k, w.blocks, products, to,
                                                                        tile.height * tile.width, 0, 1});
      dispatch<StorePixels<T>>(StorePixels<T>{products, block, tile, nullptr, false, dx, accumulate});
    });
  }
}

}  // namespace unet::cpu
