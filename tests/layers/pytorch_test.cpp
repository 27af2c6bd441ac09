// Each layer forward and backward against PyTorch's numbers.
#include <doctest/doctest.h>

#include <limits>

#include "../compiled_backends.hpp"
#include "../reference/reference_file.hpp"
#include "run_layer.hpp"

namespace pytorch_test {

using unet::Conv1x1;
using unet::Conv3x3BN;
using unet::Conv3x3BNReLU;
using unet::HostTensor;
using unet::NamedTensor;
using unet::Pool;
using unet::Sequential;
using unet::UpConv;
using unet::Values;

namespace {

template <class B>
constexpr double tolerance = sizeof(typename B::Scalar) == 8 ? 1e-12 : 2e-5;

const ReferenceFile& file(const std::string& label = "") {
  static const ReferenceFile layers("layers"), norm_relu("norm_relu");
  return label.starts_with("bn_relu") ? norm_relu : layers;
}

template <class T>
auto fixed_gradient(const HostTensor<T>& dy) {
  return [&dy](const HostTensor<T>&) { return dy; };
}

/// A layer's tensors as PyTorch's modules name them: "conv.weight", or "weight" alone.
std::string with_module(const NamedTensor& tensor) { return std::string(tensor.spec.module) + "." + tensor.spec.name; }
std::string without_module(const NamedTensor& tensor) { return tensor.spec.name; }

/// Names need a Sequential around a single layer.
template <class L, class B, class Name>
void check_layer(const std::string& label, const std::vector<std::string>& inputs, const Name& name) {
  CAPTURE(label);
  using T = typename B::Scalar;
  using Net = Sequential<L>;
  std::vector<LayerInput<T>> x;
  for (const std::string& input : inputs) x.emplace_back(file(label).map<T>(label + "." + input));
  const Values<T> values = file(label).values<Net, T>(label + ".", name);
  const HostTensor<T> dy = file(label).map<T>(label + ".output_grad");

  const LayerResult<T> result = train_layer<Net, B>(x, values, fixed_gradient(dy));
  CHECK(relative_error(result.output.values, file(label).map<double>(label + ".output").values) < tolerance<B>);
  CHECK(result.recomputed.values == result.output.values);
  REQUIRE(result.input_gradients.size() == inputs.size());
  for (std::size_t p = 0; p < inputs.size(); ++p) {
    const auto expected = file(label).map<double>(label + "." + inputs[p] + "_grad");
    CHECK(relative_error(result.input_gradients[p].values, expected.values) < 5 * tolerance<B>);
  }
  for (const NamedTensor& tensor : unet::named_tensors<Net>()) {
    CAPTURE(tensor.name);
    if (tensor.spec.is_state) {
      CHECK(relative_error(tensor.to_file(result.state.data()),
                           file(label).numbers(label + "." + name(tensor) + "_after")) < tolerance<B>);
    } else {
      CHECK(relative_error(tensor.to_file(result.gradients.data()),
                           file(label).numbers(label + "." + name(tensor) + "_grad")) < 5 * tolerance<B>);
    }
  }

  const LayerResult<T> added = train_layer<Net, B>(x, values, fixed_gradient(dy), InputGradients::added);
  CHECK(added.gradients == result.gradients);
  for (std::size_t p = 0; p < inputs.size(); ++p) {
    std::vector<T> expected = result.input_gradients[p].values;
    for (T& value : expected) value += T(1);
    CHECK(relative_error(added.input_gradients[p].values, expected) < tolerance<B>);
  }
  const LayerResult<T> nothing = train_layer<Net, B>(x, values, fixed_gradient(dy), InputGradients::nothing);
  CHECK(nothing.gradients == result.gradients);
  CHECK(nothing.input_gradients.empty());
}

template <class L, class B>
void check_conv_block(const std::string& label, const std::vector<std::string>& inputs) {
  check_layer<L, B>(label, inputs, with_module);
  using T = typename B::Scalar;
  std::vector<LayerInput<T>> x;
  for (const std::string& input : inputs) x.emplace_back(file(label).map<T>(label + "." + input));
  const Values<T> values = file(label).values<Sequential<L>, T>(label + ".", with_module);
  CHECK(relative_error(infer_layer<L, B>(x, values).values, file(label).map<double>(label + ".eval_output").values) <
        tolerance<B>);
}

}  // namespace

TEST_CASE_TEMPLATE("Conv3x3BN: odd shapes, batch 1, batch 8, 1x1 maps", B, Double, Float) {
  check_conv_block<Conv3x3BN<3, 5>, B>("conv3x3_bn", {"input"});
  check_conv_block<Conv3x3BN<2, 3>, B>("conv3x3_bn_batch1", {"input"});
  check_conv_block<Conv3x3BN<2, 3>, B>("conv3x3_bn_batch8", {"input"});
  check_conv_block<Conv3x3BN<3, 4>, B>("conv3x3_bn_map1x1", {"input"});
}

TEST_CASE_TEMPLATE("Conv3x3BN reads a concatenation of two maps", B, Double, Float) {
  check_conv_block<Conv3x3BN<5, 4>, B>("concat", {"skip", "up"});
}

TEST_CASE_TEMPLATE("Conv3x3BNReLU: odd shapes, batch 1, batch 8, 1x1 maps, a concatenation", B, Double, Float) {
  check_conv_block<Conv3x3BNReLU<3, 5>, B>("bn_relu", {"input"});
  check_conv_block<Conv3x3BNReLU<2, 3>, B>("bn_relu_batch1", {"input"});
  check_conv_block<Conv3x3BNReLU<2, 3>, B>("bn_relu_batch8", {"input"});
  check_conv_block<Conv3x3BNReLU<3, 4>, B>("bn_relu_map1x1", {"input"});
  check_conv_block<Conv3x3BNReLU<5, 4>, B>("bn_relu_concat", {"skip", "up"});
}

TEST_CASE_TEMPLATE("UpConv", B, Double, Float) { check_layer<UpConv<6, 4>, B>("up_conv", {"input"}, without_module); }

TEST_CASE_TEMPLATE("Conv1x1", B, Double, Float) { check_layer<Conv1x1<4, 3>, B>("conv1x1", {"input"}, without_module); }

TEST_CASE_TEMPLATE("Pool gives the gradient to the first of equal values", B, Double, Float) {
  check_layer<Pool, B>("max_pool", {"input"}, without_module);
}

TEST_CASE_TEMPLATE("Pool takes the maximum of normalised values, also where the scale is negative", B, Double, Float) {
  using T = typename B::Scalar;
  const auto cast = [](const std::vector<double>& v) { return std::vector<T>(v.begin(), v.end()); };
  const LayerInput<T> x(file().map<T>("max_pool_norm.input"), cast(file().numbers("max_pool_norm.scale")),
                        cast(file().numbers("max_pool_norm.shift")));
  const HostTensor<T> dy = file().map<T>("max_pool_norm.output_grad");
  const LayerResult<T> result = train_layer<Pool, B>({x}, {}, fixed_gradient(dy));
  CHECK(relative_error(result.output.values, file().map<double>("max_pool_norm.output").values) < tolerance<B>);
  CHECK(relative_error(result.input_gradients.at(0).values, file().map<double>("max_pool_norm.input_grad").values) <
        tolerance<B>);
}

TEST_CASE_TEMPLATE("Conv3x3BN with a single value per channel: variance 0, finite numbers", B, Double, Float) {
  using T = typename B::Scalar;
  using Net = Sequential<Conv3x3BN<2, 3>>;
  Values<T> values = unet::initial_values<Net, T>(1);
  const auto place = [](const std::string& name) {
    for (const NamedTensor& tensor : unet::named_tensors<Net>())
      if (tensor.name == "0." + name) return static_cast<std::size_t>(tensor.offset);
    throw std::runtime_error(name);
  };
  const std::size_t bias = place("conv.bias"), gamma = place("norm.weight"), beta = place("norm.bias");
  for (std::size_t c = 0; c < 3; ++c) {
    values.parameters[bias + c] = T(1);  // ReLU outputs above 0
    values.parameters[beta + c] = static_cast<T>(c);
  }
  HostTensor<T> x({1, 1, 1, 2}), dy({1, 1, 1, 3});
  x.values = {T(0.25), T(-0.5)};
  dy.values = {T(1), T(-2), T(3)};
  const LayerResult<T> result = train_layer<Net, B>({LayerInput<T>(x)}, values, fixed_gradient(dy));
  // The value is its own mean: beta alone is left, and no gradient. Rounding is amplified by 1 / sqrt(epsilon) = 316.
  const double rounding = 1e3 * std::numeric_limits<T>::epsilon();
  for (const T gradient : result.input_gradients.at(0).values) CHECK(std::abs(gradient) < rounding);
  for (std::size_t c = 0; c < 3; ++c) {
    CHECK(std::abs(result.output.values[c] - static_cast<T>(c)) < rounding);
    CHECK(result.gradients[beta + c] == dy.values[c]);
    CHECK(std::abs(result.gradients[gamma + c]) < rounding);
    CHECK(result.state[c] > T(0));                                     // 0.1 * value
    CHECK(result.state[3 + c] == doctest::Approx(0.9).epsilon(1e-6));  // 0.9 * 1 + 0.1 * 0
  }
}

}  // namespace pytorch_test
