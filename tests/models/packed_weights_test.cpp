// A Model keeps weights in the backend's own form: packed once, made again when values change, never stale.
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "unet/backends/cpu/isa/isa.hpp"
#include "unet/models/model.hpp"
#include "unet/models/predictor.hpp"
#include "unet/models/unet.hpp"

namespace packed_weights_test {

using namespace unet;

namespace {

/// Counts how often weights are packed, and forward convolutions that are given none.
struct Counting : Float {
  static inline int packs = 0, unpacked = 0;

  static void pack(Context& context, WeightShape shape, const float* w, void* to) {
    ++packs;
    Float::pack(context, shape, w, to);
  }
  static void conv3x3_forward(Context& context, const Input& x, Weights w, Out y, Padding padding,
                              const Epilogue& epilogue) {
    unpacked += w.packed == nullptr;
    Float::conv3x3_forward(context, x, w, y, padding, epilogue);
  }
};

/// The inference group and nothing else. (Names from Float, whose other operations are not reachable.)
struct InferenceOnly : private Float {
  using Float::allocate, Float::allocate_host, Float::deallocate, Float::deallocate_host;
  using Float::conv1x1_forward, Float::conv3x3_forward, Float::max_pool_forward, Float::up_conv_forward;
  using Float::copy, Float::copy_to_backend, Float::copy_to_backend_async, Float::copy_to_host, Float::fill;
  using Float::name, Float::host_memory, Float::pixel_alignment, Float::pack, Float::pack_bytes;
  using Float::norm_scale_shift, Float::normalise;
  using Float::record, Float::wait;
  using typename Float::Context, typename Float::Event, typename Float::Scalar, typename Float::Storage;
};
static_assert(InferenceBackend<InferenceOnly> && !Backend<InferenceOnly>);

using Net = UNet<1, 1, 3, 2>;  // ten 3x3 convolutions, two transposed ones, the head

HostTensor<float> image() {
  HostTensor<float> x({1, 16, 16, 1});
  Random random(2, Purpose::test);
  for (float& value : x.values) value = static_cast<float>(random.uniform());
  return x;
}

}  // namespace

TEST_CASE("weights are packed for the first inference and not again") {
  Model<Net, Counting> model(1);
  const HostTensor<float> x = image();
  Counting::packs = Counting::unpacked = 0;
  const auto first = model(x.view());
  CHECK(Counting::packs == 12);  // the head is multiplied as it is
  const auto second = model(x.view());
  model.output<latent>(x.view());
  CHECK(Counting::packs == 12);
  CHECK(Counting::unpacked == 0);
  CHECK(second.values == first.values);
  CHECK(model.packed()->bytes() > 0);
}

TEST_CASE("new values are packed before they are used") {
  Model<Net, Counting> model(1), other(2);
  const HostTensor<float> x = image();
  model(x.view());
  model.set_values(other.values());
  CHECK(model(x.view()).values == other(x.view()).values);
  const std::vector<float> zeros(static_cast<std::size_t>(Net::extent.parameters), 0.0f);
  model.parameters().from_host(model.context(), zeros.data());
  CHECK(model(x.view()).values == std::vector<float>(16 * 16, 0.0f));
}

TEST_CASE("a model that keeps no packed weights gives the same bits") {
  Model<Net, Counting> kept(1), plain(1);
  plain.keep_packed(false);
  const HostTensor<float> x = image();
  Counting::packs = 0;
  const auto logits = plain(x.view());
  CHECK(Counting::packs == 0);
  CHECK(plain.packed() == nullptr);
  CHECK(kept(x.view()).values == logits.values);
}

TEST_CASE("weights that were packed for another instruction set are not used") {
  const HostTensor<float> x = image();
  Model<Net, Float> model(1);
  model(x.view());
  const auto before = cpu::current_isa().load();
  cpu::current_isa() = cpu::Isa::portable;
  Model<Net, Float> fresh(1);
  CHECK(model(x.view()).values == fresh(x.view()).values);
  cpu::current_isa() = before;
}

TEST_CASE("a model whose values are discarded predicts as before, and says so where they are needed") {
  Model<Net, Float> model(1), whole(1);
  const HostTensor<float> x = image();
  model.discard_values();
  CHECK(model(x.view()).values == whole(x.view()).values);
  CHECK(model.output<latent>(x.view()).values == whole.output<latent>(x.view()).values);
  CHECK(Predictor<Net, Float>(model)(x.view()).values == whole(x.view()).values);
  CHECK_THROWS_WITH_AS(model.values(), "discard_values() has given weights back, so values() has nothing to give",
                       Error);
  CHECK_THROWS_AS(model.parameters(), Error);
  CHECK_THROWS_AS(model.keep_packed(false), Error);
  const auto before = cpu::current_isa().load();
  if (before != cpu::Isa::portable) {
    cpu::current_isa() = cpu::Isa::portable;
    CHECK_THROWS_AS(model(x.view()), Error);
    cpu::current_isa() = before;
  }
  model.set_values(whole.values());
  CHECK(model.values().parameters == whole.values().parameters);
  model.keep_packed(false);
  CHECK(model(x.view()).values == whole(x.view()).values);
}

TEST_CASE("discarded weights take no memory") {
  using Large = UNet<1, 1, 32, 2>;
  Model<Large, Float> model(1);
  const float* const parameters = model.slot().parameters;
  model.discard_values();
  const auto& tensors = named_tensors<Large>();
  Index zeros = 0, weights = 0;  // pages that were given back are read as zeros
  for (const NamedTensor& tensor : tensors)
    if (tensor.spec.weight_shape())
      for (Index i = 0; i < tensor.spec.size(); ++i, ++weights) zeros += parameters[tensor.offset + i] == 0;
#if defined(__linux__)
  CHECK(zeros > weights * 8 / 10);
#endif
  CHECK(weights > 300'000);
}

TEST_CASE("where a backend has no form of its own, its values stay") {
  Model<Net, Double> model(1);
  const auto values = model.values().parameters;
  model.discard_values();
  CHECK(model.values().parameters == values);
}

TEST_CASE("a Model needs the inference group of the contract alone") {
  Model<Net, InferenceOnly> model(1);
  Model<Net, Float> full(1);
  const HostTensor<float> x = image();
  CHECK(model(x.view()).values == full(x.view()).values);
}

}  // namespace packed_weights_test
