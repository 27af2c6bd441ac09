// The 3x3 convolution and its gradient with respect to the input.
#pragma once
#include "unet/backends/cuda/conv/tensor/choice.hpp"
#include "unet/backends/cuda/conv/tensor/conv3x3_kernel.hpp"
#include "unet/backends/cuda/conv/tensor/folding.hpp"
#include "unet/backends/cuda/conv/tensor/pieces.hpp"

namespace unet::cuda::tensor {

template <class T>
void conv3x3_forward(Context& context, const Input<T, float>& x, const float* w, View<T> y, Padding padding,
                     const Epilogue<float>& epilogue) {
  const int in = static_cast<int>(x.shape().c), out = static_cast<int>(y.shape.c);
  const bool folded = can_fold(x);
  Conv3x3<T> conv{maps_of(x, folded), nullptr, padding.top, padding.left, folded, {maps_of(y)}};
  conv.to.bias = epilogue.bias;
  conv.to.relu = epilogue.activate == Activate::relu;
  conv.to.aligned = by_vectors(y);
  with_columns(out, [&](auto columns) {
    const Conv3x3Order order{static_cast<int>(blocks(out, columns())), chunks_of<T>(in)};
    const int tiles = tiles_of(conv.to.y);
    const Index packed = packed_bytes<columns()>(order), biases = folded ? BorderCases::count * out : 0,
                spreads = epilogue.moments ? spreads_space(tiles, out) : 0;
    char* memory =
        static_cast<char*>(context.workspace(piece<char>(packed) + piece<float>(biases) + piece<Spread>(spreads)));
    char* const weights = cut<char>(memory, packed);
    float* const table = cut<float>(memory, biases);
    if (spreads) conv.to.spreads = cut<Spread>(memory, spreads);

    WeightSource source{w, in, out};
    if (folded) {
      source = folded_weights(source, x);
      fold_bias<T, BorderCases>(context, source, folded_bias(epilogue.bias, x), table);
      conv.to.bias = table;
    }
    pack_weights<T, columns()>(context, source, order, weights);
    conv.weights = weights;
    conv3x3<T, columns()>(context, "conv3x3_forward", conv, aligned(x));
    if (epilogue.moments) store_moments(context, conv.to.spreads, tiles, out, epilogue.moments);
  });
}

/// A convolution of dz, whose channels are `out` of the weights, to those of dx.
template <class T>
void conv3x3_backward_data(Context& context, View<const T> dz, const float* w, const InputGradient<T>& dx) {
  const int in = static_cast<int>(dz.shape.c), out = static_cast<int>(dx.shape().c);
  Conv3x3<T> conv{maps_of(dz), nullptr, 1, 1, false, {maps_of(dx)}};
  conv.to.accumulate = dx.accumulate;
  conv.to.aligned = aligned(dx);
  with_columns(out, [&](auto columns) {
    const Conv3x3Order order{static_cast<int>(blocks(out, columns())), chunks_of<T>(in)};
    char* const weights = static_cast<char*>(context.workspace(packed_bytes<columns()>(order)));
    pack_weights<T, columns()>(context, WeightSource{w, in, out, true, true}, order, weights);
    conv.weights = weights;
    conv3x3<T, columns()>(context, "conv3x3_backward_data", conv, by_vectors(dz));
  });
}

}  // namespace unet::cuda::tensor
