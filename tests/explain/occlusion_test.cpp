// Occlusion maps against images that are occluded, computed and scored by hand; what they do not depend on; errors.
#include "unet/explain/occlusion/occlusion.hpp"

#include <set>

#include "../compiled_backends.hpp"
#include "occlusion_cases.hpp"
#include "unet/core/parallel.hpp"

namespace occlusion_test {

using namespace occlusion_cases;
using doctest::Approx;
using unet::OptionError;
using unet::ShapeError;
using unet::UNet;

namespace {

using Net = UNet<1, 1, 4, 2>;
constexpr Index height = 24, width = 32;

struct Fixture {
  unet::Model<Net, Float> model = trained_model<Net, Float>(5);
  Sample sample = draw_sample(height, width, 1, 1, 5);
  OcclusionOptions options = [] {
    OcclusionOptions o;
    o.patch = 6;
    o.stride = 5;
    return o;
  }();

  OcclusionMap run() { return occlusion(model, sample.x(), sample.t(), options); }

  /// Logits when the patch at (row, column) is replaced by value(y, x), the coordinates being the image's.
  template <class F>
  HostTensor<float> logits(Index row, Index column, const F& value) {
    HostTensor<float> image = sample.image;
    for (Index y = row * options.stride; y < std::min(row * options.stride + options.patch, height); ++y)
      for (Index x = column * options.stride; x < std::min(column * options.stride + options.patch, width); ++x)
        image(0, y, x, 0) = value(y, x);
    return model(std::as_const(image).view());
  }
  double loss(const HostTensor<float>& z) const {
    double sum = 0;
    for (std::size_t i = 0; i < z.values.size(); ++i) {
      const double p = 1 / (1 + std::exp(-static_cast<double>(z.values[i])));
      sum -= sample.target.values[i] > 0 ? options.pos_weight * std::log(p) : std::log(1 - p);
    }
    return sum / static_cast<double>(z.values.size());
  }
};

float black(Index, Index) { return 0; }

}  // namespace

TEST_CASE_FIXTURE(Fixture, "positions cover the image, the last ones cut off at the border") {
  options.fill = OcclusionFill::black;
  options.pos_weight = 2.5;
  const OcclusionMap map = run();
  CHECK(map.rows == 5);
  CHECK(map.columns == 7);
  CHECK(map.patch == 6);
  CHECK(map.stride == 5);
  REQUIRE(map.score.size() == 35);
  CHECK(map.reference == Approx(loss(model(sample.x()))).epsilon(1e-7));
  for (const auto& [row, column] : {std::pair<Index, Index>{0, 0}, {2, 3}, {4, 6}, {4, 0}}) {
    const std::size_t i = static_cast<std::size_t>(row * 7 + column);
    CHECK(map.score[i] == Approx(loss(logits(row, column, black))).epsilon(1e-7));
    CHECK(map.score[i] != map.reference);
    CHECK(map.standard_error[i] == 0);
  }
}

TEST_CASE_FIXTURE(Fixture, "scores: 1 - IoU, and the share of pixels whose class changes") {
  options.fill = OcclusionFill::black;
  const HostTensor<float> before = model(sample.x()), after = logits(2, 3, black);
  double both = 0, either = 0, changed = 0;
  for (std::size_t i = 0; i < after.values.size(); ++i) {
    const bool predicted = after.values[i] > 0, truth = sample.target.values[i] > 0;
    both += predicted && truth;
    either += predicted || truth;
    changed += predicted != (before.values[i] > 0);
  }
  REQUIRE(changed > 0);
  options.score = OcclusionScore::iou;
  CHECK(run().score[2 * 7 + 3] == Approx(1 - both / either));
  options.score = OcclusionScore::prediction;
  const OcclusionMap map = occlusion(model, sample.x(), {}, options);
  CHECK(map.score[2 * 7 + 3] == Approx(changed / (height * width)));
  CHECK(map.reference == 0);
}

TEST_CASE("the share of pixels whose class changes, of several classes") {
  using Several = UNet<1, 3, 4, 1>;
  auto model = trained_model<Several, Float>(6);
  Sample sample = draw_sample(16, 16, 1, 3, 6);
  OcclusionOptions options;
  options.patch = 8;
  options.stride = 8;
  options.fill = OcclusionFill::black;
  options.score = OcclusionScore::prediction;
  const OcclusionMap map = occlusion(model, sample.x(), {}, options);
  const HostTensor<float> before = model(sample.x());
  for (Index y = 8; y < 16; ++y) std::fill_n(&sample.image(0, y, 8, 0), 8, 0.0f);
  const HostTensor<float> after = model(sample.x());
  const auto predicted = [](const HostTensor<float>& z, Index i) {
    const float* const first = z.values.data() + 3 * i;
    return std::max_element(first, first + 3) - first;
  };
  double changed = 0;
  for (Index i = 0; i < 256; ++i) changed += predicted(before, i) != predicted(after, i);
  REQUIRE(changed > 0);
  CHECK(map.score[3] == Approx(changed / 256));
  CHECK(map.reference == 0);
}

TEST_CASE_FIXTURE(Fixture, "uniform noise is that of the position's own stream; draws are averaged") {
  options.seed = 77;
  options.image = 3;
  options.draws = 3;
  double losses[3], sum = 0, squares = 0;
  for (std::uint32_t draw = 0; draw < 3; ++draw) {
    Random position(77, unet::Purpose::occlusion, 20 * width + 30, 3);
    const std::uint64_t low = position(), high = position();
    Random noise(high << 32 | low, unet::Purpose::occlusion, draw);
    std::vector<float> patch(36);
    for (float& value : patch) value = static_cast<float>(noise.uniform());
    const auto value = [&](Index y, Index x) { return patch[static_cast<std::size_t>((y - 20) * 6 + x - 30)]; };
    losses[draw] = loss(logits(4, 6, value));
    sum += losses[draw];
  }
  for (const double one : losses) squares += (one - sum / 3) * (one - sum / 3);
  const OcclusionMap map = run();
  CHECK(map.score.back() == Approx(sum / 3).epsilon(1e-7));
  REQUIRE(squares > 0);
  CHECK(map.standard_error.back() / std::sqrt(squares / 2 / 3) == Approx(1).epsilon(1e-2));
  options.draws = 1;
  CHECK(std::isnan(run().standard_error.back()));
}

TEST_CASE_FIXTURE(Fixture, "noise is another for each position, draw, image and seed") {
  std::set<std::vector<float>> patches;
  HostTensor<float> patch({1, 6, 6, 1});
  for (const std::uint64_t seed : {1, 2})
    for (const std::uint32_t image : {1, 2}) {
      options.seed = seed;
      options.image = image;
      const unet::OcclusionPatches noise(sample.x(), options);
      for (int draw = 0; draw < 2; ++draw)
        for (const Index corner : {0, 5}) {
          noise.fill({{corner, corner + 6}, {10, 16}}, draw, patch.view());
          patches.insert(patch.values);
        }
    }
  CHECK(patches.size() == 16);
}

TEST_CASE_FIXTURE(Fixture, "fills keep to the image's statistics and to [0, 1]") {
  for (float& value : sample.image.values) value = 0.2f + 0.4f * value;  // mean 0.4, standard deviation 0.4 / sqrt(12)
  options.patch = 20;
  HostTensor<float> patch({1, 20, 20, 1});
  const auto fill = [&](OcclusionFill kind) {
    options.fill = kind;
    unet::OcclusionPatches(sample.x(), options).fill({{2, 22}, {6, 26}}, 0, patch.view());
    double sum = 0, squares = 0;
    for (const float value : patch.values) {
      CHECK((value >= 0 && value <= 1));
      sum += static_cast<double>(value);
      squares += static_cast<double>(value * value);
    }
    return std::pair(sum / 400, std::sqrt(squares / 400 - sum * sum / 160000));
  };
  const auto [uniform_mean, uniform_deviation] = fill(OcclusionFill::uniform);
  CHECK(uniform_mean == Approx(0.5).epsilon(0.03));
  CHECK(uniform_deviation == Approx(1 / std::sqrt(12.0)).epsilon(0.02));
  const auto [normal_mean, normal_deviation] = fill(OcclusionFill::normal);
  CHECK(normal_mean == Approx(0.4).epsilon(0.015));
  CHECK(normal_deviation == Approx(0.4 / std::sqrt(12.0)).epsilon(0.01));
  const auto [mean, no_deviation] = fill(OcclusionFill::mean);
  CHECK(mean == Approx(0.4).epsilon(0.01));
  CHECK(no_deviation == Approx(0).epsilon(1e-3));
  const auto [blurred_mean, blurred_deviation] = fill(OcclusionFill::blur);
  CHECK(blurred_mean == Approx(0.4).epsilon(0.015));
  CHECK(blurred_deviation < 0.02);
  CHECK(blurred_deviation > 0);
  CHECK(fill(OcclusionFill::black).first == 0);
  for (std::size_t i = 0; i < sample.image.values.size(); ++i) sample.image.values[i] = i % 2;  // 0 and 1: much to clip
  fill(OcclusionFill::normal);
}

TEST_CASE("a blur is three means of neighbours, reflected at the border") {
  HostTensor<float> line({1, 1, 5, 1});
  line.values = {0, 0, 27, 0, 0};
  const std::vector<float> blurred = unet::blurred(std::as_const(line).view(), 1).values;
  const float expected[] = {6, 7, 7, 7, 6};  // 0 9 9 9 0, then 6 6 9 6 6
  for (std::size_t i = 0; i < 5; ++i) CHECK(blurred[i] == Approx(static_cast<double>(expected[i])).epsilon(1e-5));
}

TEST_CASE_FIXTURE(Fixture, "the same bits for any batch, number of threads and choice of positions") {
  options.draws = 2;
  for (const OcclusionMethod method : {OcclusionMethod::incremental, OcclusionMethod::exact, OcclusionMethod::full}) {
    options.method = method;
    options.batch = 0;
    options.positions.clear();
    const OcclusionMap all = run();
    for (const Index batch : {1, 3, 100}) {
      options.batch = batch;
      CHECK(same_bits(run(), all));
    }
    const int threads = unet::thread_count();
    for (const int count : {1, 2, 3}) {
      unet::set_thread_count(count);
      CHECK(same_bits(run(), all));
    }
    unet::set_thread_count(threads);
    options.positions = {34, 3, 17, 3};
    const OcclusionMap some = run();
    for (std::size_t i = 0; i < some.score.size(); ++i) {
      const bool chosen = i == 34 || i == 3 || i == 17;
      CHECK((chosen ? some.score[i] == all.score[i] : std::isnan(some.score[i])));
      if (chosen) CHECK(some.standard_error[i] == all.standard_error[i]);
    }
  }
}

TEST_CASE_FIXTURE(Fixture, "progress counts occluded images; what it throws passes through") {
  options.draws = 2;
  options.batch = 7;
  std::vector<Index> seen;
  options.on_progress = [&](Index done, Index total) {
    CHECK(total == 70);
    seen.push_back(done);
  };
  const OcclusionMap all = run();
  CHECK(std::is_sorted(seen.begin(), seen.end()));
  CHECK(seen.size() >= 10);
  CHECK(seen.back() == 70);
  options.on_progress = [](Index, Index) { throw std::runtime_error("stop"); };
  CHECK_THROWS_WITH(run(), "stop");
  options.on_progress = {};
  CHECK(same_bits(run(), all));
}

TEST_CASE_FIXTURE(Fixture, "options out of range") {
  const auto refused = [&](auto member, auto value, const char* message) {
    const OcclusionOptions before = options;
    options.*member = value;
    CHECK_THROWS_WITH_AS(run(), doctest::Contains(message), OptionError);
    options = before;
  };
  refused(&OcclusionOptions::patch, 0, "at least 1 pixel a side, not 0");
  refused(&OcclusionOptions::stride, 0, "at least 1 pixel, not 0");
  refused(&OcclusionOptions::draws, 0, "at least 1 draw");
  refused(&OcclusionOptions::batch, -1, "at least 1, or 0 to choose it, not -1");
  refused(&OcclusionOptions::positions, std::vector<Index>{35}, "no occlusion position 35; they are 0 to 34");
  refused(&OcclusionOptions::positions, std::vector<Index>{-1}, "no occlusion position -1");
  options.patch = 25;
  CHECK_THROWS_WITH_AS(run(), doctest::Contains("25 x 25 pixels is larger than the image, which is 24 x 32"),
                       ShapeError);
}

TEST_CASE_FIXTURE(Fixture, "images and targets that do not fit") {
  const HostTensor<float> two({2, height, width, 1}), odd({1, 18, 16, 1}), colour({1, height, width, 3});
  CHECK_THROWS_WITH_AS(occlusion(model, two.view(), sample.t(), options), doctest::Contains("one image"), ShapeError);
  CHECK_THROWS_WITH_AS(occlusion(model, odd.view(), sample.t(), options), doctest::Contains("multiples of 4"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(occlusion(model, colour.view(), sample.t(), options), doctest::Contains("1 channel"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(occlusion(model, sample.x(), odd.view(), options), doctest::Contains("1x24x32x1"), ShapeError);
  CHECK_THROWS_WITH_AS(occlusion(model, sample.x(), {}, options), doctest::Contains("there is none"), OptionError);
  sample.target.values[5] = 3;
  CHECK_THROWS_WITH_AS(run(), doctest::Contains("masks are 0 or 1"), OptionError);
}

namespace {

struct NoPromise : Float {
  static constexpr const char* name = "unsteady";
  static constexpr unet::Index pixel_alignment(unet::Operation) { return 0; }
};

}  // namespace

TEST_CASE("a backend without equal bits in rectangles computes whole images alone") {
  auto model = trained_model<Net, NoPromise>(5);
  const Sample sample = draw_sample(height, width, 1, 1, 5);
  OcclusionOptions options;
  options.positions = {0};
  CHECK_THROWS_WITH_AS(occlusion(model, sample.x(), sample.t(), options),
                       doctest::Contains("backend unsteady does not promise"), OptionError);
  options.method = OcclusionMethod::full;
  CHECK(std::isfinite(occlusion(model, sample.x(), sample.t(), options).score[0]));
}

}  // namespace occlusion_test
