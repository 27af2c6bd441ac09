// Model: images of any size and layout, messages about those that do not fit, values in and out.
#include "unet/models/model.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "../compiled_backends.hpp"
#include "unet/interop/external_view.hpp"
#include "unet/models/unet.hpp"

namespace model_test {

using unet::HostTensor;
using unet::Index;
using unet::Shape;
using unet::ShapeError;
using unet::UNet;

namespace {

using Net = UNet<1, 1, 3, 2>;
using Model = unet::Model<Net, Float>;

HostTensor<float> random_images(Shape shape) {
  HostTensor<float> map(shape);
  unet::Random random(1, unet::Purpose::test);
  for (float& value : map.values) value = static_cast<float>(random.uniform());
  return map;
}

/// Where one is after so many steps from 0, turning round at both ends.
Index walk(Index steps, Index size) {
  Index at = 0, direction = 1;
  for (Index i = 0; i < steps && size > 1; ++i) {
    if (at + direction < 0 || at + direction >= size) direction = -direction;
    at += direction;
  }
  return at;
}

template <class F>
std::string message_of(const F& f) {
  try {
    f();
  } catch (const ShapeError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("reflect: mirrored at the borders, the border pixel itself not repeated") {
  const std::vector<Index> expected = {2, 1, 0, 1, 2, 3, 2, 1, 0, 1, 2, 3};  // of size 4, from -2 on
  for (Index i = 0; i < 12; ++i) CHECK(unet::reflect(i - 2, 4) == expected[static_cast<std::size_t>(i)]);
  CHECK(unet::reflect(5, 1) == 0);
  CHECK(unet::reflect(3, 2) == 1);
}

TEST_CASE("pad_reflect adds rows below and columns on the right") {
  HostTensor<float> image({1, 2, 3, 1});
  image.values = {1, 2, 3,  //
                  4, 5, 6};
  const HostTensor<float> padded = unet::pad_reflect(unet::View<const float>(image.view()), 4);
  CHECK(padded.shape == Shape{1, 4, 4, 1});
  CHECK(padded.values == std::vector<float>{1, 2, 3, 2,  //
                                            4, 5, 6, 5,  //
                                            1, 2, 3, 2,  //
                                            4, 5, 6, 5});
}

TEST_CASE("predict takes any size: padded by hand and cropped, the logits are the same") {
  Model model(3);
  for (const Shape shape :
       {Shape{2, 7, 9, 1}, Shape{1, 1, 1, 1}, Shape{1, 8, 13, 1}, Shape{1, 3, 2, 1}, Shape{1, 8, 12, 1}}) {
    CAPTURE(to_string(shape));
    const HostTensor<float> images = random_images(shape);
    const Index h = unet::round_up(shape.h, 4), w = unet::round_up(shape.w, 4);
    HostTensor<float> padded({shape.n, h, w, 1});
    for (Index n = 0; n < shape.n; ++n)
      for (Index y = 0; y < h; ++y)
        for (Index x = 0; x < w; ++x) padded(n, y, x, 0) = images(n, walk(y, shape.h), walk(x, shape.w), 0);
    const HostTensor<float> whole = model(padded.view()), cropped = model.predict(images.view());
    CHECK(cropped.shape == Shape{shape.n, shape.h, shape.w, 1});
    for (Index n = 0; n < shape.n; ++n)
      for (Index y = 0; y < shape.h; ++y)
        for (Index x = 0; x < shape.w; ++x) CHECK(cropped(n, y, x, 0) == whole(n, y, x, 0));
  }
}

TEST_CASE("images that do not fit: what, where, what to do") {
  Model model;
  CHECK(message_of([&] {
          model(random_images({1, 10, 12, 1}).view());
        }) ==
        "height and width must be multiples of 4 (the net halves them 2 times), but the images are 1x10x12x1; the next "
        "sizes that fit are 12 x 12; Model::predict pads and crops by itself");
  CHECK(message_of([&] {
          model.output<unet::latent>(random_images({1, 12, 2, 1}).view());
        }).find("1x12x2x1") != std::string::npos);
  CHECK(message_of([&] {
          model(random_images({1, 8, 8, 3}).view());
        }) == "the net takes images of 1 channel(s), but was given 1x8x8x3 (batch x height x width x channels)");
  CHECK(message_of([&] {
          model.predict(random_images({1, 7, 8, 2}).view());
        }).find("takes images of 1 channel(s)") != std::string::npos);
  CHECK(message_of([&] { model(random_images({0, 8, 8, 1}).view()); }) == "the net was given an empty batch: 0x8x8x1");
  CHECK(message_of([&] { model(random_images({1, 0, 8, 1}).view()); }).find("empty") != std::string::npos);
  CHECK(message_of([&] { model.predict(random_images({1, 8, 0, 1}).view()); }).find("empty") != std::string::npos);
}

TEST_CASE("images of any stride give the same bits as dense ones") {
  Model model(3);
  const HostTensor<float> dense = random_images({1, 8, 12, 1});
  const HostTensor<float> expected = model(dense.view());
  Eigen::MatrixXf columns(8, 12);
  for (Index y = 0; y < 8; ++y)
    for (Index x = 0; x < 12; ++x) columns(y, x) = dense(0, y, x, 0);
  CHECK(model(unet::image_view(columns)).values == expected.values);
  CHECK(model.predict(unet::image_view(columns)).values == expected.values);
}

TEST_CASE("an image's logits do not depend on the other images of its batch") {
  Model model(3);
  const HostTensor<float> images = random_images({3, 8, 12, 1});
  const HostTensor<float> together = model(images.view());
  for (Index n = 0; n < 3; ++n) {
    const HostTensor<float> alone = model(unet::View<const float>(images.view()).images(n, 1));
    for (Index i = 0; i < 8 * 12; ++i)
      CHECK(alone.values[static_cast<std::size_t>(i)] == together.values[static_cast<std::size_t>(n * 8 * 12 + i)]);
  }
}

TEST_CASE("models can be moved: returned from functions, kept in vectors") {
  const HostTensor<float> images = random_images({1, 8, 8, 1});
  Model model(3);
  const HostTensor<float> expected = model(images.view());
  const auto make = [] {
    Model made(1);
    made.set_values(Model(3).values());
    return made;
  };
  std::vector<Model> models;
  models.push_back(make());
  models.push_back(std::move(model));
  models.emplace_back(3);
  for (Model& each : models) CHECK(each(images.view()).values == expected.values);
  static_assert(!std::is_copy_constructible_v<Model>);
}

TEST_CASE("values out of one model and into another") {
  Model model(3), other(4);
  const HostTensor<float> images = random_images({1, 8, 8, 1});
  const HostTensor<float> expected = model(images.view());
  CHECK(other(images.view()).values != expected.values);
  other.set_values(model.values());
  CHECK(other(images.view()).values == expected.values);
  CHECK(Model(model.values())(images.view()).values == expected.values);
  CHECK(model.values().parameters == unet::initial_values<Net, float>(3).parameters);
}

TEST_CASE("values of another net are refused, and those before stay") {
  Model model(3);
  const auto right = model.values();
  auto one_more = right, no_state = right;
  one_more.parameters.push_back(0);
  no_state.state.clear();
  for (const auto& wrong :
       {one_more, no_state, unet::Values<float>{}, unet::initial_values<UNet<1, 1, 3, 1>, float>(3)}) {
    CHECK_THROWS_AS(Model{wrong}, ShapeError);
    CHECK_THROWS_AS(model.set_values(wrong), ShapeError);
  }
  CHECK(message_of([&] { Model model(one_more); }) ==
        "values of a net with " + std::to_string(Net::extent.parameters + 1) + " parameters and " +
            std::to_string(Net::extent.state) + " state values were given to one with " +
            std::to_string(Net::extent.parameters) + " and " + std::to_string(Net::extent.state) +
            "; take them from a net of the same type");
  CHECK(model.values().parameters == right.parameters);
  CHECK(model.values().state == right.state);
}

TEST_CASE("predict's messages name the shape that was given, not the padded one") {
  Model model(1);
  CHECK(message_of([&] {
          model.predict(random_images({1, 5, 7, 4}).view());
        }) == "the net takes images of 1 channel(s), but was given 1x5x7x4 (batch x height x width x channels)");
  CHECK(message_of([&] {
          model.predict(random_images({2, 0, 7, 1}).view());
        }) == "the net was given an empty batch: 2x0x7x1");
  CHECK(message_of([&] {
          model.predict(random_images({0, 5, 7, 1}).view());
        }) == "the net was given an empty batch: 0x5x7x1");
}

TEST_CASE("a model that is in use says so instead of handing out the same memory twice") {
  Model model(1);
  const HostTensor<float> image = random_images({1, 8, 8, 1});
  const HostTensor<float> expected = model(image.view());
  {
    const auto in_use = model.use();
    CHECK_THROWS_WITH_AS(model(image.view()), doctest::Contains("two threads called it at a time"), unet::Error);
    CHECK_THROWS_WITH_AS(model.set_values(model.values()), doctest::Contains("Give each thread a Predictor"),
                         unet::Error);
  }
  CHECK(model(image.view()).values == expected.values);
  CHECK_THROWS_AS(model(random_images({1, 7, 8, 1}).view()), ShapeError);  // and an error leaves it free
  Model moved = std::move(model);
  CHECK(moved(image.view()).values == expected.values);
}

TEST_CASE("two threads in one model: the right logits or an Error that names the cause, nothing else") {
  Model model(1);
  const HostTensor<float> image = random_images({1, 32, 32, 1});
  const std::vector<float> expected = model(image.view()).values;
  const auto work = [&](int& wrong) {
    for (int i = 0; i < 100; ++i) {
      try {
        wrong += model(image.view()).values != expected;
      } catch (const unet::Error& error) {
        wrong += std::string(error.what()).find("this Model is in use already") == std::string::npos;
      } catch (...) {
        ++wrong;
      }
    }
  };
  int wrong_here = 0, wrong_there = 0;
  std::thread other(work, std::ref(wrong_there));
  work(wrong_here);
  other.join();
  CHECK(wrong_here == 0);
  CHECK(wrong_there == 0);
}

}  // namespace model_test
