// Initial values: distributed as PyTorch's defaults, drawn from the seed alone.
#include "unet/models/initialise.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>

#include "unet/models/unet.hpp"

namespace initialise_test {

using unet::initial_values;
using unet::NamedTensor;
using unet::UNet;
using unet::Values;

namespace {

template <class T>
std::vector<T> tensor_values(const Values<T>& values, const NamedTensor& tensor) {
  return tensor.to_file((tensor.spec.is_state ? values.state : values.parameters).data());
}

/// Largest possible absolute value: 1 / sqrt(fan_in), fan_in = kernel area x channels of a file's second axis, as
/// torch.nn.init computes it.
double bound_of(const std::vector<unet::Index>& weight_shape) {
  return 1 / std::sqrt(static_cast<double>(weight_shape.at(1) * weight_shape.at(2) * weight_shape.at(3)));
}

}  // namespace

TEST_CASE("convolutions uniform within PyTorch's bounds, normalisation at identity") {
  using Net = UNet<2, 3, 8, 2>;
  const Values<double> values = initial_values<Net, double>(1);
  double bound = 0;  // of the weight, valid for the bias after it
  for (const NamedTensor& tensor : unet::named_tensors<Net>()) {
    CAPTURE(tensor.name);
    const std::vector<double> v = tensor_values(values, tensor);
    const auto [lowest, highest] = std::minmax_element(v.begin(), v.end());
    if (tensor.name.find("norm") != std::string::npos) {
      const bool one = tensor.name.ends_with("weight") || tensor.name.ends_with("running_var");
      CHECK(*lowest == (one ? 1 : 0));
      CHECK(*highest == (one ? 1 : 0));
      continue;
    }
    if (tensor.name.ends_with("weight")) bound = bound_of(tensor.file_shape());
    CHECK(*lowest >= -bound);
    CHECK(*highest <= bound);
    CHECK(std::any_of(v.begin(), v.end(), [&](double x) { return x != v.front(); }));
    if (v.size() < 200) continue;
    double mean = 0, square = 0;
    const auto n = static_cast<double>(v.size());
    for (const double x : v) {
      mean += x / n;
      square += x * x / n;
    }
    CHECK(*lowest < -0.95 * bound);
    CHECK(*highest > 0.95 * bound);
    CHECK(std::abs(mean) < 5 * bound / std::sqrt(3 * n));
    CHECK(std::abs(square - bound * bound / 3) < 5 * 0.3 * bound * bound / std::sqrt(n));
  }
}

TEST_CASE("the same seed gives the same values, another one others, in any precision") {
  using Net = UNet<1, 1, 2, 1>;
  const Values<float> a = initial_values<Net, float>(7), b = initial_values<Net, float>(7),
                      c = initial_values<Net, float>(8);
  CHECK(a.parameters == b.parameters);
  CHECK(a.state == b.state);
  CHECK(a.parameters != c.parameters);
  const Values<double> exact = initial_values<Net, double>(7);
  for (std::size_t i = 0; i < a.parameters.size(); ++i)
    CHECK(a.parameters[i] == static_cast<float>(exact.parameters[i]));
}

TEST_CASE("no two tensors share their random numbers") {
  using Net = UNet<1, 1, 4, 1>;
  const Values<double> values = initial_values<Net, double>(1);
  std::vector<double> first;  // of each drawn tensor, scaled to [-1, 1]
  double bound = 0;
  for (const NamedTensor& tensor : unet::named_tensors<Net>()) {
    if (tensor.name.find("norm") != std::string::npos) continue;
    if (tensor.name.ends_with("weight")) bound = bound_of(tensor.file_shape());
    first.push_back(tensor_values(values, tensor).front() / bound);
  }
  std::sort(first.begin(), first.end());
  for (std::size_t i = 1; i < first.size(); ++i) CHECK(first[i] - first[i - 1] > 1e-7);
}

namespace {

/// A transposed convolution whose module has a name of its own.
struct Deconvolution {
  static constexpr unet::Extent extent{4 * 6 * 2 + 2, 0};
  static constexpr unet::TensorSpec tensors[] = {
      {"deconvolution", "weight", unet::TensorKind::transposed_convolution, 2, 6, 2, false, 0, 0},
      {"deconvolution", "bias", unet::TensorKind::vector, 2, 2, 2, false, 4 * 6 * 2, 0},
  };
  template <class F>
  static void for_each_layer(unet::Position<>, unet::Extent offset, F&& f) {
    f(unet::LayerTag<Deconvolution>{}, unet::Position<0>{}, offset);
  }
};

}  // namespace

TEST_CASE("a transposed convolution counts its fan-in over the output channels, whatever its name") {
  const Values<double> values = initial_values<Deconvolution, double>(1);
  const double bound = 1 / std::sqrt(4.0 * 2);  // PyTorch's for ConvTranspose2d(6, 2, 2)
  const auto [lowest, highest] = std::minmax_element(values.parameters.begin(), values.parameters.end());
  CHECK(*lowest >= -bound);
  CHECK(*highest <= bound);
  CHECK(*highest > 0.9 * bound);
}

TEST_CASE("initial values keep their bits: a run repeated with a later version starts from the same net") {
  using Net = UNet<2, 3, 8, 2>;
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a over the bits
  for (const float value : initial_values<Net, float>(1).parameters)
    hash = (hash ^ std::bit_cast<std::uint32_t>(value)) * 1099511628211u;
  CHECK(hash == 3062568270908749089u);
}

}  // namespace initialise_test
