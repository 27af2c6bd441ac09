// Weights of a network as safetensors files: names and shapes as PyTorch's state_dict, so Python reads them as they are.
#pragma once
#include <cstring>

#include "unet/io/safetensors.hpp"
#include "unet/models/model.hpp"
#include "unet/version.hpp"

namespace unet {

/// Which U-Net a file holds.
struct NetDescription {
  int in = 0, classes = 0, base = 0, depth = 0;
  friend bool operator==(const NetDescription&, const NetDescription&) = default;
};

inline std::string to_string(const NetDescription& net) {
  return "UNet<" + std::to_string(net.in) + ", " + std::to_string(net.classes) + ", " + std::to_string(net.base) +
         ", " + std::to_string(net.depth) + "> (in, classes, base, depth)";
}

template <class Net>
concept DescribedNet = requires {
  NetDescription{Net::input_channels, Net::classes, Net::base, Net::depth};
};

template <DescribedNet Net>
constexpr NetDescription description_of{Net::input_channels, Net::classes, Net::base, Net::depth};

/// Which U-Net a file's tensors are of, told from their names and shapes alone. FileError when they are of none.
inline NetDescription identify_net(const SafetensorsReader& file) {
  const auto dimension = [&file](const std::string& name, std::size_t axis) {
    const TensorInfo* tensor = file.find(name);
    if (!tensor || tensor->shape.size() != 4)
      throw FileError(
          file.path().string() + ": these are not the weights of a U-Net of this library: no tensor '" + name +
          "' of four dimensions. Give a file written by `train`, or one with the names in the documentation");
    return static_cast<int>(tensor->shape[axis]);
  };
  NetDescription net;
  net.base = dimension("encoder1.conv1.weight", 0);
  net.in = dimension("encoder1.conv1.weight", 1);
  net.classes = dimension("head.weight", 0);
  while (file.find("encoder" + std::to_string(net.depth + 1) + ".conv1.weight")) ++net.depth;
  return net;
}

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

inline std::string shape_text(const std::vector<Index>& shape) {
  std::string text = "[";
  for (const Index length : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(length);
  return text + "]";
}

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
    metadata["base"] = std::to_string(Net::base);
    metadata["depth"] = std::to_string(Net::depth);
  }
  return metadata;
}

/// Writes a model's weights and running statistics, atomically. `extra` is added to the metadata. Throws FileError.
template <class Net, class B>
void save(const Model<Net, B>& model, const std::filesystem::path& path,
          const std::map<std::string, std::string>& extra = {}) {
  const Values<typename B::Scalar> values = model.values();
  detail::TensorList<typename B::Scalar> list;
  list.template add<Net>("", values);
  std::map<std::string, std::string> metadata = weights_metadata<Net>();
  metadata.insert(extra.begin(), extra.end());
  write_safetensors(path, metadata, list.tensors());
}

/// Reads the values of a network after checking every name, shape, dtype and length. Metadata are not needed, but when they
/// name a net it must be this one. Files with unknown tensors are refused. Throws FileError.
template <class Net, class T>
Values<T> load_values(const SafetensorsReader& file, const std::string& prefix = "") {
  if constexpr (DescribedNet<Net>) {
    const NetDescription found = identify_net(file);
    if (found != description_of<Net>)
      throw FileError(file.path().string() + ": it holds a " + to_string(found) + ", not the " +
                      to_string(description_of<Net>) + " that is asked for");
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

/// Loads weights into a model; the model stays as it was when the file does not fit. Throws FileError.
template <class Net, class B>
void load(Model<Net, B>& model, const std::filesystem::path& path) {
  model.set_values(load_values<Net, typename B::Scalar>(SafetensorsReader(path)));
}

}  // namespace unet
