// The library on a GPU's backend: inference, training, checkpoints and occlusion, as on Cpu but for rounding.
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "../explain/occlusion_cases.hpp"
#include "../io/temporary_folder.hpp"
#include "../train/same_run.hpp"
#include "../train/toy_training.hpp"
#include "backends.hpp"
#include "machine.hpp"
#include "unet/models/predictor.hpp"
#include "unet/models/unet.hpp"
#include "unet/train/checkpoint.hpp"

namespace library_test {

using unet::bf16;
using unet::Cuda;
using unet::HostTensor;
using unet::Index;
using unet::Model;
using unet::Trainer;
/// Half of its layers are wide enough for tensor cores.
using Net = unet::UNet<1, 1, 8, 1>;

namespace {

/// Relative to the root of the mean square.
double distance(const std::vector<float>& a, const std::vector<float>& b) {
  REQUIRE(a.size() == b.size());
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
    norm += std::pow(static_cast<double>(b[i]), 2);
  }
  return std::sqrt(difference / norm);
}

/// How far a net's results may be from those in float.
template <class T>
constexpr double rounding = sizeof(T) == 2 ? 0.03 : 0.003;

template <class B>
Trainer<Net, B> trained(Index stop = 0) {
  return toy_trained<Net, B>(ToySet(7), ToySet(3, 1000), stop);
}

}  // namespace

TEST_CASE_TEMPLATE("inference, outputs by name, odd sizes and windows", T, float, bf16) {
  Model<Net, Float> expected(3);
  Model<Net, Cuda<T>> model(3);
  const auto x = toy_images(1);
  CHECK(distance(model(x.view()).values, expected(x.view()).values) < rounding<T>);
  CHECK(distance(model.template output<unet::latent>(x.view()).values, expected.output<unet::latent>(x.view()).values) <
        rounding<T>);
  const auto larger = toy_images(2);
  const auto odd = larger.view().window(1, 2, 9, 11);
  CHECK(distance(model.predict(odd).values, expected.predict(odd).values) < rounding<T>);
  CHECK(unet::Predictor(model)(x.view()).values == model(x.view()).values);
}

TEST_CASE_TEMPLATE("gradients of all parameters", T, float, bf16) {
  const unet::Batch batch = unet::load_batch(ToySet(3, 0, 16), std::vector<Index>{0, 1, 2});
  Trainer<Net, Cuda<T>> trainer(toy_options());
  Trainer<Net, Float> expected(toy_options());
  const double loss = unet::mean(trainer.compute_gradients(batch)).loss,
               wanted = unet::mean(expected.compute_gradients(batch)).loss;
  CHECK(std::abs(loss - wanted) < rounding<T> * wanted);
  CHECK(distance(trainer.gradients().to_host(trainer.model().context()),
                 expected.gradients().to_host(expected.model().context())) < 5 * rounding<T>);
}

TEST_CASE_TEMPLATE("training learns what it learns on the processor", T, float, bf16) {
  const unet::Batch batch = unet::load_batch(ToySet(3), std::vector<Index>{0, 1, 2});
  Trainer<Net, Cuda<T>> trainer(toy_options());
  Trainer<Net, Float> expected(toy_options());
  double first = 0, loss = 0, wanted = 0;
  for (int i = 0; i < 12; ++i) {
    loss = unet::mean(trainer.step(batch)).loss;
    wanted = unet::mean(expected.step(batch)).loss;
    if (i == 0) first = loss;
    CHECK(std::abs(loss - wanted) < 0.05 * wanted);
  }
  CHECK(loss < 0.5 * first);
}

TEST_CASE_TEMPLATE("the same bits in every run, in any order of threads, resumed from a file", T, float, bf16) {
  using B = Cuda<T>;
  const TemporaryFolder folder;
  const auto whole = trained<B>().snapshot();
  cuda_test::choose_order(3, true);
  check_same(trained<B>().snapshot(), whole);
  cuda_test::choose_order(0);
  const Trainer<Net, B> stopped = trained<B>(3);
  save_checkpoint(stopped, folder / "last.safetensors");
  Trainer<Net, B> resumed(toy_options(), unet::initial_values<Net, float>(99));
  resumed.restore(unet::load_checkpoint<Net, float>(unet::SafetensorsReader(folder / "last.safetensors")));
  resumed.fit(ToySet(7), ToySet(3, 1000));
  check_same(resumed.snapshot(), whole);
  // The weights file is any backend's, and its verification case is computed here and there.
  unet::save(resumed.best_model(), folder / "best.safetensors");
  Model<Net, Float> on_processor(1);
  unet::load(on_processor, folder / "best.safetensors");
  CHECK(on_processor.values().parameters == resumed.best_model().values().parameters);
}

TEST_CASE("occlusion: recomputed in part it has the bits of the whole") {
  occlusion_cases::check_methods_agree<Net, Cuda<float>>(2);
}

TEST_CASE("passes are recorded and become one graph each, once the workspace grows no more") {
  if (!cuda_test::counts_graphs) return;
  const unet::Batch batch = unet::load_batch(ToySet(3), std::vector<Index>{0, 1, 2});
  Trainer<Net, Cuda<float>> trainer(toy_options());
  const auto x = toy_images(1), larger = toy_images(2);
  for (int i = 0; i < 5; ++i) {
    CHECK(cuda_test::graphs_of([&] { trainer.step(batch); }) == (i >= 2));
    CHECK(cuda_test::graphs_of([&] { trainer.model()(x.view()); }) == (i >= 1));
  }
  CHECK(cuda_test::graphs_of([&] { trainer.model()(larger.view().window(0, 0, 8, 8)); }) == 0);
  trainer.restore(trainer.snapshot());
  CHECK(cuda_test::graphs_of([&] { trainer.step(batch); }) == 0);
}

TEST_CASE("a batch that does not fit is refused with one that does") {
  if (!cuda_test::has_little_memory) return;
  using Train = Trainer<Net, Cuda<float>>;
  Train trainer(toy_options());
  const auto refusal = [&](Index images, Index side) -> std::string {
    unet::Batch batch{HostTensor<float>({images, side, side, 1}), HostTensor<float>({images, side, side, 1})};
    try {
      trainer.step(batch);
    } catch (const unet::OutOfMemory& error) {
      return error.what();
    }
    return "it fits";
  };
  const std::string text = refusal(40, 512);
  CAPTURE(text);
  const std::string before = "; a batch of ";
  REQUIRE(text.find(before) != std::string::npos);
  const Index fits = std::stol(text.substr(text.find(before) + before.size()));
  CHECK(fits > 1);
  CHECK(Train::memory_bytes({fits, 512, 512, 1}) < Index{1} << 30);
  CHECK(Train::memory_bytes({fits + 2, 512, 512, 1}) > (Index{1} << 30) / 10 * 8);
  CHECK(refusal(1, 4096).find("; not even one such image would fit") != std::string::npos);
  CHECK(refusal(2, 8) == "it fits");
}

TEST_CASE("nothing is allocated after the first step of a shape") {
  const unet::Batch batch = unet::load_batch(ToySet(3), std::vector<Index>{0, 1, 2});
  Trainer<Net, Cuda<float>> trainer(toy_options());
  trainer.step(batch);
  CHECK_FALSE(cuda_test::allocates([&] { trainer.step(batch); }));
  void* memory = nullptr;
  CHECK(cuda_test::allocates([&] { memory = Cuda<float>::allocate(Index{1} << 24); }));
  Cuda<float>::deallocate(memory);
}

}  // namespace library_test
