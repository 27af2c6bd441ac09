// The 2x2 transposed convolution and its backward-data as products in whole numbers of 16 bits: see winograd/fixed_point.hpp.
#pragma once
#include <algorithm>

#include "unet/backends/cpu/conv/split_channels.hpp"
#include "unet/backends/cpu/conv/winograd/fixed_point.hpp"
#include "unet/backends/cpu/conv/winograd/weights.hpp"
#include "unet/backends/cpu/threads/tasks.hpp"

namespace unet::cpu {

/// Whether these kernels compute it. Fewer channels do not fill a register.
template <class T>
bool up_conv_in_fixed_point(WeightShape shape) {
  return shape.operation == Operation::up_conv && winograd::in_fixed_point<T>() && shape.in >= 16 && shape.out >= 16;
}

/// Products of a tile's pixels -> a map: bias, ReLU.
template <class T>
struct StorePixels {
  using isas = StoringIsas<T>;

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
          store_as<I>(to, v, count);
        }
      }
    }
  }
};

/// Packed weights: so many matrices, each of blocks of two registers of outputs.
struct UpConvWeights {
  Index matrices, k, blocks;

  /// One matrix for each quadrant.
  static UpConvWeights forward(Index in, Index out) { return {4, winograd::paired(in), winograd::block_count(out)}; }
  /// The quadrants' outputs are what is summed over, each filled up to whole pairs of registers.
  static UpConvWeights backward(Index in, Index out) {
    return {1, 4 * winograd::paired(out), winograd::block_count(in)};
  }

  Index floats() const { return matrices * blocks * winograd::fixed_point_floats(k); }

  /// fill(matrix, first output, rows) writes what is not 0 of rows[k][2 registers].
  template <class Fill>
  void pack(float* packed, const Fill& fill) const {
    const Index nb = 2 * current_width();
    parallel_tasks(matrices * blocks, [&](Index at) {
      float* const rows = scratch<winograd_products>(k * nb);
      std::fill_n(rows, k * nb, 0.0f);
      fill(at / blocks, at % blocks * nb, rows);
      dispatch<winograd::FixedPointWeights>(static_cast<const float*>(rows), k,
                                            packed + at * winograd::fixed_point_floats(k));
    });
  }
};

/// w[4][in][out], for forward products.
template <class T>
void pack_up_conv(Index in, Index out, const float* w, float* packed) {
  if constexpr (winograd::may_be_fixed_point<T>)
    UpConvWeights::forward(in, out).pack(
        packed, [&, nb = Index{2} * current_width()](Index q, Index first, float* rows) {
          for (Index c = 0; c < in; ++c)
            std::copy_n(w + (q * in + c) * out + first, std::min(nb, out - first), rows + c * nb);
        });
}
/// The same for backward-data.
template <class T>
void pack_up_conv_backward(Index in, Index out, const float* w, float* packed) {
  if constexpr (winograd::may_be_fixed_point<T>) {
    const UpConvWeights weights = UpConvWeights::backward(in, out);
    weights.pack(packed, [&, nb = Index{2} * current_width()](Index, Index first, float* rows) {
      for (Index q = 0; q < 4; ++q)
        for (Index c = 0; c < std::min(nb, in - first); ++c)
          for (Index o = 0; o < out; ++o) rows[(q * weights.k / 4 + o) * nb + c] = w[(q * in + first + c) * out + o];
    });
  }
}

/// `weights` are packed.
template <class T>
void up_convolve_in_fixed_point(const Input<T, float>& x, const float* weights, View<T> y,
                                const Epilogue<float>& epilogue) {
  if constexpr (winograd::may_be_fixed_point<T>) {
    const UpConvWeights w = UpConvWeights::forward(x.shape().c, y.shape.c);
    const Tiling strips = Tiling::of_pixels(x.shape(), pixels_together);
    parallel_tasks(strips.count(), [&](Index strip) {
      const Tile tile = strips[strip];
      const Index width = current_width(), block = pixels_together * width;
      const winograd::Layout from{block, 0}, to{block, 2 * w.blocks * block};
      float* const inputs = scratch<winograd_input>(w.k / width * block);
      float* const products = scratch<winograd_products>(4 * to.plane);
      split_channels(x, tile, w.k, inputs, block);
      dispatch<winograd::RoundSquares>(inputs, block, w.k, tile.height * tile.width);
      dispatch<winograd::FixedPointProduct>(winograd::FixedPointProduct{inputs, from, weights, w.k, w.blocks, products,
                                                                        to, tile.height * tile.width, 0, 4});
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
    const UpConvWeights w = UpConvWeights::backward(dx.shape.c, dz.shape.c);
    float* const weights = scratch<shared_weights>(w.floats());
    pack_up_conv_backward<T>(dx.shape.c, dz.shape.c, values, weights);
    const Tiling strips = Tiling::of_pixels(dx.shape, pixels_together);
    parallel_tasks(strips.count(), [&](Index strip) {
      const Tile tile = strips[strip];
      const Index width = current_width(), block = pixels_together * width;
      const winograd::Layout from{block, 0}, to{block, 0};
      float* const inputs = scratch<winograd_input>(w.k / width * block);
      float* const products = scratch<winograd_products>(2 * w.blocks * block);
      for (Index q = 0; q < 4; ++q)
        split_channels(Input<T, float>{{{every_second(dz, q / 2, q % 2)}, {}}, 1}, tile, w.k / 4,
                       inputs + q * (w.k / 4 / width) * block, block);
      dispatch<winograd::RoundSquares>(inputs, block, w.k, tile.height * tile.width);
      dispatch<winograd::FixedPointProduct>(winograd::FixedPointProduct{inputs, from, weights, w.k, w.blocks, products,
                                                                        to, tile.height * tile.width, 0, 1});
      dispatch<StorePixels<T>>(StorePixels<T>{products, block, tile, nullptr, false, dx, accumulate});
    });
  }
}

}  // namespace unet::cpu
