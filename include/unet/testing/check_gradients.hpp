// Gradients of a layer or net compared with finite differences, in double.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "unet/backends/eigen/eigen_backend.hpp"
#include "unet/core/random.hpp"
#include "unet/testing/run_layer.hpp"

namespace unet::testing {

/// A map of standard normal numbers.
inline HostTensor<double> random_map(Shape shape, std::uint32_t number) {
  Random random(1, Purpose::test, 0, number);
  HostTensor<double> map(shape);
  for (double& value : map.values) value = random.normal();
  return map;
}

/// A layer's initial values moved away from their defaults, so that a mix-up shows.
template <class L>
unet::Values<double> random_values(std::uint32_t number) {
  unet::Values<double> values = initial_values<L, double>(number);
  Random random(2, Purpose::test, 0, number);
  for (double& value : values.parameters) value += 0.3 * random.normal();
  return values;
}

/// Derivative of f() with respect to `x`, by a central difference of fourth order.
template <class F>
double derivative(double& x, const F& f) {
  constexpr double h = 2e-5;
  const double at = x;
  const auto value = [&](double offset) {
    x = at + offset;
    return f();
  };
  const double result = (8 * (value(h) - value(-h)) - (value(2 * h) - value(-2 * h))) / (12 * h);
  x = at;
  return result;
}

/// What is wrong with the gradients of f() with respect to `count` values x: the norm of the difference relative to the norm.
/// Empty if nothing is.
template <class F>
std::string wrong_gradient(const std::string& what, double* x, const double* gradient, Index count, const F& f) {
  constexpr double limit = 1e-6;
  double difference = 0, norm = 0;
  for (Index i = 0; i < count; ++i) {
    difference += std::pow(derivative(x[i], f) - gradient[i], 2);
    norm += std::pow(gradient[i], 2);
  }
  if (std::isnan(norm)) return what + ": the gradient was not written, or is not a number";
  if (!(norm > 0)) return what + ": the gradient is 0 everywhere; draw other operands, or it is never written";
  if (std::sqrt(difference) < limit * std::sqrt(norm)) return "";
  return what + ": the gradient differs from finite differences by " + std::to_string(std::sqrt(difference / norm)) +
         " of its norm";
}

/// All gradients of layer L, or of a net, which is a layer too: with respect to each input and each of its tensors. Returns
/// what is wrong, a text for each; nothing, if nothing is. Needs no test framework. `loss(output)` is a number,
/// `output_gradient(output)` its gradient with respect to the normalised output, both HostTensor<double>. B: a backend in
/// double. Each value costs four passes, so maps and layers should be small.
template <class L, class B = EigenBackend<double>, class Loss, class OutputGradient>
std::vector<std::string> check_gradients(std::vector<LayerInput<double>> inputs, unet::Values<double> values,
                                         const Loss& loss, const OutputGradient& output_gradient) {
  const LayerResult<double> result = train_layer<L, B>(inputs, values, output_gradient);
  const auto f = [&] { return loss(train_output<L, B>(inputs, values)); };
  std::vector<std::string> wrong;
  const auto take = [&](const std::string& text) {
    if (!text.empty()) wrong.push_back(text);
  };
  if (result.recomputed.values != result.output.values) take("recompute gives other values than forward");
  for (std::size_t p = 0; p < inputs.size(); ++p)
    take(wrong_gradient("input " + std::to_string(p), inputs[p].map.values.data(),
                        result.input_gradients.at(p).values.data(), inputs[p].map.shape.size(), f));
  for (const NamedTensor& tensor : named_tensors<L>())
    if (!tensor.spec.is_state)
      take(wrong_gradient(tensor.name, values.parameters.data() + tensor.offset,
                          result.gradients.data() + tensor.offset, tensor.spec.size(), f));
  return wrong;
}

/// The same for the loss sum(weight * output) with random weights.
template <class L, class B = EigenBackend<double>>
std::vector<std::string> check_gradients(const std::vector<LayerInput<double>>& inputs,
                                         const unet::Values<double>& values) {
  const auto weights = [](Shape shape) { return random_map(shape, 99); };
  const auto loss = [&](const HostTensor<double>& y) {
    const HostTensor<double> w = weights(y.shape);
    double sum = 0;
    for (std::size_t i = 0; i < w.values.size(); ++i) sum += w.values[i] * y.values[i];
    return sum;
  };
  return check_gradients<L, B>(inputs, values, loss, [&](const HostTensor<double>& y) { return weights(y.shape); });
}

/// The same with random inputs of these shapes (one, or two that are concatenated) and random parameters:
///
///   for (const std::string& wrong : unet::testing::check_gradients<unet::Sequential<MyLayer<3, 2>>>({{2, 4, 5, 3}}))
///     std::puts(wrong.c_str());
///
/// L is a composition, since tensors have their names from it.
template <class L, class B = EigenBackend<double>>
std::vector<std::string> check_gradients(const std::vector<Shape>& shapes) {
  std::vector<LayerInput<double>> inputs;
  for (const Shape& shape : shapes) inputs.emplace_back(random_map(shape, static_cast<std::uint32_t>(inputs.size())));
  return check_gradients<L, B>(inputs, random_values<L>(7));
}

}  // namespace unet::testing
