// The named tensors of a network: where each lies in the network's buffers and how files shape it.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "unet/layers/layer.hpp"

namespace unet {

/// One tensor of a network, with its place in the parameter or state buffer.
struct NamedTensor {
  std::string name;  ///< as in PyTorch's state_dict, e.g. "encoder1.conv1.weight"
  TensorSpec spec;
  Index offset;  ///< first element in the network's parameters, or state if spec.is_state

  /// Shape in files: OIHW for convolutions, IOHW for transposed ones.
  std::vector<Index> file_shape() const {
    switch (spec.kind) {
      case TensorKind::convolution:
        return {spec.out, spec.in, spec.kernel, spec.kernel};
      case TensorKind::transposed_convolution:
        return {spec.in, spec.out, spec.kernel, spec.kernel};
      case TensorKind::vector:
        break;
    }
    return {spec.out};
  }

  /// Position in memory ([k][k][in][out]) of the element that stands at position `i` in a file.
  Index memory_index(Index i) const {
    if (spec.kind == TensorKind::vector) return i;
    const Index area = spec.kernel * spec.kernel, tap = i % area, pair = i / area;
    const bool out_first = spec.kind == TensorKind::convolution;
    const Index in = out_first ? pair % spec.in : pair / spec.out;
    const Index out = out_first ? pair / spec.in : pair % spec.out;
    return (tap * spec.in + in) * spec.out + out;
  }

  /// Reorders from memory to file layout. `memory` is the start of the buffer that the tensor lies in.
  template <class T>
  void to_file(const T* memory, T* values) const {
    for (Index i = 0; i < spec.size(); ++i) values[i] = memory[offset + memory_index(i)];
  }
  template <class T>
  std::vector<T> to_file(const T* memory) const {
    std::vector<T> values(static_cast<std::size_t>(spec.size()));
    to_file(memory, values.data());
    return values;
  }
  template <class From, class T>
  void from_file(const std::vector<From>& values, T* memory) const {
    for (Index i = 0; i < spec.size(); ++i)
      memory[offset + memory_index(i)] = static_cast<T>(values[static_cast<std::size_t>(i)]);
  }
};

namespace detail {

/// "0.2.conv." for nets that do not name their layers.
inline std::string dotted(std::span<const int> position, const std::string& module) {
  std::string text;
  for (const int index : position) text += std::to_string(index) + ".";
  return text + module + ".";
}

/// Appends one layer's tensors. No template, so that it is compiled once and not for each layer.
[[gnu::noinline]] inline void append_tensors(std::vector<NamedTensor>& all, std::span<const TensorSpec> specs,
                                             std::span<const int> position, Extent offset,
                                             std::string (*prefix)(std::span<const int>, const std::string&)) {
  for (const TensorSpec& spec : specs)
    all.push_back({prefix(position, spec.module) + spec.name, spec,
                   (spec.is_state ? offset.state : offset.parameters) + spec.offset});
}

}  // namespace detail

/// All tensors of a network, in the order of its layers.
template <class Net>
std::vector<NamedTensor> named_tensors() {
  std::vector<NamedTensor> all;
  Net::for_each_layer(Position<>{}, Extent{}, [&]<class L, int... P>(LayerTag<L>, Position<P...>, Extent offset) {
    if constexpr (HasTensors<L>) {
      static constexpr int position[] = {P...};
      // By its size: nvcc does not see yet that the array has one when it looks for a conversion.
      const std::span<const TensorSpec> tensors(L::tensors, std::size(L::tensors));
      if constexpr (requires { &Net::tensor_prefix; })
        detail::append_tensors(all, tensors, position, offset, &Net::tensor_prefix);
      else
        detail::append_tensors(all, tensors, position, offset, &detail::dotted);
    }
  });
  return all;
}

}  // namespace unet
