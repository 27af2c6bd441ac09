// Initial values of a network, distributed as PyTorch's defaults so that behaviours compare.
#pragma once
#include <cmath>

#include "unet/core/random.hpp"
#include "unet/models/tensors.hpp"
#include "unet/models/values.hpp"

namespace unet {

/// Convolution weights and biases uniform in +-1/sqrt(fan_in): Kaiming-uniform (He et al. 2015) with a = sqrt(5), as
/// torch.nn.Conv2d; fan_in is TensorSpec's. Normalisation starts at scale 1, shift 0, running mean 0, running variance 1.
/// Each tensor has its own stream of random numbers.
template <class Net, class T>
Values<T> initial_values(std::uint64_t seed) {
  Values<T> values = zero_values<Net, T>();
  std::uint32_t number = 0;
  for (const NamedTensor& tensor : named_tensors<Net>()) {
    const TensorSpec& spec = tensor.spec;
    T* const first = (spec.is_state ? values.state : values.parameters).data() + tensor.offset;
    Random random(seed, Purpose::initialisation, 0, number++);
    const bool drawn = spec.fan_in() > 0;
    const double bound = drawn ? 1 / std::sqrt(static_cast<double>(spec.fan_in())) : 0;
    for (Index i = 0; i < spec.size(); ++i)
      first[i] = static_cast<T>(drawn ? random.uniform(-bound, bound) : spec.initial);
  }
  return values;
}

}  // namespace unet
