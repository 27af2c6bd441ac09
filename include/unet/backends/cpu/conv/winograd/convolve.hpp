// 3x3 convolutions, forward and backward-data, by Winograd's F(4x4, 3x3): see transforms.hpp.
#pragma once
#include "unet/backends/cpu/conv/choice.hpp"
#include "unet/backends/cpu/conv/pack.hpp"
#include "unet/backends/cpu/conv/winograd/product.hpp"
#include "unet/backends/cpu/conv/winograd/runs.hpp"
#include "unet/backends/cpu/conv/winograd/weights.hpp"
#include "unet/backends/cpu/ops/moments.hpp"
#include "unet/backends/cpu/threads/tasks.hpp"

namespace unet::cpu::winograd {

/// A convolution and what its parts share.
template <class T>
class Convolution {
 public:
  /// Pixel (i, j) of the output reads x from (i - top, j - left) on. `weights` are packed.
  Convolution(const Input<T, float>& x, const float* weights, const Epilogue<float>& epilogue,
              const InputGradient<T>& out, Index top, Index left)
      : x_(x),
        weights_(weights),
        epilogue_(epilogue),
        out_(out),
        past_cache_(goes_past_cache(out)),
        top_(top),
        left_(left),
        in_(padded_input<T>(x.shape().c)),
        channels_(out.shape().c),
        blocks_(block_count(channels_)),
        runs_(out.parts[0].shape, in_) {}

  void run() const {
    float* const partials = epilogue_.moments ? scratch<shared_partials>(runs_.count() * 2 * channels_) : nullptr;
    const SquaresTogether together = squares_of_convolution(in_, channels_, runs_.squares_between(0, runs_.count()));
    const Index length = runs_of_strip(together);
    if (!together.shared) {
      // Transformed squares and products of one strip after the other stay in a core's cache.
      parallel_tasks((runs_.count() + length - 1) / length, [&](Index strip) {
        strip_of(strip * length, std::min(runs_.count(), (strip + 1) * length), length * runs_.length(), partials);
      });
    } else {
      for (Index first = 0; first < runs_.count(); first += length)
        by_frequency(first, std::min(runs_.count(), first + length), length * runs_.length(), partials);
    }
    if (partials) combine_moments(runs_, partials, channels_, epilogue_.moments);
  }

 private:
  /// Strips as equal as they can be, and an even number of few ones.
  Index runs_of_strip(const SquaresTogether& together) const {
    const Index most = std::max<Index>(1, together.count / runs_.length());
    Index strips = (runs_.count() + most - 1) / most;
    if (!together.shared && strips < 16) strips = std::min(runs_.count(), (strips + 1) / 2 * 2);
    return (runs_.count() + strips - 1) / strips;
  }

  void strip_of(Index first, Index end, Index squares, float* partials) const {
    const Index width = current_width();
    const Layout from = input_layout(squares), to = layout(squares, blocks_ * 2 * width);
    float* const transformed = scratch<winograd_input>(frequencies * from.plane);
    float* const products = scratch<winograd_products>(frequencies * to.plane);
    Index square = 0;
    for (Index run = first; run < end; square += runs_.squares(run++)) transform_input(run, transformed, from, square);
    multiply(transformed, from, products, to, square, 0, frequencies, ahead(end, end + (end - first)));
    square = 0;
    for (Index run = first; run < end; square += runs_.squares(run++))
      transform_output(run, products + square * width, to, partials);
  }

  /// Where weights are far larger than a cache and squares few: all threads share the transformed squares, each multiplies
  /// frequencies of its own, and weights are read once.
  void by_frequency(Index first, Index end, Index squares, float* partials) const {
    const Index width = current_width();
    const Layout from = input_layout(squares, true), to = layout(squares, blocks_ * 2 * width, true);
    float* const transformed = scratch<winograd_input>(frequencies * from.plane);
    float* const products = scratch<winograd_products>(frequencies * to.plane);
    const auto before = [&](Index run) { return runs_.squares_between(first, run); };
    parallel_tasks(end - first, [&](Index i) { transform_input(first + i, transformed, from, before(first + i)); });
    const Index count = before(end);
    parallel_tasks(frequencies, [&](Index f) { multiply(transformed, from, products, to, count, f, 1); });
    parallel_tasks(end - first,
                   [&](Index i) { transform_output(first + i, products + before(first + i) * width, to, partials); });
  }

  Layout input_layout(Index squares, bool far = false) const {
    return in_fixed_point<T>() ? pairs_layout(squares, in_, far) : layout(squares, in_, far);
  }

  void multiply(float* transformed, const Layout& from, float* products, const Layout& to, Index squares, Index first,
                Index count, const Ahead& next = {}) const {
    if constexpr (may_be_fixed_point<T>)
      if (in_fixed_point<T>())
        return dispatch<FixedPointProduct>(
            FixedPointProduct{transformed, from, weights_, in_, blocks_, products, to, squares, first, count, next});
    dispatch<Product>(Product{transformed, from, weights_, in_, blocks_, products, to, squares, first, count, next});
  }

  /// What transform_input will read for these runs, which are likely to be this thread's next ones.
  Ahead ahead(Index first, Index end) const {
    Ahead rows;
    for (Index run = first; run < std::min(end, runs_.count()); ++run) {
      const Tile tile = runs_[run];
      rows.add(x_, tile.n, tile.y - top_, tile.x - left_, patch_side, tile.width + 2);
    }
    return rows;
  }

  void transform_input(Index run, float* to, const Layout& layout, Index first) const {
    const Tile tile = runs_[run];
    const Index squares = runs_.squares(run), columns = squares * tile_side + 2;
    float* const packed = scratch<tile_input>(patch_side * columns * in_);
    dispatch<PackTile>(x_, tile.n, tile.y - top_, tile.x - left_, patch_side, columns, packed, in_);
    if constexpr (may_be_fixed_point<T>)
      if (in_fixed_point<T>())
        return dispatch<TransformInputAndRound>(static_cast<const float*>(packed), columns * in_, in_, squares, to,
                                                layout, first);
    dispatch<TransformInput>(static_cast<const float*>(packed), columns * in_, in_, squares,
                             to + first * current_width(), layout);
  }

  void transform_output(Index run, const float* from, const Layout& layout, float* partials) const {
    const Tile tile = runs_[run];
    dispatch<TransformOutput<T>>(TransformOutput<T>{
        from, layout, runs_.squares(run), channels_, epilogue_.bias, epilogue_.activate == Activate::relu, out_,
        past_cache_, tile.n, tile.y, tile.x, partials ? partials + 2 * run * channels_ : nullptr});
  }

  Input<T, float> x_;
  const float* weights_;
  Epilogue<float> epilogue_;
  InputGradient<T> out_;
  bool past_cache_;
  Index top_, left_, in_, channels_, blocks_;
  Runs runs_;
};

}  // namespace unet::cpu::winograd
