// A whole small net against PyTorch's numbers: outputs, loss, all gradients, running statistics, ten steps of Adam.
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "../layers/run_layer.hpp"
#include "../reference/reference_file.hpp"
#include "../train/run_loss.hpp"
#include "unet/models/model.hpp"
#include "unet/models/unet.hpp"
#include "unet/train/optimisers/adam.hpp"

namespace pytorch_test {

using unet::HostTensor;
using unet::NamedTensor;
using unet::UNet;
using unet::Values;

namespace {

using Net = UNet<1, 1, 3, 2>;

template <class B>
constexpr double tolerance = sizeof(typename B::Scalar) == 8 ? 1e-12 : 1e-4;

/// The other block, and widths that do not double.
using OtherNet = unet::UNetOf<1, 1, unet::Widths<3, 5, 4>, unet::Conv3x3BNReLU, unet::Widths<2, 6>>;

/// Where the numbers of a net are.
struct Reference {
  ReferenceFile file;
  std::string prefix;                ///< of all its tensors
  std::vector<std::string> batches;  ///< the last one has intermediate outputs and Adam's steps
};

template <class N>
const Reference& reference() {
  if constexpr (std::is_same_v<N, Net>) {
    static const Reference net{ReferenceFile("net"), "", {"batch1.", "batch8."}};
    return net;
  } else {
    static const Reference net{ReferenceFile("norm_relu"), "net.", {"net.batch."}};
    return net;
  }
}

template <class N, class B>
struct TrainingPass {
  using T = typename B::Scalar;
  double loss = 0;
  LayerResult<T> result;

  TrainingPass(const HostTensor<T>& input, const HostTensor<T>& target, const Values<T>& values, double pos_weight)
      : result(train_layer<N, B>({LayerInput<T>(input)}, values, [&](const HostTensor<T>& logits) {
          LossResult<T> l = run_loss<B>(unet::default_loss<N>(pos_weight), logits, target);
          loss = l.value;
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

template <class N, class B>
void check_evaluation() {
  using T = typename B::Scalar;
  const Reference& from = reference<N>();
  unet::Model<N, B> model(from.file.template values<N, T>(from.prefix + "parameters."));
  for (const std::string& batch : from.batches) {
    CAPTURE(batch);
    const HostTensor<T> logits = model(from.file.template map<T>(batch + "input").view());
    CHECK(relative_error(logits.values, from.file.template map<double>(batch + "eval_logits").values) < tolerance<B>);
    CHECK(run_loss<B>(unet::BinaryCrossEntropy{2.97}, logits, from.file.template map<T>(batch + "target")).value ==
          doctest::Approx(from.file.number(batch + "eval_loss")).epsilon(tolerance<B>));
  }
  const HostTensor<T> input = from.file.template map<T>(from.batches.back() + "input");
  const auto check_output = [&]<class Name>(const Name&, const std::string& name) {
    CAPTURE(name);
    CHECK(relative_error(model.template output<Name>(input.view()).values,
                         from.file.template map<T>(from.batches.back() + name).values) < tolerance<B>);
  };
  check_output(unet::latent{}, "latent");
  check_output(unet::bottleneck{}, "bottleneck");
  check_output(unet::decoder<2>{}, "decoder2");
}

template <class N, class B>
void check_training() {
  using T = typename B::Scalar;
  const Reference& from = reference<N>();
  const Values<T> values = from.file.template values<N, T>(from.prefix + "parameters.");
  for (const std::string& batch : from.batches) {
    CAPTURE(batch);
    const TrainingPass<N, B> pass(from.file.template map<T>(batch + "input"),
                                  from.file.template map<T>(batch + "target"), values, 2.97);
    CHECK(relative_error(pass.result.output.values, from.file.template map<double>(batch + "train_logits").values) <
          tolerance<B>);
    CHECK(pass.loss == doctest::Approx(from.file.number(batch + "train_loss")).epsilon(tolerance<B>));
    CHECK(relative_error(pass.result.input_gradients.at(0).values,
                         from.file.template map<double>(batch + "input_grad").values) < 20 * tolerance<B>);
    check_tensors<N>(from.file, batch + "grad.", false, pass.result.gradients, 20 * tolerance<B>);
    check_tensors<N>(from.file, batch + "after.", true, pass.result.state, tolerance<B>);
  }
}

template <class N>
void check_adam() {
  const Reference& from = reference<N>();
  Values<double> values = from.file.template values<N, double>(from.prefix + "parameters.");
  std::vector<double> first(values.parameters.size()), second(values.parameters.size());
  const auto input = from.file.template map<double>(from.batches.back() + "input"),
             target = from.file.template map<double>(from.batches.back() + "target");
  const std::vector<double> losses = from.file.numbers(from.prefix + "adam.losses");
  REQUIRE(losses.size() == 10);
  for (int i = 0; i < 10; ++i) {
    CAPTURE(i);
    const TrainingPass<N, Double> pass(input, target, values, 2.97);
    CHECK(pass.loss == doctest::Approx(losses[static_cast<std::size_t>(i)]).epsilon(1e-9));
    values.state = pass.result.state;
    const unet::AdamStep adam = unet::Adam{}.step(0.01, i + 1);
    unet::HostContext context;
    Double::adam_step(context, static_cast<unet::Index>(first.size()), pass.result.gradients.data(),
                      values.parameters.data(), first.data(), second.data(), &adam);
  }
  check_tensors<N>(from.file, from.prefix + "adam.after.", false, values.parameters, 1e-7);
  check_tensors<N>(from.file, from.prefix + "adam.after.", true, values.state, 1e-7);
}

}  // namespace

TEST_CASE_TEMPLATE("evaluation mode", B, Double, Float) {
  check_evaluation<Net, B>();
  check_evaluation<OtherNet, B>();
}

TEST_CASE_TEMPLATE("training mode: logits, loss, every gradient, running statistics", B, Double, Float) {
  check_training<Net, B>();
  check_training<OtherNet, B>();
}

TEST_CASE("ten steps of Adam in double: losses, parameters, running statistics") {
  check_adam<Net>();
  check_adam<OtherNet>();
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

}  // namespace pytorch_test
