// Reading batches ahead, and sets made of a program's own arrays.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>

#include "../compiled_backends.hpp"
#include "lazy_memory.hpp"
#include "toy_set.hpp"
#include "unet/data/subset.hpp"
#include "unet/train/batch_reader.hpp"

namespace batch_test {

using unet::Batch;
using unet::Draw;
using unet::HostTensor;
using unet::Index;
using unet::Samples;
using unet::Shape;
using unet::ShapeError;

namespace {

template <class S>
using Reader = unet::BatchReader<Float, S>;
unet::HostContext context;

/// The images of the reader's next batch.
template <class S>
std::vector<float> next_images(Reader<S>& reader) {
  const unet::DeviceBatch<Float>& batch = reader.next(context);
  const float* const images = batch.images().data;  // Float's memory is the host's
  return {images, images + batch.shape().size()};
}

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

/// The same with variants that hold the draw, too.
struct Varied : Numbered {
  using Numbered::load;
  void load(Index i, Draw draw, unet::View<float> image, unet::View<float> target) const {
    Numbered::load(i, image, target);
    *image.at(0, 0, 1) = static_cast<float>(1000 * draw.seed + 100 * draw.epoch);
  }
};
static_assert(unet::VariedSampleSet<Varied> && !unet::VariedSampleSet<Numbered>);
static_assert(unet::VariedSampleSet<unet::Subset<Varied>> && !unet::VariedSampleSet<unet::Subset<Numbered>>);

}  // namespace

TEST_CASE("load_batch reads the samples of the given numbers, in order") {
  const std::vector<Index> numbers = {3, 0, 3};
  const Batch batch = unet::load_batch(Numbered{5}, numbers);
  CHECK(batch.images.shape == Shape{3, 1, 2, 1});
  CHECK(batch.images.values == std::vector<float>{30, 31, 0, 1, 30, 31});
  CHECK(batch.targets.values == std::vector<float>{1, 1, 0, 0, 1, 1});
}

TEST_CASE("load_batch reads the same by any number of threads, and several samples at a time") {
  const ToySet set(20);
  std::vector<Index> numbers;
  for (Index i = 0; i < 20; ++i) numbers.push_back((7 * i) % 20);
  const Batch expected = unet::load_batch(set, numbers, {}, 1);
  for (const int threads : {2, 3, 50}) {
    const Batch batch = unet::load_batch(set, numbers, {}, threads);
    CHECK(batch.images.values == expected.images.values);
    CHECK(batch.targets.values == expected.targets.values);
  }

  /// Each load waits until another one has begun as well.
  struct Together : Numbered {
    std::atomic<int>* loading;
    void load(Index i, unet::View<float> image, unet::View<float> target) const {
      ++*loading;
      const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
      while (*loading < 2 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
      Numbered::load(i, image, target);
    }
  };
  std::atomic<int> loading = 0;
  const std::vector<Index> two = {0, 1};
  unet::load_batch(Together{{2}, &loading}, two, {}, 2);
  CHECK(loading == 2);
}

TEST_CASE("of several samples that can not be read, the first one's error is thrown, whatever the number of threads") {
  struct Broken : Numbered {
    void load(Index i, unet::View<float>, unet::View<float>) const {
      if (i == 3) std::this_thread::sleep_for(std::chrono::milliseconds(20));  // its error comes after that of 4
      if (i >= 3) throw std::runtime_error("image " + std::to_string(i) + " is broken");
    }
  };
  const std::vector<Index> numbers = {0, 1, 2, 3, 4, 5, 6, 7};
  for (const int threads : {1, 2, 5, 20}) {
    CAPTURE(threads);
    CHECK_THROWS_WITH_AS(unet::load_batch(Broken{{8}}, numbers, {}, threads), "image 3 is broken", std::runtime_error);
  }
}

TEST_CASE("variants of samples: of a set that has them, when they are asked for, through a subset as well") {
  const std::vector<Index> numbers = {2, 0};
  CHECK(unet::load_batch(Varied{{3}}, numbers).images.values == std::vector<float>{20, 21, 0, 1});
  const Draw draw{4, 2};
  CHECK(unet::load_batch(Varied{{3}}, numbers, draw).images.values == std::vector<float>{20, 4200, 0, 4200});
  CHECK(unet::load_batch(Numbered{3}, numbers, draw).images.values == std::vector<float>{20, 21, 0, 1});

  const Varied whole{{3}};
  const unet::Subset<Varied> subset(whole, {1, 2});
  const std::vector<Index> second = {1};
  CHECK(unet::load_batch(subset, second, draw).images.values == std::vector<float>{20, 4200});
  CHECK(unet::load_batch(subset, second).images.values == std::vector<float>{20, 21});

  Reader<unet::Subset<Varied>> reader(subset, {.samples = second, .draw = draw});
  CHECK(next_images(reader) == std::vector<float>{20, 4200});
}

TEST_CASE("the reader goes through the order in batches, the last one smaller") {
  const Numbered set{8};
  const std::vector<Index> order = {7, 6, 5, 4, 3, 2, 1, 0};
  for (const Index first : {0, 2, 7, 8}) {
    CAPTURE(first);
    Reader<Numbered> reader(set, {order, 3, first});
    std::vector<float> seen;
    while (!reader.done()) {
      const unet::DeviceBatch<Float>& batch = reader.next(context);
      CHECK(batch.shape().n <= 3);
      for (Index n = 0; n < batch.shape().n; ++n) {
        seen.push_back(*batch.images().at(n, 0, 0));
        CHECK(*batch.targets().at(n, 0, 1) == static_cast<Index>(seen.back()) / 10 % 2);
      }
    }
    REQUIRE(seen.size() == static_cast<std::size_t>(8 - first));
    for (std::size_t i = 0; i < seen.size(); ++i)
      CHECK(seen[i] == static_cast<float>(10 * order[i + static_cast<std::size_t>(first)]));
  }
}

TEST_CASE("an error while reading ahead is thrown by next(), after the batches before it") {
  const Numbered set{6, 4};
  const std::vector<Index> order = {0, 1, 2, 3, 4, 5};
  Reader<Numbered> reader(set, {order, 2});
  CHECK(next_images(reader).front() == 0);
  CHECK(next_images(reader).front() == 20);
  CHECK_FALSE(reader.done());
  CHECK_THROWS_WITH_AS(reader.next(context), "image 4 is broken", std::runtime_error);
}

TEST_CASE("a reader may be moved while it reads") {
  const Numbered set{400};
  std::vector<Index> order;
  for (Index i = 0; i < 400; ++i) order.push_back(i);
  std::vector<Reader<Numbered>> readers;
  readers.emplace_back(set, unet::BatchOrder{order, 4});
  for (float expected = 0; !readers.back().done(); expected += 40) {
    readers.push_back(std::move(readers.back()));  // moves those before, too, when the vector grows
    REQUIRE(next_images(readers.back()).front() == expected);
  }
}

TEST_CASE("on a device that puts copies off, batches of changing sizes are there when they are computed with") {
  const Numbered set{23};
  std::vector<Index> order;
  for (Index i = 0; i < 23; ++i) order.push_back((5 * i) % 23);
  LazyMemory::Context computing;
  for (const bool at_once :
       {false, true}) {  // computing happens late, or before the copies if those are not waited for
    CAPTURE(at_once);
    unet::Buffer<LazyMemory, float> images(2 * 23);
    unet::Buffer<LazyMemory, double> targets(2 * 23);
    {
      unet::BatchReader<LazyMemory, Numbered> reader(set, {order, 3});
      for (Index done = 0; !reader.done();) {
        const unet::DeviceBatch<LazyMemory>& batch = reader.next(computing);
        const Index size = batch.shape().size();
        CHECK(batch.host_targets().data[0] == order[static_cast<std::size_t>(done / 2)] % 2);
        LazyMemory::copy(computing, batch.images().data, images.data() + done, size * Index{sizeof(float)});
        LazyMemory::copy(computing, batch.targets().data, targets.data() + done, size * Index{sizeof(double)});
        if (at_once) LazyMemory::wait(LazyMemory::record(computing));
        done += size;
      }
    }
    const std::vector<float> seen = images.to_host(computing);
    const std::vector<double> seen_targets = targets.to_host(computing);
    for (std::size_t i = 0; i < seen.size(); ++i) {
      CHECK(seen[i] == static_cast<float>(10 * order[i / 2] + static_cast<Index>(i % 2)));
      CHECK(seen_targets[i] == static_cast<double>(order[i / 2] % 2));
    }
  }

  const Numbered broken{8, 5};
  const std::vector<Index> numbers = {0, 1, 2, 3, 4, 5, 6, 7};
  unet::BatchReader<LazyMemory, Numbered> reader(broken, {numbers, 2});
  CHECK(reader.next(computing).host_targets().data[0] == 0);
  CHECK(reader.next(computing).shape().n == 2);
  CHECK_THROWS_WITH_AS(reader.next(computing), "image 5 is broken", std::runtime_error);
}

TEST_CASE("a batch in host memory as feature maps and targets of other types") {
  Batch batch{HostTensor<float>({2, 1, 2, 1}), HostTensor<float>({2, 1, 2, 1})};
  batch.images.values = {1, 2, 3, 4};
  batch.targets.values = {0, 1, 1, 0};
  unet::DeviceBatch<LazyMemory> there;
  LazyMemory::Context computing, copies;
  there.fill(batch);
  there.upload(copies);
  there.await(computing);
  unet::Buffer<LazyMemory, double> targets(4);
  LazyMemory::copy(computing, there.targets().data, targets.data(), 4 * Index{sizeof(double)});
  there.release(computing);
  there.wait();
  batch.targets.values = {1, 1, 1, 1};
  there.fill(batch);
  there.upload(copies);  // not before the copy above, which nobody has waited for yet
  there.wait();
  CHECK(targets.to_host(computing) == std::vector<double>{0, 1, 1, 0});
}

TEST_CASE("ranks read parts of each batch that are together the batch") {
  const Numbered set{11};
  const std::vector<Index> order = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0};
  for (const int ranks : {1, 2, 3, 5}) {
    CAPTURE(ranks);
    std::vector<std::vector<float>> batches(3);  // of 4, 4 and 3 images
    for (int rank = 0; rank < ranks; ++rank) {
      Reader<Numbered> reader(set, {.samples = order, .size = 4, .share = {rank, ranks}});
      for (std::vector<float>& batch : batches) {
        const std::vector<float> part = next_images(reader);
        CHECK(part.size() <= 2 * static_cast<std::size_t>((4 + ranks - 1) / ranks));
        batch.insert(batch.end(), part.begin(), part.end());
      }
      CHECK(reader.done());
    }
    CHECK(batches[0] == std::vector<float>{100, 101, 90, 91, 80, 81, 70, 71});
    CHECK(batches[1] == std::vector<float>{60, 61, 50, 51, 40, 41, 30, 31});
    CHECK(batches[2] == std::vector<float>{20, 21, 10, 11, 0, 1});
  }
}

TEST_CASE("a reader may be dropped while it reads") {
  const Numbered set{6, 1};
  const std::vector<Index> order = {0, 1, 2, 3, 4, 5};
  for (int i = 0; i < 20; ++i) Reader<Numbered> reader(set, {order, 2});
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

}  // namespace batch_test
