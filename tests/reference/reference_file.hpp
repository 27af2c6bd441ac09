// Stored numbers from PyTorch (see generate.py) as values of the library: NHWC maps, values of networks.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "unet/interop/external_view.hpp"
#include "unet/io/safetensors.hpp"
#include "unet/models/initialise.hpp"

class ReferenceFile {
 public:
  explicit ReferenceFile(const std::string& name)
      : reader_(std::filesystem::path(UNET_SOURCE_DIR) / "tests" / "reference" / (name + ".safetensors")) {}

  /// All numbers of a tensor, as they stand in the file.
  std::vector<double> numbers(const std::string& name) const {
    std::vector<double> values(static_cast<std::size_t>(element_count(name)));
    reader_.read(name, values.data(), values.size() * sizeof(double));
    return values;
  }
  double number(const std::string& name) const { return numbers(name).at(0); }

  /// A map N x C x H x W, or class numbers N x H x W, as NHWC.
  template <class T>
  unet::HostTensor<T> map(const std::string& name) const {
    const auto& s = find(name).shape;
    const unet::Shape shape =
        s.size() == 4 ? unet::Shape{s.at(0), s.at(2), s.at(3), s.at(1)} : unet::Shape{s.at(0), s.at(1), s.at(2), 1};
    const unet::HostTensor<double> exact = unet::from_planar(numbers(name).data(), shape);
    unet::HostTensor<T> result(shape);
    std::copy(exact.values.begin(), exact.values.end(), result.values.begin());
    return result;
  }

  /// A layer's or net's values (or gradients) in memory order, from tensors named prefix + name(tensor) + suffix. What the
  /// file does not have (running statistics among gradients, say) stays 0.
  template <class Net, class T, class Name>
  unet::Values<T> values(const std::string& prefix, const Name& name, const std::string& suffix = "") const {
    unet::Values<T> all{std::vector<T>(static_cast<std::size_t>(Net::extent.parameters)),
                        std::vector<T>(static_cast<std::size_t>(Net::extent.state))};
    for (const unet::NamedTensor& tensor : unet::named_tensors<Net>()) {
      const std::string full = prefix + name(tensor) + suffix;
      if (!reader_.find(full)) continue;
      if (find(full).shape != tensor.file_shape()) throw std::runtime_error(full + " has another shape than the net's");
      tensor.from_file(numbers(full), (tensor.spec.is_state ? all.state : all.parameters).data());
    }
    return all;
  }
  template <class Net, class T>
  unet::Values<T> values(const std::string& prefix) const {
    return values<Net, T>(prefix, [](const unet::NamedTensor& tensor) { return tensor.name; });
  }

 private:
  const unet::TensorInfo& find(const std::string& name) const {
    const unet::TensorInfo* tensor = reader_.find(name);
    if (!tensor) throw std::runtime_error("no reference tensor " + name);
    return *tensor;
  }
  unet::Index element_count(const std::string& name) const {
    unet::Index count = 1;
    for (const unet::Index length : find(name).shape) count *= length;
    return count;
  }

  unet::SafetensorsReader reader_;
};

/// Largest difference, relative to the largest expected value; infinite when the sizes differ or anything is not a number.
template <class A, class B>
double relative_error(const std::vector<A>& actual, const std::vector<B>& expected) {
  if (actual.size() != expected.size()) return INFINITY;
  double difference = 0, scale = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const double d = std::abs(static_cast<double>(actual[i]) - static_cast<double>(expected[i]));
    if (!std::isfinite(d)) return INFINITY;
    difference = std::max(difference, d);
    scale = std::max(scale, std::abs(static_cast<double>(expected[i])));
  }
  return scale > 0 ? difference / scale : difference;
}
