// Initial values of a network, distributed as PyTorch's defaults so that behaviours compare.
#pragma once
#include <cmath>
#include <cstring>

#include "unet/core/error.hpp"
#include "unet/core/random.hpp"
#include "unet/models/tensors.hpp"

namespace unet {

/// Parameters and state of a network in host memory.
template <class T>
struct Values {
  std::vector<T> parameters, state;
};

/// Throws ShapeError unless there are as many parameters and state values as the network has.
template <class Net, class T>
void check_values(const Values<T>& values) {
  const auto parameters = static_cast<Index>(values.parameters.size()), state = static_cast<Index>(values.state.size());
  if (parameters != Net::extent.parameters || state != Net::extent.state)
    throw ShapeError("values of a net with " + std::to_string(parameters) + " parameters and " + std::to_string(state) +
                     " state values were given to one with " + std::to_string(Net::extent.parameters) + " and " +
                     std::to_string(Net::extent.state) + "; take them from a net of the same type");
}

/// Convolution weights and biases uniform in +-1/sqrt(fan_in): Kaiming-uniform (He et al. 2015) with a = sqrt(5), as
/// torch.nn.Conv2d; for transposed convolutions fan_in is taken over the output channels, as PyTorch does. Normalisation
/// starts at scale 1, shift 0, running mean 0, running variance 1. Each tensor has its own stream of random numbers.
template <class Net, class T>
Values<T> initial_values(std::uint64_t seed) {
  Values<T> values{std::vector<T>(static_cast<std::size_t>(Net::extent.parameters)),
                   std::vector<T>(static_cast<std::size_t>(Net::extent.state))};
  std::uint32_t number = 0;
  for (const NamedTensor& tensor : named_tensors<Net>()) {
    const TensorSpec& spec = tensor.spec;
    T* const first = (spec.is_state ? values.state : values.parameters).data() + tensor.offset;
    Random random(seed, Purpose::initialisation, 0, number++);
    const bool drawn = spec.kernel > 0;
    const Index fan_in = spec.kernel * spec.kernel * (std::strcmp(spec.module, "up") == 0 ? spec.out : spec.in);
    const double bound = drawn ? 1 / std::sqrt(static_cast<double>(fan_in)) : 0;
    for (Index i = 0; i < spec.size(); ++i)
      first[i] = static_cast<T>(drawn ? random.uniform(-bound, bound) : spec.initial);
  }
  return values;
}

}  // namespace unet
