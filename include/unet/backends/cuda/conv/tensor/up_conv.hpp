// The 2x2 transposed convolution and its gradient with respect to the input.
#pragma once
#include "unet/backends/cuda/conv/strict.hpp"
#include "unet/backends/cuda/conv/tensor/choice.hpp"
#include "unet/backends/cuda/conv/tensor/folding.hpp"
#include "unet/backends/cuda/conv/tensor/pieces.hpp"
#include "unet/backends/cuda/conv/tensor/up_conv_kernel.hpp"

namespace unet::cuda::tensor {

template <class T>
void up_conv_forward(Context& context, const Input<T, float>& x, const float* w, View<T> y,
                     const Epilogue<float>& epilogue) {
  const int in = static_cast<int>(x.shape().c), out = static_cast<int>(y.shape.c);
  const bool folded = can_fold(x);
  with_columns(out, [&](auto columns) {
    const TapsOfOutputs order{static_cast<int>(blocks(out, columns())), chunks_of<T>(in)};
    const Index packed = packed_bytes<columns()>(order), biases = folded ? TapCases::count * out : 0;
    char* memory = static_cast<char*>(context.workspace(piece<char>(packed) + piece<float>(biases)));
    char* const weights = cut<char>(memory, packed);
    float* const table = cut<float>(memory, biases);

    UpConv<T> conv{maps_of(x, folded),
                   {},
                   {y.strides.h, y.strides.w},
                   1,
                   order.blocks,
                   folded,
                   weights,
                   {maps_of(strict::every_second(y, 0, 0)), epilogue.bias, epilogue.activate == Activate::relu}};
    conv.to.aligned = by_vectors(y);
    WeightSource source{w, in, out};
    if (folded) {
      source = folded_weights(source, x);
      fold_bias<T, TapCases>(context, source, folded_bias(epilogue.bias, x), table);
      conv.to.bias = table;
    }
    pack_weights<T, columns()>(context, source, order, weights);
    up_conv<T, columns()>(context, "up_conv_forward", conv, 4 * order.blocks, aligned(x));
  });
}

/// A product of dz, whose channels are `out` of the weights, with those of dx.
template <class T>
void up_conv_backward_data(Context& context, View<const T> dz, const float* w, const InputGradient<T>& dx) {
  const int in = static_cast<int>(dz.shape.c), out = static_cast<int>(dx.shape().c);
  with_columns(out, [&](auto columns) {
    const TapsOfTerms order{static_cast<int>(blocks(out, columns())), chunks_of<T>(in)};
    char* const weights = static_cast<char*>(context.workspace(packed_bytes<columns()>(order)));
    UpConv<T> conv{maps_of(strict::every_second(dz, 0, 0)),
                   {dz.strides.h, dz.strides.w},
                   {},
                   4,
                   order.blocks,
                   false,
                   weights,
                   {maps_of(dx)}};
    conv.to.accumulate = dx.accumulate;
    conv.to.aligned = aligned(dx);
    pack_weights<T, columns()>(context, WeightSource{w, in, out, true}, order, weights);
    up_conv<T, columns()>(context, "up_conv_backward_data", conv, order.blocks, by_vectors(dz));
  });
}

}  // namespace unet::cuda::tensor
