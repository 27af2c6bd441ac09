// A safetensors file in memory, to be changed and written again: for files that are not as they should be.
#pragma once
#include <algorithm>
#include <stdexcept>

#include "unet/io/safetensors.hpp"

struct EditedFile {
  struct Tensor {
    std::string name;
    unet::DType dtype;
    std::vector<unet::Index> shape;
    std::vector<char> bytes;
  };
  std::map<std::string, std::string> metadata;
  std::vector<Tensor> tensors;

  explicit EditedFile(const std::filesystem::path& path) {
    const unet::SafetensorsReader reader(path);
    metadata = reader.metadata();
    for (const unet::TensorInfo& info : reader.tensors()) {
      Tensor& tensor = tensors.emplace_back(Tensor{info.name, info.dtype, info.shape,
                                                   std::vector<char>(static_cast<std::size_t>(info.end - info.begin))});
      reader.read(info.name, tensor.bytes.data(), tensor.bytes.size());
    }
  }

  Tensor& operator[](const std::string& name) { return *find(name); }
  void erase(const std::string& name) { tensors.erase(find(name)); }

  void write(const std::filesystem::path& path) const {
    std::vector<unet::TensorToWrite> all;
    for (const Tensor& tensor : tensors) all.push_back({tensor.name, tensor.dtype, tensor.shape, tensor.bytes.data()});
    unet::write_safetensors(path, metadata, all);
  }

 private:
  std::vector<Tensor>::iterator find(const std::string& name) {
    const auto found = std::find_if(tensors.begin(), tensors.end(), [&](const Tensor& t) { return t.name == name; });
    if (found == tensors.end()) throw std::runtime_error("no tensor " + name);
    return found;
  }
};
