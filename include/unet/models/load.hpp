// Weights of a network from a safetensors file, after checking that all of it fits.
#pragma once
#include <set>

#include "unet/models/identify.hpp"
#include "unet/models/model.hpp"
#include "unet/models/verify.hpp"

namespace unet {

namespace detail {

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
  return name.ends_with(".num_batches_tracked") || name.starts_with("best.") || name.starts_with("adam.") ||
         name.starts_with("optimiser.");
}

}  // namespace detail

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
