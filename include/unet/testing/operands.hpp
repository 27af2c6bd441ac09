// Operands of an operation in host memory, as double, and what a call made of them.
#pragma once
#include <cstring>
#include <string>
#include <vector>

#include "unet/backends/operands.hpp"
#include "unet/core/host_tensor.hpp"
#include "unet/core/random.hpp"

namespace unet::testing {

using Values = std::vector<double>;
using HostMap = HostTensor<double>;

/// A feature map with its pending normalisation, which is none when scale and shift are empty.
struct Part {
  HostMap map;
  Values scale, shift;
  Activate activate = Activate::none;
};

/// What a call wrote to one operand.
struct Output {
  std::string name;
  Values values;
};

/// All outputs of a call, in the order in which they were asked for.
struct Outputs {
  std::vector<Output> all;
  std::vector<std::string> faults;  ///< of memory that the call should not have written to

  Output& operator[](std::size_t i) { return all.at(i); }
  const Output& operator[](std::size_t i) const { return all.at(i); }
};

inline bool same_bits(const Values& a, const Values& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

}  // namespace unet::testing
