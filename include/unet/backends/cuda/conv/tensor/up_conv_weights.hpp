// The gradient with respect to the weights of a 2x2 transposed convolution.
#pragma once
#include "unet/backends/cuda/conv/strict.hpp"
#include "unet/backends/cuda/conv/tensor/choice.hpp"
#include "unet/backends/cuda/conv/tensor/folding.hpp"
#include "unet/backends/cuda/conv/tensor/pieces.hpp"
#include "unet/backends/cuda/conv/tensor/up_conv_weights_kernel.hpp"

namespace unet::cuda::tensor {

/// `most`: blocks, for tests.
template <class T>
void up_conv_backward_weights(Context& context, const Input<T, float>& x, View<const T> dz, float* dw, float* dbias,
                              int most = most_blocks) {
  const int in = static_cast<int>(x.shape().c), out = static_cast<int>(dz.shape.c);
  const bool folded = can_fold(x), biases = dbias || folded;
  with_gradient_columns<T>(out, [&](auto columns) {
    using Tile = UpConvWeightsTile<T, columns()>;
    const ShareShape shape{4, rounded_up(in, Tile::channels), rounded_up(out, columns()), biases ? 4 : 0};
    const Maps<const T> every_second = maps_of(strict::every_second(dz, 0, 0));
    UpConvWeightGradient<T> gradient{
        maps_of(x, folded), every_second, {dz.strides.h, dz.strides.w}, TermTiles(every_second), 1, nullptr, nullptr};
    const dim3 grid(static_cast<unsigned>(4 * shape.padded_in / Tile::channels),
                    static_cast<unsigned>(shape.padded_out / columns()));
    const int shares = gradient.shares = shares_of(gradient.tiles, static_cast<int>(grid.x * grid.y), most);

    char* memory = static_cast<char*>(context.workspace(
        piece<float>(shares * shape.weights()) + piece<float>(shares * shape.biases()) + piece<float>(shape.biases())));
    gradient.weights = cut<float>(memory, shares * shape.weights());
    if (biases) gradient.biases = cut<float>(memory, shares * shape.biases());
    float* const of_taps = cut<float>(memory, shape.biases());

    with_least_loading<T>(aligned(x) && by_vectors(dz), !folded && pending(x), [&](auto how) {
      launch(context, "up_conv_backward_weights",
             {dim3(grid.x, grid.y, static_cast<unsigned>(shares)), Tile::threads, Tile::shared_bytes},
             up_conv_weights_kernel<T, columns(), how()>, gradient);
    });
    if (biases)
      add_rows<float>(context, "sums of gradients", gradient.biases, shares, shape.biases(),
                      strict::StoreTotal{of_taps});
    if (dbias) for_elements(context, "bias_gradient", out, StoreBiasGradient{of_taps, 4, shape.padded_out, dbias});
    add_rows<float>(context, "adding shares", gradient.weights, shares, shape.weights(),
                    StoreWeightGradient{shape, in, out, folded ? folded_gradient(x, of_taps) : FoldedGradient{}, dw});
  });
}

}  // namespace unet::cuda::tensor
