// The gradient with respect to the weights of a 3x3 convolution.
#pragma once
#include "unet/backends/cuda/conv/strict.hpp"
#include "unet/backends/cuda/conv/tensor/choice.hpp"
#include "unet/backends/cuda/conv/tensor/conv3x3_weights_kernel.hpp"
#include "unet/backends/cuda/conv/tensor/folding.hpp"
#include "unet/backends/cuda/conv/tensor/inside_sums.hpp"
#include "unet/backends/cuda/conv/tensor/pieces.hpp"

namespace unet::cuda::tensor {

/// `most`: blocks, for tests.
template <class T>
void conv3x3_backward_weights(Context& context, const Input<T, float>& x, View<const T> dz, float* dw, float* dbias,
                              int most = most_blocks) {
  const int in = static_cast<int>(x.shape().c), out = static_cast<int>(dz.shape.c);
  const bool folded = can_fold(x), biases = dbias || folded;
  with_gradient_columns<T>(out, [&](auto columns) {
    using Tile = Conv3x3WeightsTile<T, columns()>;
    const ShareShape shape{9, rounded_up(in, Tile::channels), rounded_up(out, columns()), biases ? 1 : 0};
    WeightGradient<T> gradient{maps_of(x, folded), maps_of(dz), TermTiles(maps_of(dz)), 1, nullptr, nullptr};
    const dim3 grid(static_cast<unsigned>(shape.padded_in / Tile::channels),
                    static_cast<unsigned>(shape.padded_out / columns()));
    const int shares = gradient.shares = shares_of(gradient.tiles, static_cast<int>(grid.x * grid.y), most);

    const Index all = folded ? shape.padded_out : 0, of_borders = folded ? gradient.dz.n * borders * out : 0;
    char* memory = static_cast<char*>(context.workspace(piece<float>(shares * shape.weights()) +
                                                        piece<float>(shares * shape.biases()) + piece<float>(all) +
                                                        piece<float>(9 * all) + piece<float>(of_borders)));
    gradient.weights = cut<float>(memory, shares * shape.weights());
    if (biases) gradient.biases = cut<float>(memory, shares * shape.biases());
    float *const sums = cut<float>(memory, all), *const inside = cut<float>(memory, 9 * all);

    with_least_loading<T>(aligned(x) && by_vectors(dz), !folded && pending(x), [&](auto how) {
      launch(context, "conv3x3_backward_weights",
             {dim3(grid.x, grid.y, static_cast<unsigned>(shares)), Tile::threads, Tile::shared_bytes},
             conv3x3_weights_kernel<T, columns(), how()>, gradient);
    });
    if (dbias)
      add_rows<float>(context, "bias_gradient", gradient.biases, shares, shape.padded_out, StoreFirst{dbias, out});
    if (folded) {
      add_rows<float>(context, "sums of gradients", gradient.biases, shares, shape.padded_out,
                      strict::StoreTotal{sums});
      inside_sums(context, gradient.dz, sums, cut<float>(memory, of_borders), shape.padded_out, inside);
    }
    add_rows<float>(context, "adding shares", gradient.weights, shares, shape.weights(),
                    StoreWeightGradient{shape, in, out, folded ? folded_gradient(x, inside) : FoldedGradient{}, dw});
  });
}

}  // namespace unet::cuda::tensor
