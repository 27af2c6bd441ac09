// Which convolutions tensor cores compute, and in blocks of how many channels. All follows from channels alone: a rectangle
// must get the kernel that its map gets.
#pragma once
#include <type_traits>

#include "unet/backends/operands.hpp"

namespace unet::cuda::tensor {

/// Products take 64 bytes of input and 32 output channels at a time. With fewer than 8 of either most of that is padding, and
/// what memory can deliver in the meantime CUDA cores compute as well: the first layer, whose images have one channel, and the head.
constexpr bool chosen(Operation operation, Index in, Index out) {
  return (operation == Operation::conv3x3 || operation == Operation::up_conv) && in >= 8 && out >= 8;
}

/// Output channels of a block: twice as many use each load of the input twice as often, unless they are padding.
constexpr bool wide(int out) { return (out + 63) / 64 * 64 == (out + 31) / 32 * 32; }
/// f(std::integral_constant<int, Columns>), forward and backward-data.
template <class F>
void with_columns(int out, const F& f) {
  if (wide(out))
    f(std::integral_constant<int, 64>());
  else
    f(std::integral_constant<int, 32>());
}
/// Gradients of weights; with floats 64 would take more shared memory than a block may have on all devices (99 KiB).
template <class T, class F>
void with_gradient_columns(int out, const F& f) {
  if constexpr (sizeof(T) == 2)
    with_columns(out, f);
  else
    f(std::integral_constant<int, 32>());
}

}  // namespace unet::cuda::tensor
