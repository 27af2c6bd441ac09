// Streamed moments of channels against two passes over all values; what is said of dead and redundant ones.
#include "unet/explain/feature_maps/channel_statistics.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "unet/core/host_tensor.hpp"
#include "unet/core/random.hpp"

namespace channel_statistics_test {

using unet::Index;
using unet::Shape;
using Map = unet::HostTensor<float>;

namespace {

/// Channels 0, 1, 2: independent; then 3 = a copy of 0 scaled and shifted, 4 = minus 1 with a little noise, 5 dead,
/// 6 = a ReLU's output shifted by 0.25, about half zeros.
Map draw(Shape shape, std::uint32_t sample) {
  unet::Random random(11, unet::Purpose::test, 0, sample);
  Map map(shape);
  for (Index n = 0; n < shape.n; ++n)
    for (Index y = 0; y < shape.h; ++y)
      for (Index x = 0; x < shape.w; ++x) {
        float* const v = map.view().at(n, y, x);
        for (Index c = 0; c < 3; ++c) v[c] = static_cast<float>(100 + random.normal());
        v[3] = 3 * v[0] - 7;
        v[4] = static_cast<float>(-v[1] + 0.1 * random.normal());
        v[5] = 0.7f;
        v[6] = std::max(0.0f, static_cast<float>(random.normal())) + 0.25f;
      }
  return map;
}

const std::vector<Map>& maps() {
  static const std::vector<Map> all = {draw({1, 9, 70, 7}, 0), draw({2, 80, 70, 7}, 1), draw({1, 1, 1, 7}, 2)};
  return all;
}

unet::ChannelMoments moments() {
  unet::ChannelMoments result(7);
  for (const Map& map : maps()) result.add(map.view());
  return result;
}

}  // namespace

TEST_CASE("streamed moments are those of all values at once") {
  const unet::ChannelMoments streamed = moments();
  Eigen::MatrixXd all(7, 0);
  for (const Map& map : maps()) {
    const Index before = all.cols();
    all.conservativeResize(7, before + map.shape.pixels());
    for (Index p = 0; p < map.shape.pixels(); ++p)
      for (Index c = 0; c < 7; ++c) all(c, before + p) = map.values[static_cast<std::size_t>(p * 7 + c)];
  }
  CHECK(streamed.pixels() == all.cols());
  CHECK(streamed.pixels() > 4096 * 2);  // several tiles
  const Eigen::VectorXd mean = all.rowwise().mean();
  all.colwise() -= mean;
  const Eigen::MatrixXd covariance = all * all.transpose() / static_cast<double>(all.cols());
  CHECK((streamed.mean() - mean).cwiseAbs().maxCoeff() < 1e-10);
  CHECK((streamed.covariance() - covariance).cwiseAbs().maxCoeff() < 1e-10);
}

TEST_CASE("moments do not depend on the number of threads, nor on strides") {
  const unet::ChannelMoments one = moments();
  unet::set_thread_count(3);
  CHECK(moments().covariance() == one.covariance());
  CHECK(moments().mean() == one.mean());
  unet::set_thread_count(1);

  const Map& map = maps()[1];
  unet::ChannelMoments whole(3), part(3);
  Map copy(Shape{2, 20, 30, 3});
  unet::copy_view(map.view().window(5, 6, 20, 30).channels(2, 3), copy.view());
  whole.add(copy.view());
  part.add(map.view().window(5, 6, 20, 30).channels(2, 3));
  CHECK(whole.covariance() == part.covariance());
}

TEST_CASE("dead channels, zeros behind a batch norm, redundant pairs") {
  const unet::BlockSummary block = unet::summarise(moments());
  REQUIRE(block.channels.size() == 7);
  CHECK(block.dead == 1);
  for (std::size_t c = 0; c < 7; ++c) CHECK(block.channels[c].dead == (c == 5));
  CHECK(block.channels[5].zeros == 1);
  CHECK(block.channels[5].mean == doctest::Approx(0.7));
  CHECK(block.channels[5].standard_deviation == 0);
  CHECK(block.channels[5].partner == -1);
  CHECK(block.channels[6].zeros == doctest::Approx(0.5).epsilon(0.05));
  CHECK(block.channels[0].zeros < 0.01);
  CHECK(block.channels[0].mean == doctest::Approx(100).epsilon(0.001));
  CHECK(block.channels[0].standard_deviation == doctest::Approx(1).epsilon(0.05));

  CHECK(block.pairs == 15);
  CHECK(block.redundant_pairs == 2);
  CHECK(block.channels[0].partner == 3);
  CHECK(block.channels[3].partner == 0);
  CHECK(block.channels[3].largest_correlation == doctest::Approx(1));
  CHECK(block.channels[1].partner == 4);
  CHECK(block.channels[4].largest_correlation == doctest::Approx(1 / std::sqrt(1.01)).epsilon(0.001));
  CHECK(block.channels[6].largest_correlation < 0.05);
  CHECK(block.mean_correlation == doctest::Approx(2.0 / 15).epsilon(0.1));
  CHECK(unet::summarise(moments(), 0.999).redundant_pairs == 1);
}

TEST_CASE("effective rank: independent channels count each, equal ones together") {
  CHECK(unet::effective_rank(Eigen::MatrixXd::Identity(5, 5)) == doctest::Approx(5));
  CHECK(unet::effective_rank(Eigen::MatrixXd::Ones(5, 5)) == doctest::Approx(1));
  CHECK(unet::effective_rank(Eigen::MatrixXd::Zero(3, 3)) == 0);
  CHECK(unet::effective_rank(Eigen::MatrixXd()) == 0);
  // Eigenvalues 3 and 1: entropy of (3/4, 1/4).
  const Eigen::MatrixXd two = (Eigen::MatrixXd(2, 2) << 2, 1, 1, 2).finished();
  CHECK(unet::effective_rank(two) == doctest::Approx(std::exp(0.75 * std::log(4 / 3.0) + 0.25 * std::log(4.0))));
  // Of the six live channels two are copies and one nearly: about exp(2 (1/3) ln 3 + 2 (1/6) ln 6) = 3.78.
  CHECK(unet::summarise(moments()).effective_rank == doctest::Approx(3.78).epsilon(0.02));
}

TEST_CASE("a batch norm with a negative scale: zeros are the highest value") {
  Map map(Shape{1, 1, 4, 1});
  map.values = {-3, 0.5f, 0.5f, 0.5f};
  unet::ChannelMoments m(1);
  m.add(map.view());
  CHECK(unet::summarise(m).channels[0].zeros == 0.75);
  map.values = {0.5f, 0.6f, 0.6f, 0.6f};  // another image: 0.5 is no longer the highest
  m.add(map.view());
  CHECK(unet::summarise(m).channels[0].zeros == doctest::Approx(3.0 / 8));
}

TEST_CASE("a block of dead channels, one channel, and what is refused") {
  unet::ChannelMoments dead(2);
  Map map(Shape{1, 2, 2, 2});
  dead.add(map.view());
  const unet::BlockSummary block = unet::summarise(dead);
  CHECK(block.dead == 2);
  CHECK(block.pairs == 0);
  CHECK(block.mean_correlation == 0);
  CHECK(block.effective_rank == 0);

  CHECK_THROWS_WITH_AS(unet::ChannelMoments(3).add(map.view()),
                       doctest::Contains("3 channels, but this map is 1x2x2x2"), unet::ShapeError);
  CHECK_THROWS_AS(unet::ChannelMoments(0), unet::OptionError);
  CHECK_THROWS_AS(unet::summarise(unet::ChannelMoments(3)), unet::OptionError);
  CHECK_THROWS_AS(unet::summarise(dead, 1.5), unet::OptionError);
}

}  // namespace channel_statistics_test
