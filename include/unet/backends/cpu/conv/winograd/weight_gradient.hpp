// Backward-weights of 3x3 convolutions in Winograd's domain: see gradient.hpp.
#pragma once
#include <vector>

#include "unet/backends/cpu/conv/choice.hpp"
#include "unet/backends/cpu/conv/pack.hpp"
#include "unet/backends/cpu/conv/weight_gradient.hpp"
#include "unet/backends/cpu/conv/winograd/fixed_point.hpp"
#include "unet/backends/cpu/conv/winograd/gradient.hpp"
#include "unet/backends/cpu/conv/winograd/runs.hpp"
#include "unet/backends/cpu/conv/winograd/weights.hpp"
#include "unet/backends/cpu/threads/tasks.hpp"

namespace unet::cpu::winograd {

template <class T>
class WeightGradient {
 public:
  WeightGradient(const Input<T, float>& x, View<const T> dz)
      : x_(x),
        dz_{{{dz}, {}}, 1},
        in_(padded(x.shape().c)),
        blocks_(block_count(dz.shape.c)),
        out_(blocks_ * 2 * current_width()),
        runs_(dz.shape, std::max(in_, out_)) {}

  /// dw[tap][in][out] and, unless null, dbias[out]; both overwritten.
  void run(float* dw, float* dbias) const {
    const SquaresTogether together = squares_of_weight_gradient(in_, out_);
    const bool deep = together.shared;
    const Index length = std::max<Index>(1, together.count / runs_.length());  // runs of a strip
    const Index strips = (runs_.count() + length - 1) / length, each = frequencies * in_ * out_;
    // A unit sums so few strips that float loses little; what units come to is added with more care.
    const Index units =
        deep ? 1 : std::clamp<Index>(partial_bytes / (each * Index{sizeof(float)}), 1, (strips + 31) / 32);
    // As large as transformed weights, which nobody needs meanwhile.
    float* const sums = scratch<shared_weights>(units * each);
    std::vector<double> bias(static_cast<std::size_t>((deep ? runs_.count() : units) * out_));
    const auto end = [&](Index strip) { return std::min(runs_.count(), (strip + 1) * length); };
    if (deep) {
      parallel_tasks(frequencies, [&](Index f) { std::fill_n(sums + f * in_ * out_, in_ * out_, 0.0f); });
      for (Index strip = 0; strip < strips; ++strip)
        by_frequency(strip * length, end(strip), length * runs_.length(), sums, bias.data());
    } else {
      parallel_tasks(units, [&](Index unit) {
        std::fill_n(sums + unit * each, each, 0.0f);
        for (Index strip = strips * unit / units; strip < strips * (unit + 1) / units; ++strip)
          add_strip(strip * length, end(strip), length * runs_.length(), sums + unit * each, bias.data() + unit * out_);
      });
    }
    const Index in = x_.shape().c, out = dz_.shape().c, rows = rows_of_products();
    parallel_tasks((in + rows - 1) / rows, [&](Index i) {
      dispatch<TransformBack>(static_cast<const float*>(sums), each, units, in_, blocks_, i * rows, in, out, dw);
    });
    for (Index o = 0; dbias && o < out; ++o) {
      double sum = 0;
      for (std::size_t i = static_cast<std::size_t>(o); i < bias.size(); i += static_cast<std::size_t>(out_))
        sum += bias[i];
      dbias[o] = static_cast<float>(sum);
    }
  }

 private:
  static constexpr Index partial_bytes = 16 * 1024 * 1024;

  void add_strip(Index first, Index end, Index squares, float* sums, double* bias) const {
    const Layout x = layout(squares, in_), dz = layout(squares, out_);
    float* const inputs = scratch<winograd_input>(frequencies * x.plane);
    float* const gradients = scratch<winograd_products>(frequencies * dz.plane);
    Index square = 0;
    for (Index run = first; run < end; square += runs_.squares(run++))
      transform(run, square, inputs, x, gradients, dz, bias);
    add_products(inputs, x, gradients, dz, sums, square, 0, frequencies, ahead(end, end + (end - first)));
  }

  /// What transform will read for these runs, which are likely to be this thread's next ones.
  Ahead ahead(Index first, Index end) const {
    Ahead rows;
    for (Index run = first; run < std::min(end, runs_.count()); ++run) {
      const Tile tile = runs_[run];
      rows.add(x_, tile.n, tile.y - 1, tile.x - 1, patch_side, tile.width + 2);
      rows.add(dz_, tile.n, tile.y, tile.x, tile_side, tile.width);
    }
    return rows;
  }

  /// All threads share the transformed squares, each multiplies frequencies of its own.
  void by_frequency(Index first, Index end, Index squares, float* sums, double* bias) const {
    const Layout x = layout(squares, in_, true), dz = layout(squares, out_, true);
    float* const inputs = scratch<winograd_input>(frequencies * x.plane);
    float* const gradients = scratch<winograd_products>(frequencies * dz.plane);
    const auto before = [&](Index run) { return runs_.squares_between(first, run); };
    parallel_tasks(end - first, [&](Index i) {
      transform(first + i, before(first + i), inputs, x, gradients, dz, bias + (first + i) * out_);
    });
    const Index count = before(end);
    parallel_tasks(frequencies, [&](Index f) { add_products(inputs, x, gradients, dz, sums, count, f, 1); });
  }

  void add_products(float* inputs, const Layout& x, float* gradients, const Layout& dz, float* sums, Index squares,
                    Index first, Index count, const Ahead& next = {}) const {
    if constexpr (may_be_fixed_point<T>)
      if (in_fixed_point<T>()) {
        dispatch<RoundChannels>(inputs + first * x.plane, x, in_, squares, count);
        dispatch<RoundChannels>(gradients + first * dz.plane, dz, out_, squares, count);
        return dispatch<AddFixedPointProducts>(
            AddFixedPointProducts{inputs, x, in_, gradients, dz, blocks_, sums, squares, first, count, next});
      }
    dispatch<AddProducts>(AddProducts{inputs, x, in_, gradients, dz, blocks_, sums, squares, first, count, next});
  }

  /// One run, to squares from `square` on. Adds the gradient's sums to bias[out].
  void transform(Index run, Index square, float* inputs, const Layout& x, float* gradients, const Layout& dz,
                 double* bias) const {
    const Tile tile = runs_[run];
    const Index squares = runs_.squares(run), columns = squares * tile_side, width = current_width();
    float* packed = scratch<tile_input>(patch_side * (columns + 2) * in_);
    dispatch<PackTile>(x_, tile.n, tile.y - 1, tile.x - 1, patch_side, columns + 2, packed, in_);
    dispatch<TransformInput>(static_cast<const float*>(packed), (columns + 2) * in_, in_, squares,
                             inputs + square * width, x);
    packed = scratch<tile_gradient>(tile_side * columns * out_);
    dispatch<PackTile>(dz_, tile.n, tile.y, tile.x, tile_side, columns, packed, out_);
    dispatch<AddColumnSums>(static_cast<const float*>(packed), tile_side * columns, out_, bias);
    dispatch<TransformGradient>(static_cast<const float*>(packed), columns * out_, out_, squares,
                                gradients + square * width, dz);
  }

  Input<T, float> x_, dz_;
  Index in_, blocks_, out_;
  Runs runs_;
};

}  // namespace unet::cpu::winograd
