// A network's numbers in host memory.
#pragma once
#include <string>
#include <vector>

#include "unet/core/error.hpp"
#include "unet/core/shape.hpp"

namespace unet {

/// Parameters and state (running statistics) of a network, in the order of named_tensors<Net>().
template <class T>
struct Values {
  std::vector<T> parameters, state;
};

/// Values of a network, all 0.
template <class Net, class T>
Values<T> zero_values() {
  return {std::vector<T>(static_cast<std::size_t>(Net::extent.parameters)),
          std::vector<T>(static_cast<std::size_t>(Net::extent.state))};
}

/// Throws ShapeError unless there are as many parameters and state values as the network has.
template <class Net, class T>
void check_values(const Values<T>& values) {
  const auto parameters = static_cast<Index>(values.parameters.size()), state = static_cast<Index>(values.state.size());
  if (parameters != Net::extent.parameters || state != Net::extent.state)
    throw ShapeError("values of a net with " + std::to_string(parameters) + " parameters and " + std::to_string(state) +
                     " state values were given to one with " + std::to_string(Net::extent.parameters) + " and " +
                     std::to_string(Net::extent.state) + "; take them from a net of the same type");
}

}  // namespace unet
