// The synthetic chest images: always the same, exact masks, what is drawn is visible, and not too easy.
#include "unet/chest/phantom.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "unet/data/baseline.hpp"
#include "unet/data/subset.hpp"

namespace phantom_test {

using namespace unet;

namespace {

static_assert(SampleSet<Phantom>);

struct Loaded {
  std::vector<float> image, target;
  bool operator==(const Loaded&) const = default;
};

Loaded load(const Phantom& set, Index i) {
  const Shape s = set.shape();
  Loaded result{std::vector<float>(static_cast<std::size_t>(s.size())),
                std::vector<float>(static_cast<std::size_t>(s.pixels()))};
  set.load(i, View<float>(result.image.data(), s), View<float>(result.target.data(), Shape{1, s.h, s.w, 1}));
  return result;
}

PhantomOptions options(Index count, Index size, std::uint64_t seed = 0) {
  PhantomOptions o;
  o.count = count, o.height = size, o.width = size, o.seed = seed;
  return o;
}

}  // namespace

TEST_CASE("a sample depends on seed, index and size alone") {
  const Phantom few(options(4, 64, 5)), many(options(9, 64, 5)), other(options(4, 64, 6));
  PhantomOptions uncached = options(4, 64, 5);
  uncached.cache_limit_bytes = 0;
  std::string said;
  uncached.message = [&](const std::string& text) { said = text; };
  const Phantom made_each_time(uncached);
  CHECK(few.cached());
  CHECK_FALSE(made_each_time.cached());
  CHECK(said.find("do not fit") != std::string::npos);
  for (Index i = 0; i < 4; ++i) {
    CHECK(load(few, i) == load(many, i));
    CHECK(load(few, i) == load(made_each_time, i));
    CHECK_FALSE(load(few, i) == load(other, i));
    CHECK(few.record(i).id == many.record(i).id);
    CHECK(few.record(i).finding == made_each_time.record(i).finding);
  }
  CHECK_FALSE(load(few, 0) == load(few, 1));
}

TEST_CASE("the same patient at another size, and the same number of threads or not") {
  const Phantom small(options(3, 64)), large(options(3, 128));
  for (Index i = 0; i < 3; ++i) {
    const Loaded a = load(small, i), b = load(large, i);
    CHECK(small.record(i).id == large.record(i).id);
    Index differ = 0;  // the mask is the same region, sampled at other points
    for (Index y = 0; y < 64; ++y)
      for (Index x = 0; x < 64; ++x)
        differ +=
            a.target[static_cast<std::size_t>(y * 64 + x)] != b.target[static_cast<std::size_t>(2 * y * 128 + 2 * x)];
    CHECK(differ < 64 * 64 / 40);
  }
  const int threads = thread_count();
  set_thread_count(1);
  const Phantom serial(options(3, 64));
  set_thread_count(3);
  const Phantom parallel(options(3, 64));
  set_thread_count(threads);
  for (Index i = 0; i < 3; ++i) CHECK(load(serial, i) == load(parallel, i));
}

TEST_CASE("records: ids, half abnormal, both sexes, children and old people, findings") {
  PhantomOptions o = options(300, 8);
  const Phantom set(o);
  CHECK(set.record(0).id.substr(0, 13) == "phantom_0001_");
  std::set<std::string> ids;
  int abnormal = 0, female = 0, children = 0, old = 0;
  for (const Record& r : set.records()) {
    ids.insert(r.id);
    CHECK((r.id.back() == '1') == *r.abnormal);
    CHECK((r.finding == "normal") == !*r.abnormal);
    CHECK(parse_abnormal(r.id, "") == r.abnormal);
    CHECK(r.age >= 1);
    CHECK(r.age <= 89);
    abnormal += *r.abnormal, female += r.sex == Sex::female, children += r.age<12, old += r.age> 65;
  }
  CHECK(ids.size() == 300);
  CHECK(abnormal > 120);
  CHECK(abnormal < 180);
  CHECK(female > 85);
  CHECK(female < 155);
  CHECK(children > 8);
  CHECK(old > 8);
}

TEST_CASE("masks are two fields of a plausible size, darker than what lies around them") {
  const Phantom set(options(60, 64));
  for (Index i = 0; i < set.size(); ++i) {
    CAPTURE(i);
    const Loaded sample = load(set, i);
    double inside = 0, outside = 0, left = 0, right = 0;
    for (Index y = 16; y < 48; ++y)  // the middle of the chest, without the dark background
      for (Index x = 12; x < 52; ++x) {
        const std::size_t at = static_cast<std::size_t>(y * 64 + x);
        CHECK((sample.target[at] == 0 || sample.target[at] == 1));
        (x < 32 ? left : right) += sample.target[at];
        (sample.target[at] > 0 ? inside : outside) += sample.image[at];
      }
    const double count = left + right;
    CHECK(left > 60);
    CHECK(right > 40);
    CHECK(inside / count + 0.05 < outside / (32 * 40 - count));
  }
}

TEST_CASE("women's and children's lungs are smaller") {
  const Phantom set(options(400, 64, 1));
  double women = 0, men = 0, infants = 0;
  int women_count = 0, men_count = 0, infant_count = 0;
  for (Index i = 0; i < set.size(); ++i) {
    const Record& r = set.record(i);
    double area = 0;
    for (const float value : load(set, i).target) area += value;
    if (r.age < 8)
      infants += area, ++infant_count;
    else if (r.age > 16 && r.sex == Sex::female)
      women += area, ++women_count;
    else if (r.age > 16)
      men += area, ++men_count;
  }
  CHECK(women / women_count < 0.95 * men / men_count);
  CHECK(infants / infant_count < 0.75 * men / men_count);
}

TEST_CASE("what is drawn shows: lesions and breasts") {
  // Pixels that differ by more than the grain when the same patient is drawn with and without.
  const auto visible = [](const phantom::ImageAndMask& a, const phantom::ImageAndMask& b) {
    int count = 0;
    for (std::size_t p = 0; p < a.image.size(); ++p) count += std::abs(a.image[p] - b.image[p]) > 0.06f;
    return count;
  };
  int women = 0;
  for (std::uint32_t i = 0; i < 80; ++i) {
    CAPTURE(i);
    const phantom::Anatomy patient = phantom::draw_anatomy(2, i);
    const phantom::ImageAndMask image = phantom::make_image(2, i, 128, 128);
    phantom::Anatomy healthy = patient;
    healthy.effusion = {1, 1};
    const phantom::ImageAndMask without = phantom::make_image(healthy, {}, 2, i, 128, 128);
    CHECK(image.mask == without.mask);
    if (patient.abnormal)
      CHECK(visible(image, without) > 25);
    else
      CHECK(visible(image, without) == 0);

    const bool woman = patient.sex == Sex::female && patient.age > 13;
    CHECK((patient.breast > 0) == woman);
    if (!woman) continue;
    phantom::Anatomy flat = healthy;
    flat.breast = 0;
    CHECK(visible(without, phantom::make_image(flat, {}, 2, i, 128, 128)) > 100);
    ++women;
  }
  CHECK(women > 10);
}

TEST_CASE("the mean mask is no good prediction") {
  for (const Index count : {60, 200}) {
    for (const std::uint64_t seed : {0, 1}) {
      const Phantom set(options(count, 64, seed));
      const double iou = constant_mask_iou(mask_statistics(set).mean_mask(), set);
      CHECK(iou < 0.80);
      CHECK(iou > 0.55);
    }
  }
}

TEST_CASE("channels and sizes that are not square; options out of range") {
  PhantomOptions o = options(2, 32);
  o.width = 48, o.channels = 3;
  Index calls = 0;
  o.progress = [&](Index done, Index total) { calls += done <= total; };
  const Phantom set(o);
  CHECK(calls == 2);
  CHECK(set.shape() == Shape{1, 32, 48, 3});
  const Loaded sample = load(set, 1);
  for (std::size_t p = 0; p < sample.target.size(); ++p) {
    CHECK(sample.image[3 * p] == sample.image[3 * p + 1]);
    CHECK(sample.image[3 * p] == sample.image[3 * p + 2]);
  }
  CHECK_THROWS_AS(load(set, 2), OptionError);
  CHECK_THROWS_AS(load(set, -1), OptionError);
  CHECK_THROWS_AS(Phantom(options(0, 32)), OptionError);
  CHECK_THROWS_AS(Phantom(options(2, 0)), OptionError);
  o.channels = 0;
  CHECK_THROWS_AS(Phantom{o}, OptionError);
}

TEST_CASE("what a callback throws comes out of the constructor, whatever it is") {
  PhantomOptions o = options(8, 16);
  o.progress = [](Index done, Index) {
    if (done == 3) throw 42;
  };
  CHECK_THROWS_AS(Phantom{o}, int);
  o.progress = [](Index, Index) { throw OptionError("stop"); };
  CHECK_THROWS_WITH_AS(Phantom{o}, "stop", OptionError);
  o.progress = [](Index, Index) { throw std::bad_alloc(); };
  CHECK_THROWS_WITH_AS(Phantom{o}, "phantom: no memory for 8 images of 1x16x16x1; ask for fewer or smaller images",
                       Error);
}

}  // namespace phantom_test
