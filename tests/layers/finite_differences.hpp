// Gradients of a layer or net compared with finite differences, in double.
#pragma once
#include <doctest/doctest.h>

#include <cmath>

#include "../compiled_backends.hpp"
#include "run_layer.hpp"
#include "unet/core/random.hpp"

/// A map of standard normal numbers.
inline unet::HostTensor<double> random_map(unet::Shape shape, std::uint32_t number) {
  unet::Random random(1, unet::Purpose::test, 0, number);
  unet::HostTensor<double> map(shape);
  for (double& value : map.values) value = random.normal();
  return map;
}

/// A layer's initial values moved away from their defaults, so that a mix-up shows.
template <class L>
unet::Values<double> random_values(std::uint32_t number) {
  unet::Values<double> values = unet::initial_values<L, double>(number);
  unet::Random random(2, unet::Purpose::test, 0, number);
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

/// Checks count values `x` and their gradients: the norm of the difference relative to the norm.
template <class F>
void check_derivatives(const std::string& what, double* x, const double* gradient, unet::Index count, const F& f) {
  CAPTURE(what);
  double difference = 0, norm = 0;
  for (unet::Index i = 0; i < count; ++i) {
    difference += std::pow(derivative(x[i], f) - gradient[i], 2);
    norm += std::pow(gradient[i], 2);
  }
  CHECK(norm > 0);
  CHECK(std::sqrt(difference) < 1e-6 * std::sqrt(norm));
}

/// All gradients of layer L: with respect to each input and each of its tensors. `loss(output)` is a number,
/// `output_gradient(output)` its gradient.
template <class L, class Loss, class OutputGradient>
void check_gradients(std::vector<LayerInput<double>> inputs, unet::Values<double> values, const Loss& loss,
                     const OutputGradient& output_gradient) {
  const LayerResult<double> result = train_layer<L, Double>(inputs, values, output_gradient);
  const auto f = [&] { return loss(train_output<L, Double>(inputs, values)); };
  for (std::size_t p = 0; p < inputs.size(); ++p)
    check_derivatives("input " + std::to_string(p), inputs[p].map.values.data(),
                      result.input_gradients.at(p).values.data(), inputs[p].map.shape.size(), f);
  for (const unet::NamedTensor& tensor : unet::named_tensors<L>())
    if (!tensor.spec.is_state)
      check_derivatives(tensor.name, values.parameters.data() + tensor.offset, result.gradients.data() + tensor.offset,
                        tensor.spec.size(), f);
}

/// The same for the loss sum(weight * output) with random weights.
template <class L>
void check_gradients(const std::vector<LayerInput<double>>& inputs, const unet::Values<double>& values) {
  const auto weights = [](unet::Shape shape) { return random_map(shape, 99); };
  const auto loss = [&](const unet::HostTensor<double>& y) {
    const unet::HostTensor<double> w = weights(y.shape);
    double sum = 0;
    for (std::size_t i = 0; i < w.values.size(); ++i) sum += w.values[i] * y.values[i];
    return sum;
  };
  check_gradients<L>(inputs, values, loss, [&](const unet::HostTensor<double>& y) { return weights(y.shape); });
}
