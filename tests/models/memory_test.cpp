// Memory of passes: planned from the type, used to the last byte, and no more than the activations that must be kept.
#include <doctest/doctest.h>

#include "../compiled_backends.hpp"
#include "unet/models/unet.hpp"
#include "unet/train/trainer.hpp"

namespace memory_test {

using unet::Batch;
using unet::HostTensor;
using unet::Index;
using unet::Model;
using unet::Planner;
using unet::Shape;
using unet::Trainer;
using unet::UNet;

namespace {

using Paper = UNet<1, 1, 32, 4>;

/// Bytes of activations in Trainer::memory_bytes, which counts values, gradients, two moments, the best epoch's values, and
/// two batches.
template <class Net>
Index training_activations(Shape batch) {
  return Trainer<Net, Planner<float>>::memory_bytes(batch) - 4 * (5 * Net::extent.parameters + 2 * Net::extent.state) -
         2 * unet::batch_bytes<Planner<float>>(batch);
}

/// Bytes of all ReLU outputs: per level two blocks down, the up-convolution, two blocks up; two blocks at the bottom.
Index relu_outputs(Shape s, Index base, int depth) {
  Index values = 0;
  for (int k = 0; k < depth; ++k) values += 5 * (s.pixels() >> (2 * k)) * (base << k);
  values += 2 * (s.pixels() >> (2 * depth)) * (base << depth);
  return 4 * values;
}

template <class Net, class Name>
void check_output(Shape shape) {
  Model<Net, Float> model;
  const HostTensor<float> images(shape);
  model.template output<Name>(images.view());
  const Index planned = Model<Net, Float>::template activation_bytes<Name>(shape);
  CHECK(model.arena().capacity() == planned);
  CHECK(model.arena().peak() == planned);
}

template <class Net>
void check_passes(Shape shape) {
  CAPTURE(to_string(shape));
  check_output<Net, unet::Position<>>(shape);
  check_output<Net, unet::latent>(shape);
  check_output<Net, unet::decoder<1>>(shape);

  const Batch batch{HostTensor<float>(shape), HostTensor<float>({shape.n, shape.h, shape.w, 1})};
  Model<Net, Float> model;
  unet::evaluate_batch(model, batch, 1);
  CHECK(model.arena().capacity() == unet::evaluate_bytes<Net, Float>(shape));
  CHECK(model.arena().peak() == model.arena().capacity());

  Trainer<Net, Float> trainer{unet::TrainOptions{}};
  trainer.compute_gradients(batch);
  CHECK(trainer.model().arena().capacity() == training_activations<Net>(shape));
  CHECK(trainer.model().arena().peak() == trainer.model().arena().capacity());
  trainer.compute_gradients(batch);  // a second pass fits too: all was given back
  CHECK(trainer.model().arena().peak() == trainer.model().arena().capacity());
}

}  // namespace

TEST_CASE("a pass fits into what was planned for it, and uses all of it") {
  check_passes<UNet<1, 1, 3, 2>>({2, 8, 12, 1});
  check_passes<UNet<1, 1, 3, 2>>({1, 4, 4, 1});
  check_passes<UNet<3, 4, 5, 1>>({3, 2, 6, 3});
  check_passes<unet::UNetOf<1, 1, unet::Widths<3, 5, 4>, unet::Conv3x3BNReLU>>({2, 8, 12, 1});
}

TEST_CASE("training keeps the ReLU outputs and little else") {
  for (const Shape batch : {Shape{8, 256, 256, 1}, Shape{1, 512, 512, 1}, Shape{8, 128, 128, 1}}) {
    CAPTURE(to_string(batch));
    const Index kept = relu_outputs(batch, 32, 4), planned = training_activations<Paper>(batch);
    CHECK(planned > kept);
    // On the way back two gradients of the first level live beside them: three maps are allowed here, 13%.
    CHECK(planned < kept + 3 * 4 * 32 * batch.pixels());
  }
}

TEST_CASE("the paper's net at batch 8, 256 x 256 needs less than half of PyTorch's 2.4 GB") {
  CHECK(Trainer<Paper, Planner<float>>::memory_bytes({8, 256, 256, 1}) < 1'200'000'000);
}

TEST_CASE("inference needs a fraction of what training needs") {
  const Shape shape{1, 512, 512, 1};
  CHECK(Model<Paper, Planner<float>>::activation_bytes(shape) < training_activations<Paper>(shape) / 2);
  // The encoder alone, and even less: no decoder's maps.
  CHECK(Model<Paper, Planner<float>>::activation_bytes<unet::latent>(shape) <=
        Model<Paper, Planner<float>>::activation_bytes(shape));
}

}  // namespace memory_test
