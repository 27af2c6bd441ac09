// Reading batches ahead, and sets made of a program's own arrays.
#include "unet/train/batch.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>

#include "toy_set.hpp"

using unet::Batch;
using unet::BatchReader;
using unet::HostTensor;
using unet::Index;
using unet::Samples;
using unet::Shape;
using unet::ShapeError;

namespace {

/// Images that hold their own number; loading number `bad` fails.
struct Numbered {
  Index count, bad = -1;
  Index size() const { return count; }
  Shape shape() const { return {1, 1, 2, 1}; }
  void load(Index i, unet::View<float> image, unet::View<float> target) const {
    if (i == bad) throw std::runtime_error("image " + std::to_string(i) + " is broken");
    for (Index x = 0; x < 2; ++x) {
      *image.at(0, 0, x) = static_cast<float>(10 * i + x);
      *target.at(0, 0, x) = static_cast<float>(i % 2);
    }
  }
};

}  // namespace

TEST_CASE("load_batch reads the samples of the given numbers, in order") {
  const std::vector<Index> numbers = {3, 0, 3};
  const Batch batch = unet::load_batch(Numbered{5}, numbers);
  CHECK(batch.images.shape == Shape{3, 1, 2, 1});
  CHECK(batch.images.values == std::vector<float>{30, 31, 0, 1, 30, 31});
  CHECK(batch.targets.values == std::vector<float>{1, 1, 0, 0, 1, 1});
}

TEST_CASE("the reader goes through the order in batches, the last one smaller") {
  const Numbered set{8};
  const std::vector<Index> order = {7, 6, 5, 4, 3, 2, 1, 0};
  for (const Index first : {0, 2, 7, 8}) {
    CAPTURE(first);
    BatchReader reader(set, order, 3, first);
    std::vector<float> seen;
    while (!reader.done()) {
      const Batch batch = reader.next();
      CHECK(batch.images.shape.n <= 3);
      for (Index n = 0; n < batch.images.shape.n; ++n) seen.push_back(batch.images(n, 0, 0, 0));
    }
    REQUIRE(seen.size() == static_cast<std::size_t>(8 - first));
    for (std::size_t i = 0; i < seen.size(); ++i)
      CHECK(seen[i] == static_cast<float>(10 * order[i + static_cast<std::size_t>(first)]));
  }
}

TEST_CASE("an error while reading ahead is thrown by next(), after the batches before it") {
  const Numbered set{6, 4};
  const std::vector<Index> order = {0, 1, 2, 3, 4, 5};
  BatchReader reader(set, order, 2);
  CHECK(reader.next().images.values.front() == 0);
  CHECK(reader.next().images.values.front() == 20);
  CHECK_FALSE(reader.done());
  CHECK_THROWS_WITH_AS(reader.next(), "image 4 is broken", std::runtime_error);
}

TEST_CASE("a reader may be dropped while it reads") {
  const Numbered set{6, 1};
  const std::vector<Index> order = {0, 1, 2, 3, 4, 5};
  for (int i = 0; i < 20; ++i) BatchReader reader(set, order, 2);
  CHECK(set.size() == 6);
}

TEST_CASE("Samples: a program's own arrays") {
  HostTensor<float> image({1, 2, 3, 2}), mask({1, 2, 3, 1}), large({1, 4, 4, 2}), large_mask({1, 4, 4, 1});
  for (std::size_t i = 0; i < image.values.size(); ++i) image.values[i] = static_cast<float>(i);
  mask.values[4] = 1;
  Samples samples;
  CHECK(samples.size() == 0);
  samples.add(image.view(), mask.view());
  CHECK(samples.size() == 1);
  CHECK(samples.shape() == Shape{1, 2, 3, 2});

  const std::vector<Index> first = {0};
  const Batch batch = unet::load_batch(samples, first);
  CHECK(batch.images.values == image.values);
  CHECK(batch.targets.values == mask.values);

  CHECK_THROWS_WITH_AS(samples.add(large.view(), large_mask.view()),
                       "Samples::add: this image is 1x4x4x2, those before are 1x2x3x2; resize them to one size",
                       ShapeError);
  CHECK_THROWS_WITH_AS(samples.add(image.view(), large_mask.view()),
                       "Samples::add: an image of 1x2x3x2 needs n = 1 and a target of 1x2x3x1, got 1x4x4x1",
                       ShapeError);
  HostTensor<float> two({2, 2, 3, 2});
  CHECK_THROWS_AS(samples.add(two.view(), mask.view()), ShapeError);
  // A window of a larger image is as good.
  samples.add(unet::View<const float>(large.view()).window(1, 1, 2, 3),
              unet::View<const float>(large_mask.view()).window(1, 1, 2, 3));
  CHECK(samples.size() == 2);
}
