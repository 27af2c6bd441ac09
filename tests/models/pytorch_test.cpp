// A whole small net against PyTorch's numbers: outputs, loss, all gradients, running statistics, ten steps of Adam.
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "../layers/run_layer.hpp"
#include "../reference/reference_file.hpp"
#include "unet/models/model.hpp"
#include "unet/models/unet.hpp"
#include "unet/train/loss.hpp"

using unet::HostTensor;
using unet::NamedTensor;
using unet::UNet;
using unet::Values;

namespace {

using Net = UNet<1, 1, 3, 2>;

template <class B>
constexpr double tolerance = sizeof(typename B::Scalar) == 8 ? 1e-12 : 1e-4;

const ReferenceFile& file() {
  static const ReferenceFile net("net");
  return net;
}

template <class T>
struct LossAndGradient {
  double loss;
  HostTensor<T> gradient;
};

/// The net's loss as training computes it.
template <class N, class B, class T = typename B::Scalar>
LossAndGradient<T> loss_of(const HostTensor<T>& logits, const HostTensor<T>& target, double pos_weight) {
  typename B::Context context;
  const unet::Buffer<B> z(context, logits.values), t(context, target.values);
  unet::Buffer<B> dz(logits.shape.size());
  unet::Buffer<B, double> reports(logits.shape.n * unet::report_size<N>);
  unet::loss<N, B>(context, {z.data(), logits.shape}, {t.data(), target.shape}, pos_weight, {dz.data(), logits.shape},
                   reports.data());
  LossAndGradient<T> result{0, HostTensor<T>(logits.shape)};
  result.gradient.values = dz.to_host(context);
  const std::vector<double> report = reports.to_host(context);
  for (unet::Index n = 0; n < logits.shape.n; ++n)
    result.loss += report[static_cast<std::size_t>(n * unet::report_size<N>)];
  result.loss /= static_cast<double>(logits.shape.n);
  return result;
}

template <class N, class B>
struct TrainingPass {
  using T = typename B::Scalar;
  double loss = 0;
  LayerResult<T> result;

  TrainingPass(const HostTensor<T>& input, const HostTensor<T>& target, const Values<T>& values, double pos_weight)
      : result(train_layer<N, B>({LayerInput<T>(input)}, values, [&](const HostTensor<T>& logits) {
          LossAndGradient<T> l = loss_of<N, B>(logits, target, pos_weight);
          loss = l.loss;
          return l.gradient;
        })) {}
};

/// Compares tensor by tensor with those named prefix + name in the file.
template <class N, class T>
void check_tensors(const ReferenceFile& from, const std::string& prefix, bool of_state, const std::vector<T>& values,
                   double limit) {
  for (const NamedTensor& tensor : unet::named_tensors<N>()) {
    if (tensor.spec.is_state != of_state) continue;
    CAPTURE(prefix + tensor.name);
    CHECK(relative_error(tensor.to_file(values.data()), from.numbers(prefix + tensor.name)) < limit);
  }
}

}  // namespace

TEST_CASE_TEMPLATE("evaluation mode", B, Double, Float) {
  using T = typename B::Scalar;
  unet::Model<Net, B> model(file().values<Net, T>("parameters."));
  for (const std::string batch : {"batch1.", "batch8."}) {
    CAPTURE(batch);
    const HostTensor<T> logits = model(file().map<T>(batch + "input").view());
    CHECK(relative_error(logits.values, file().map<double>(batch + "eval_logits").values) < tolerance<B>);
    CHECK(loss_of<Net, B>(logits, file().map<T>(batch + "target"), 2.97).loss ==
          doctest::Approx(file().number(batch + "eval_loss")).epsilon(tolerance<B>));
  }
  const HostTensor<T> input = file().map<T>("batch8.input");
  CHECK(relative_error(model.template output<unet::latent>(input.view()).values,
                       file().map<T>("batch8.latent").values) < tolerance<B>);
  CHECK(relative_error(model.template output<unet::bottleneck>(input.view()).values,
                       file().map<T>("batch8.bottleneck").values) < tolerance<B>);
  CHECK(relative_error(model.template output<unet::decoder<2>>(input.view()).values,
                       file().map<T>("batch8.decoder2").values) < tolerance<B>);
}

TEST_CASE_TEMPLATE("training mode: logits, loss, every gradient, running statistics", B, Double, Float) {
  using T = typename B::Scalar;
  const Values<T> values = file().values<Net, T>("parameters.");
  for (const std::string batch : {"batch1.", "batch8."}) {
    CAPTURE(batch);
    const TrainingPass<Net, B> pass(file().map<T>(batch + "input"), file().map<T>(batch + "target"), values, 2.97);
    CHECK(relative_error(pass.result.output.values, file().map<double>(batch + "train_logits").values) < tolerance<B>);
    CHECK(pass.loss == doctest::Approx(file().number(batch + "train_loss")).epsilon(tolerance<B>));
    CHECK(relative_error(pass.result.input_gradients.at(0).values, file().map<double>(batch + "input_grad").values) <
          20 * tolerance<B>);
    check_tensors<Net>(file(), batch + "grad.", false, pass.result.gradients, 20 * tolerance<B>);
    check_tensors<Net>(file(), batch + "after.", true, pass.result.state, tolerance<B>);
  }
}

TEST_CASE("ten steps of Adam in double: losses, parameters, running statistics") {
  Values<double> values = file().values<Net, double>("parameters.");
  std::vector<double> first(values.parameters.size()), second(values.parameters.size());
  const auto input = file().map<double>("batch8.input"), target = file().map<double>("batch8.target");
  const std::vector<double> losses = file().numbers("adam.losses");
  REQUIRE(losses.size() == 10);
  for (int i = 0; i < 10; ++i) {
    CAPTURE(i);
    const TrainingPass<Net, Double> pass(input, target, values, 2.97);
    CHECK(pass.loss == doctest::Approx(losses[static_cast<std::size_t>(i)]).epsilon(1e-9));
    values.state = pass.result.state;
    unet::AdamStep adam;
    adam.learning_rate = 0.01;
    adam.step = i + 1;
    unet::HostContext context;
    Double::adam_step(context, static_cast<unet::Index>(first.size()), pass.result.gradients.data(),
                      values.parameters.data(), first.data(), second.data(), adam);
  }
  check_tensors<Net>(file(), "adam.after.", false, values.parameters, 1e-7);
  check_tensors<Net>(file(), "adam.after.", true, values.state, 1e-7);
}

TEST_CASE_TEMPLATE("several classes: softmax cross entropy", B, Double, Float) {
  using T = typename B::Scalar;
  using Classes = UNet<2, 3, 2, 1>;
  const ReferenceFile classes("classes");
  const TrainingPass<Classes, B> pass(classes.map<T>("input"), classes.map<T>("target"),
                                      classes.values<Classes, T>("parameters."), 1);
  CHECK(relative_error(pass.result.output.values, classes.map<double>("logits").values) < tolerance<B>);
  CHECK(pass.loss == doctest::Approx(classes.number("loss")).epsilon(tolerance<B>));
  CHECK(relative_error(pass.result.input_gradients.at(0).values, classes.map<double>("input_grad").values) <
        20 * tolerance<B>);
  check_tensors<Classes>(classes, "grad.", false, pass.result.gradients, 20 * tolerance<B>);
}
