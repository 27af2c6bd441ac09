// The whole library on a backend that computes beside the host in memory of its own: the same bits as on Cpu. Each test runs
// twice, the backend's work beginning at once and as late as possible.
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "../explain/occlusion_cases.hpp"
#include "../io/temporary_folder.hpp"
#include "../train/same_run.hpp"
#include "../train/toy_training.hpp"
#include "async_backend.hpp"
#include "unet/cluster/gram.hpp"
#include "unet/models/layer_outputs.hpp"
#include "unet/models/predictor.hpp"
#include "unet/models/unet.hpp"
#include "unet/train/checkpoint.hpp"

namespace async_library_test {

using Device = Async<Float>;
using Net = unet::UNet<1, 1, 3, 2>;
using unet::HostTensor;
using unet::Index;
using unet::Model;
using unet::Trainer;

namespace {

/// Calls check() with work that begins at once and with work that begins late.
template <class Check>
void both_starts(const Check& check) {
  for (const async::Start start : {async::Start::at_once, async::Start::when_waited_for}) {
    INFO((start == async::Start::at_once ? "work begins at once" : "work begins when it is waited for"));
    async::start = start;
    check();
    async::start = async::Start::at_once;
  }
}

void check_equal(const HostTensor<float>& a, const HostTensor<float>& b) {
  CHECK(a.shape == b.shape);
  CHECK(a.values == b.values);
}

template <class B>
Trainer<Net, B> trained(Index stop = 0) {
  return toy_trained<Net, B>(ToySet(10), ToySet(4, 1000), stop);
}

}  // namespace

TEST_CASE("inference and outputs by name") {
  both_starts([] {
    Model<Net, Float> expected(3);
    Model<Net, Device> model(3);
    const auto x = toy_images(1);
    check_equal(model(x.view()), expected(x.view()));
    const HostTensor<float> odd({1, 9, 11, 1});
    check_equal(model.predict(odd.view()), expected.predict(odd.view()));
    check_equal(model.output<unet::latent>(x.view()), expected.output<unet::latent>(x.view()));
    check_equal(model.output<unet::encoder<1>>(x.view()), expected.output<unet::encoder<1>>(x.view()));
    check_equal(model.output<unet::decoder<1>>(x.view()), expected.output<unet::decoder<1>>(x.view()));
    // Windows of larger maps, and values that are set anew: packed weights are made again.
    const auto wide = toy_images(2, 3);
    const auto window = wide.view().window(2, 4, 8, 8).images(1, 2);
    check_equal(model(window), expected(window));
    model.set_values(unet::initial_values<Net, float>(8));
    expected.set_values(unet::initial_values<Net, float>(8));
    check_equal(model(x.view()), expected(x.view()));
    check_equal(unet::Predictor(model)(x.view()), expected(x.view()));
    model.set_values(unet::initial_values<Net, float>(9));  // packed by the predictor's constructor
    expected.set_values(unet::initial_values<Net, float>(9));
    check_equal(unet::Predictor(model)(x.view()), expected(x.view()));
    model.keep_packed(false);
    check_equal(model(x.view()), expected(x.view()));
  });
}

TEST_CASE("outputs of many layers, as feature maps and their statistics need them") {
  both_starts([] {
    Model<Net, Float> expected(3);
    Model<Net, Device> model(3);
    const auto x = toy_images(1);
    std::vector<std::size_t> layers(15);
    std::iota(layers.begin(), layers.end(), std::size_t{0});
    const auto outputs = unet::layer_outputs(model, layers, x.view());
    const auto wanted = unet::layer_outputs(expected, layers, x.view());
    for (std::size_t i = 0; i < layers.size(); ++i) check_equal(outputs[i], wanted[i]);
  });
}

TEST_CASE("latents for k-means") {
  both_starts([] {
    const auto gram = [](auto model) {
      const auto latents = model.template output<unet::latent>(toy_images(4, 6).view());
      return unet::centred_gram(unet::RowView(latents.values.data(), 6, latents.shape.size() / 6));
    };
    CHECK(gram(Model<Net, Device>(3)) == gram(Model<Net, Float>(3)));
  });
}

TEST_CASE("training, validation, and the best epoch") {
  both_starts([] {
    Trainer<Net, Device> trainer = trained<Device>();
    Trainer<Net, Float> expected = trained<Float>();
    check_same(trainer.snapshot(), expected.snapshot());
    check_equal(trainer.best_model()(toy_images(1).view()), expected.best_model()(toy_images(1).view()));
    const auto results = unet::evaluate(trainer.model(), ToySet(5, 50)),
               wanted = unet::evaluate(expected.model(), ToySet(5, 50));
    REQUIRE(results.size() == wanted.size());
    for (std::size_t i = 0; i < results.size(); ++i) CHECK(results[i].loss == wanted[i].loss);
  });
}

TEST_CASE("several classes") {
  both_starts([] {
    using Several = unet::UNet<2, 3, 2, 1>;
    unet::Batch batch{HostTensor<float>({2, 8, 6, 2}), HostTensor<float>({2, 8, 6, 1})};
    unet::Random random(6, unet::Purpose::test);
    for (float& value : batch.images.values) value = static_cast<float>(random.uniform());
    for (float& value : batch.targets.values) value = static_cast<float>(random.below(3));
    Trainer<Several, Device> trainer({});
    Trainer<Several, Float> expected({});
    for (int i = 0; i < 3; ++i) CHECK(unet::mean(trainer.step(batch)).loss == unet::mean(expected.step(batch)).loss);
    check_same(trainer.snapshot(), expected.snapshot());
  });
}

TEST_CASE("a net of another block") {
  both_starts([] {
    using Other = unet::UNetOf<1, 1, unet::Widths<2, 3>, unet::Conv3x3BNReLU>;
    const unet::Batch batch = unet::load_batch(ToySet(3), std::vector<Index>{0, 1, 2});
    Trainer<Other, Device> trainer({});
    Trainer<Other, Float> expected({});
    for (int i = 0; i < 3; ++i) CHECK(unet::mean(trainer.step(batch)).loss == unet::mean(expected.step(batch)).loss);
    check_same(trainer.snapshot(), expected.snapshot());
    const HostTensor<float> x({1, 8, 8, 1});
    check_equal(trainer.model()(x.view()), expected.model()(x.view()));
  });
}

TEST_CASE("a stopped run goes on from a snapshot, and from a checkpoint in a file") {
  both_starts([] {
    const TemporaryFolder folder;
    const auto whole = trained<Float>().snapshot();
    const Trainer<Net, Device> stopped = trained<Device>(6);
    save_checkpoint(stopped, folder / "last.safetensors");
    const unet::SafetensorsReader file(folder / "last.safetensors");
    const auto loaded = unet::load_checkpoint<Net, float>(file);
    check_same(loaded, stopped.snapshot());
    for (const auto& from : {stopped.snapshot(), loaded}) {
      Trainer<Net, Device> trainer(toy_options(), unet::initial_values<Net, float>(99));
      trainer.restore(from);
      trainer.fit(ToySet(10), ToySet(4, 1000));
      check_same(trainer.snapshot(), whole);
    }
    unet::save(stopped.best_model(), folder / "best.safetensors");
    Model<Net, Device> best(1);
    unet::load(best, folder / "best.safetensors");
    CHECK(unet::verify(best, unet::SafetensorsReader(folder / "best.safetensors")));
    CHECK(best.values().parameters == stopped.best_model().values().parameters);
  });
}

TEST_CASE("occlusion: both methods, every fill and score") {
  both_starts([] {
    occlusion_cases::check_methods_agree<Net, Device>(6);
    auto model = occlusion_cases::trained_model<Net, Device>(5);
    auto expected = occlusion_cases::trained_model<Net, Float>(5);
    const auto sample = occlusion_cases::draw_sample(16, 24, 1, 1, 5);
    unet::OcclusionOptions options;
    options.patch = 5;
    options.stride = 6;
    for (int i = 0; i < 15; ++i) {
      options.fill = static_cast<unet::OcclusionFill>(i % 5);
      options.score = static_cast<unet::OcclusionScore>(i % 3);
      const auto map = unet::occlusion(model, sample.x(), sample.t(), options);
      CHECK(occlusion_cases::same_bits(map, unet::occlusion(expected, sample.x(), sample.t(), options)));
    }
  });
}

TEST_CASE("two models in one thread, taking turns") {
  both_starts([] {
    Model<Net, Float> expected(3), expected_other(4);
    Model<Net, Device> model(3), other(4);
    Trainer<Net, Device> trainer(toy_options());
    Trainer<Net, Float> expected_trainer(toy_options());
    const unet::Batch batch = unet::load_batch(ToySet(3), std::vector<Index>{0, 1, 2});
    for (std::uint32_t i = 0; i < 4; ++i) {
      const auto x = toy_images(i);
      const auto one = model(x.view()), two = other(x.view());
      trainer.step(batch);
      expected_trainer.step(batch);
      check_equal(one, expected(x.view()));
      check_equal(two, expected_other(x.view()));
      model.set_values(trainer.model().values());
      expected.set_values(expected_trainer.model().values());
    }
  });
}

}  // namespace async_library_test
