// Steps of optimisers.
#pragma once
#include "unet/backends/contract/memory.hpp"

namespace unet {

// clang-format off
template <class B>
concept OptimiserOperations = requires(typename B::Context& context, Index elements, const typename B::Scalar* in,
                                       typename B::Scalar* out, const AdamStep* adam) {
  // arguments: elements, gradients, parameters, first moment, second moment, step, which lies in backend memory like the rest: the
  // same launch can then be repeated for other steps and rates
  { B::adam_step(context, elements, in, out, out, out, adam) };
};
// clang-format on

}  // namespace unet
