// Weights of a network into a safetensors file: names and shapes as PyTorch's state_dict, so Python reads them as they are.
#pragma once
#include "unet/io/safetensors_writer.hpp"
#include "unet/models/model.hpp"
#include "unet/models/net_description.hpp"
#include "unet/models/verification.hpp"

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

}  // namespace detail

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

}  // namespace unet
