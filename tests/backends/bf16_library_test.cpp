// The whole library on a backend that stores feature maps in bf16: gradients, training, analyses.
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "../explain/occlusion_cases.hpp"
#include "../io/temporary_folder.hpp"
#include "../train/same_run.hpp"
#include "../train/toy_set.hpp"
#include "unet/cluster/gram.hpp"
#include "unet/explain/feature_maps/channel_moments.hpp"
#include "unet/models/layer_outputs.hpp"
#include "unet/models/unet.hpp"
#include "unet/train/checkpoint.hpp"

namespace bf16_library_test {

using Net = unet::UNet<1, 1, 4, 2>;
using unet::HostTensor;
using unet::Index;
using unet::Trainer;

namespace {

HostTensor<float> images(std::uint32_t seed, Index n) {
  HostTensor<float> x({n, 16, 12, 1});
  unet::Random random(seed, unet::Purpose::test);
  for (float& value : x.values) value = static_cast<float>(random.uniform());
  return x;
}

unet::Batch toy_batch() {
  std::vector<Index> numbers(8);
  std::iota(numbers.begin(), numbers.end(), Index{0});
  return unet::load_batch(ToySet(8, 0, 16), numbers);
}

/// Loss of a training pass at these values, and its gradient.
template <class B>
std::pair<double, std::vector<float>> loss_and_gradient(const unet::Values<float>& values) {
  Trainer<Net, B> trainer({}, values);
  const double loss = unet::mean(trainer.compute_gradients(toy_batch())).loss;
  return {loss, trainer.gradients().to_host(trainer.model().context())};
}

double length(const std::vector<float>& v) { return std::sqrt(std::inner_product(v.begin(), v.end(), v.begin(), 0.0)); }

/// |a - b| / |b|
double relative_distance(const std::vector<float>& a, const std::vector<float>& b) {
  std::vector<float> difference(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) difference[i] = a[i] - b[i];
  return length(difference) / length(b);
}

}  // namespace

TEST_CASE("the gradient is the slope of the loss along itself, and float's but for rounding") {
  const auto start = unet::initial_values<Net, float>(1);
  const auto [loss, gradient] = loss_and_gradient<FastNarrow>(start);
  const auto [exact_loss, exact_gradient] = loss_and_gradient<Float>(start);
  CHECK(std::abs(loss - exact_loss) < 0.01);
  CHECK(loss != exact_loss);  // it does round
  CHECK(relative_distance(gradient, exact_gradient) < 0.1);

  const double size = length(gradient), step = 0.02;
  const auto loss_at = [&, &gradient = gradient](double distance) {
    auto moved = start;
    for (std::size_t i = 0; i < gradient.size(); ++i)
      moved.parameters[i] += static_cast<float>(distance / size * gradient[i]);
    return loss_and_gradient<FastNarrow>(moved).first;
  };
  const double slope = (loss_at(step) - loss_at(-step)) / (2 * step);
  CHECK(std::abs(slope / size - 1) < 0.05);
}

TEST_CASE("it learns: bright rectangles are found; checkpoints keep all of it") {
  unet::TrainOptions options;
  options.epochs = 12;
  options.batch_size = 4;
  options.learning_rate = 0.01;
  Trainer<Net, FastNarrow> trainer(options);
  CHECK(trainer.fit(ToySet(32, 0, 16), ToySet(16, 1000, 16)));
  CHECK(trainer.state().best > 0.85);
  const TemporaryFolder folder;
  save_checkpoint(trainer, folder / "last.safetensors");
  check_same(unet::load_checkpoint<Net, float>(unet::SafetensorsReader(folder / "last.safetensors")),
             trainer.snapshot());
}

TEST_CASE("logits and inner maps are near float's; outputs of many layers are those of each") {
  unet::Model<Net, FastNarrow> model(3);
  unet::Model<Net, Float> exact(3);
  const auto x = images(1, 2);
  CHECK(relative_distance(model(x.view()).values, exact(x.view()).values) < 0.05);
  const auto latent = model.output<unet::latent>(x.view());
  CHECK(relative_distance(latent.values, exact.output<unet::latent>(x.view()).values) < 0.05);
  const auto outputs = unet::layer_outputs(
      model, {unet::layer_index<Net, unet::latent>(), unet::layer_index<Net, unet::encoder<1>>()}, x.view());
  CHECK(outputs.at(0).values == latent.values);
  CHECK(outputs.at(1).values == model.output<unet::encoder<1>>(x.view()).values);
  unet::ChannelMoments moments(outputs[1].shape.c);
  moments.add(std::as_const(outputs[1]).view());
  CHECK(moments.mean().allFinite());
}

TEST_CASE("latents of k-means: distances are near float's") {
  const auto gram = [](auto model) {
    const auto latents = model.template output<unet::latent>(images(4, 6).view());
    return unet::centred_gram(unet::RowView(latents.values.data(), 6, latents.shape.size() / 6));
  };
  const Eigen::MatrixXd narrow = gram(unet::Model<Net, FastNarrow>(3)), exact = gram(unet::Model<Net, Float>(3));
  CHECK((narrow - exact).norm() < 0.05 * exact.norm());
}

TEST_CASE("occlusion: both methods give the same bits") {
  occlusion_cases::check_methods_agree<Net, FastNarrow>(12);
  occlusion_cases::check_methods_agree<unet::UNet<2, 3, 2, 1>, FastNarrow>(6);
}

}  // namespace bf16_library_test
