// Backward-weights of the 2x2 transposed convolution: dw[q][in][out] = sum over pixels of x[in] * dz_q[out], dz_q being the
// gradient's quadrant q, every second pixel from (q / 2, q % 2) on.
#pragma once
#include <vector>

#include "unet/backends/cpu/conv/split_channels.hpp"
#include "unet/backends/cpu/conv/weight_gradient.hpp"
#include "unet/backends/cpu/conv/winograd/fixed_point.hpp"
#include "unet/backends/cpu/conv/winograd/gradient.hpp"
#include "unet/backends/cpu/conv/winograd/weights.hpp"
#include "unet/backends/cpu/threads/tasks.hpp"

namespace unet::cpu {

/// One input's row of dw of what all units came to: sums of `block` floats for each two registers of outputs, see AddProducts.
struct AddUnitsOfRow {
  template <class I>
  UNET_INLINE static void run(const float* sums, Index unit, Index units, Index block, Index channels, float* dw) {
    for (Index o = 0; o < channels; o += I::width) {
      Lanes<I> sum;
      winograd::add_units<I>(sums + o / (2 * I::width) * block + o % (2 * I::width), unit, units, sum);
      store(dw + o, sum, channels - o);
    }
  }
};

/// Strips of pixels, whose input is loaded once for all four quadrants. They are Winograd's products of four "frequencies",
/// all of which have the same input.
template <class T>
class UpWeightGradient {
 public:
  UpWeightGradient(const Input<T, float>& x, View<const T> dz)
      : x_(x),
        in_(winograd::padded(x.shape().c)),
        out_(winograd::block_count(dz.shape.c) * 2 * current_width()),
        channels_(dz.shape.c),
        strips_(Tiling::of_pixels(x.shape(), pixels_together)) {
    for (Index q = 0; q < 4; ++q) dz_[q] = {{{every_second(dz, q / 2, q % 2)}, {}}, 1};
  }

  /// dw[4][in][out] and, unless null, dbias[out]; both overwritten.
  void run(float* dw, float* dbias) const {
    const Index strips = strips_.count(), each = 4 * in_ * out_;
    const Index units =
        std::clamp<Index>(partial_bytes / (each * Index{sizeof(float)}), 1, std::min(strips, most_units));
    float* const sums = scratch<shared_partials>(units * each);
    std::vector<double> bias(static_cast<std::size_t>(units * out_));
    parallel_tasks(units, [&](Index unit) {
      std::fill_n(sums + unit * each, each, 0.0f);
      for (Index strip = strips * unit / units; strip < strips * (unit + 1) / units; ++strip)
        add_strip(strip, sums + unit * each, bias.data() + unit * out_);
    });
    const Index in = x_.shape().c;
    const Index rows = winograd::rows_of_products(), nb = 2 * current_width();
    parallel_tasks(4 * in, [&](Index row) {
      const Index q = row / in, c = row % in;
      dispatch<AddUnitsOfRow>(static_cast<const float*>(sums) + (q * in_ + c / rows * rows) * out_ + c % rows * nb,
                              each, units, rows * nb, channels_, dw + row * channels_);
    });
    for (Index o = 0; dbias && o < channels_; ++o) {
      double sum = 0;
      for (Index unit = 0; unit < units; ++unit) sum += bias[static_cast<std::size_t>(unit * out_ + o)];
      dbias[o] = static_cast<float>(sum);
    }
  }

 private:
  static constexpr Index partial_bytes = 16 * 1024 * 1024, most_units = 32;

  void add_strip(Index strip, float* sums, double* bias) const {
    const Tile tile = strips_[strip];
    const Index width = current_width();
    const Index pixels = tile.height * tile.width, block = pixels_together * width;
    const winograd::Layout from{block, 0}, to{block, pixels_together * out_};
    float* const inputs = scratch<winograd_input>(pixels_together * in_);
    float* const gradients = scratch<winograd_products>(4 * to.plane);
    split_channels(x_, tile, in_, inputs, block);
    for (Index q = 0; q < 4; ++q) {
      float* const quadrant = gradients + q * to.plane;
      split_channels(dz_[q], tile, out_, quadrant, block);
      for (Index c = 0; c < out_; c += width)
        dispatch<AddColumnSums>(static_cast<const float*>(quadrant) + c / width * block, pixels, width, bias + c);
    }
    const Index blocks = out_ / (2 * width);
    if constexpr (winograd::may_be_fixed_point<T>)
      if (winograd::in_fixed_point<T>()) {
        dispatch<winograd::RoundChannels>(inputs, from, in_, pixels, Index{1});
        dispatch<winograd::RoundChannels>(gradients, to, out_, pixels, Index{4});
        return dispatch<winograd::AddFixedPointProducts>(
            winograd::AddFixedPointProducts{inputs, from, in_, gradients, to, blocks, sums, pixels, 0, 4});
      }
    dispatch<winograd::AddProducts>(
        winograd::AddProducts{inputs, from, in_, gradients, to, blocks, sums, pixels, 0, 4});
  }

  Input<T, float> x_, dz_[4];
  Index in_, out_, channels_;
  Tiling strips_;
};

}  // namespace unet::cpu
