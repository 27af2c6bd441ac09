// Weights of a network as safetensors files: names and shapes as PyTorch's state_dict, so Python reads them as they are.
#pragma once
#include <cstring>

#include "unet/io/safetensors.hpp"
#include "unet/models/model.hpp"
#include "unet/models/net_description.hpp"
#include "unet/models/verification.hpp"
#include "unet/version.hpp"

namespace unet {

namespace detail {

template <class T>
inline constexpr DType dtype_of = std::is_same_v<T, double> ? DType::f64 : DType::f32;

/// The tensors of a network to be written, each brought into file layout when its turn comes. What it was given must
/// outlive it.
template <class T>
class TensorList {
 public:
  /// All tensors of a network, their names after `prefix`.
  template <class Net>
  void add(const std::string& prefix, const Values<T>& values) {
    for (const NamedTensor& tensor : named_tensors<Net>())
      add(prefix, tensor, (tensor.spec.is_state ? values.state : values.parameters).data());
  }
  /// The tensors that belong to parameters, from a buffer laid out like them (moments of an optimiser).
  template <class Net>
  void add_parameters(const std::string& prefix, const std::vector<T>& buffer) {
    for (const NamedTensor& tensor : named_tensors<Net>())
      if (!tensor.spec.is_state) add(prefix, tensor, buffer.data());
  }
  std::span<const TensorToWrite> tensors() const { return tensors_; }

 private:
  void add(const std::string& prefix, const NamedTensor& tensor, const T* memory) {
    tensors_.push_back({prefix + tensor.name, dtype_of<T>, tensor.file_shape(), nullptr,
                        [tensor, memory](void* to) { tensor.to_file(memory, static_cast<T*>(to)); }});
  }

  std::vector<TensorToWrite> tensors_;
};

/// Throws FileError unless the tensor is there with this shape, as F32 or F64.
inline const TensorInfo& require_tensor(const SafetensorsReader& file, const std::string& name,
                                        const std::vector<Index>& shape) {
  const TensorInfo* found = file.find(name);
  if (!found) throw FileError(file.path().string() + ": tensor '" + name + "' is missing, so it does not fit this net");
  if (found->shape != shape)
    throw FileError(file.path().string() + ": tensor '" + name + "' has shape " + shape_text(found->shape) +
                    ", this net needs " + shape_text(shape));
  if (found->dtype != DType::f32 && found->dtype != DType::f64)
    throw FileError(file.path().string() + ": tensor '" + name + "' is " + std::string(dtype_name(found->dtype)) +
                    ", needed is F32 or F64; convert it");
  return *found;
}

template <class T>
void read_tensor(const SafetensorsReader& file, const std::string& prefix, const NamedTensor& tensor, T* memory) {
  const TensorInfo& info = require_tensor(file, prefix + tensor.name, tensor.file_shape());
  if (info.dtype == DType::f64) {
    std::vector<double> values(static_cast<std::size_t>(tensor.spec.size()));
    file.read(info.name, values.data(), values.size() * sizeof(double));
    tensor.from_file(values, memory);
  } else {
    tensor.from_file(file.read_f32(info.name), memory);
  }
}

/// Names in a weights file that loading a network passes over: what PyTorch counts, and what checkpoints add.
inline bool is_extra(const std::string& name) {
  return name.ends_with(".num_batches_tracked") || name.starts_with("best.") || name.starts_with("adam.");
}

}  // namespace detail

/// Metadata of a weights file: library version, net, and how images are scaled before they enter it.
template <class Net>
std::map<std::string, std::string> weights_metadata() {
  std::map<std::string, std::string> metadata{
      {"library", "unet"}, {"version", std::string(version)}, {"input_normalisation", "pixels scaled to [0, 1]"}};
  if constexpr (DescribedNet<Net>) {
    metadata["net"] = "UNet";
    metadata["in_channels"] = std::to_string(Net::input_channels);
    metadata["classes"] = std::to_string(Net::classes);
    const NetDescription& net = description_of<Net>;
    metadata["widths"] = to_string(net.widths);
    if (!net.symmetric()) metadata["decoder_widths"] = to_string(net.decoder_widths);
    if (!net.block.empty()) metadata["block"] = net.block;
    if (net.doubles()) {  // how version 0.1.0 says it
      metadata["base"] = std::to_string(net.widths[0]);
      metadata["depth"] = std::to_string(net.depth());
    }
  }
  return metadata;
}

/// Writes a model's weights and running statistics, atomically, with a case for `verify`. `extra` is added to the metadata.
/// Throws FileError.
template <class Net, class B>
void save(const Model<Net, B>& model, const std::filesystem::path& path,
          const std::map<std::string, std::string>& extra = {}) {
  const Values<typename B::Scalar> values = model.values();
  detail::TensorList<typename B::Scalar> list;
  list.template add<Net>("", values);
  std::map<std::string, std::string> metadata = weights_metadata<Net>();
  metadata.merge(verification_metadata<Net, B>(values));
  metadata.insert(extra.begin(), extra.end());
  write_safetensors(path, metadata, list.tensors());
}

/// Reads the values of a network after checking every name, shape, dtype and length. Metadata are not needed, but when they
/// name a net it must be this one. Files with unknown tensors are refused. Throws FileError.
template <class Net, class T>
Values<T> load_values(const SafetensorsReader& file, const std::string& prefix = "") {
  if constexpr (DescribedNet<Net>) {
    detail::require_net(file, description_of<Net>);
    for (const auto& [key, value] : weights_metadata<Net>()) {
      const auto stated = file.metadata().find(key);
      if (key != "version" && stated != file.metadata().end() && stated->second != value)
        throw FileError(file.path().string() + ": its metadata say " + key + " = '" +
                        detail::printable(stated->second) + "', but this net has '" + value + "'");
    }
  }
  const std::vector<NamedTensor> tensors = named_tensors<Net>();
  std::set<std::string> known;
  for (const NamedTensor& tensor : tensors) {
    known.insert(tensor.name);
    detail::require_tensor(file, prefix + tensor.name, tensor.file_shape());
  }
  for (const TensorInfo& tensor : file.tensors())
    if (known.count(tensor.name) == 0 && !detail::is_extra(tensor.name))
      throw FileError(file.path().string() + ": unknown tensor '" + detail::printable(tensor.name) +
                      "', so it is not a file of this net");
  Values<T> values = zero_values<Net, T>();
  for (const NamedTensor& tensor : tensors)
    detail::read_tensor(file, prefix, tensor, (tensor.spec.is_state ? values.state : values.parameters).data());
  return values;
}

/// Loads weights into a model; the model stays as it was when the file does not fit. Throws FileError. Whether they compute
/// here what they computed where they were saved: unet::verify.
template <class Net, class B>
void load(Model<Net, B>& model, const std::filesystem::path& path) {
  model.set_values(load_values<Net, typename B::Scalar>(SafetensorsReader(path)));
}

}  // namespace unet
