// K-means in the Gram space: against scikit-learn, against Lloyd's algorithm on the points themselves, against all partitions.
#include "unet/cluster/kmeans.hpp"

#include <doctest/doctest.h>

#include <array>

#include "../reference/reference_file.hpp"
#include "points.hpp"
#include "unet/cluster/cluster_count.hpp"

namespace kmeans_test {

namespace {

using unet::Index;
using Labels = std::vector<Index>;

/// Lloyd's algorithm on the points, in double. Fails the test when a cluster becomes empty.
struct PlainLloyd {
  Labels labels;
  double inertia = 0;

  PlainLloyd(const Eigen::MatrixXd& points, const Labels& initial) {
    Eigen::MatrixXd centres(static_cast<Index>(initial.size()), points.cols());
    for (Index k = 0; k < centres.rows(); ++k) centres.row(k) = points.row(initial[static_cast<std::size_t>(k)]);
    while (true) {
      Labels next;
      inertia = 0;
      for (Index i = 0; i < points.rows(); ++i) {
        Index nearest = 0;
        inertia += (centres.rowwise() - points.row(i)).rowwise().squaredNorm().minCoeff(&nearest);
        next.push_back(nearest);
      }
      if (next == labels) return;
      labels = next;
      for (Index k = 0; k < centres.rows(); ++k) {
        centres.row(k).setZero();
        double count = 0;
        for (Index i = 0; i < points.rows(); ++i)
          if (labels[static_cast<std::size_t>(i)] == k) centres.row(k) += points.row(i), ++count;
        REQUIRE(count > 0);
        centres.row(k) /= count;
      }
    }
  }
};

double inertia_of(const Eigen::MatrixXd& points, const Labels& labels, Index clusters) {
  double sum = 0;
  for (Index k = 0; k < clusters; ++k) {
    Eigen::RowVectorXd centre = Eigen::RowVectorXd::Zero(points.cols());
    double count = 0;
    for (Index i = 0; i < points.rows(); ++i)
      if (labels[static_cast<std::size_t>(i)] == k) centre += points.row(i), ++count;
    centre /= count;
    for (Index i = 0; i < points.rows(); ++i)
      if (labels[static_cast<std::size_t>(i)] == k) sum += (points.row(i) - centre).squaredNorm();
  }
  return sum;
}

/// Smallest inertia of all partitions into at most `clusters` groups.
double optimum(const Eigen::MatrixXd& points, Index clusters) {
  double best = INFINITY;
  Labels labels(static_cast<std::size_t>(points.rows()));
  while (true) {
    double sum = 0;
    for (Index k = 0; k < clusters; ++k)
      if (std::find(labels.begin(), labels.end(), k) == labels.end()) sum = INFINITY;
    if (sum == 0) best = std::min(best, inertia_of(points, labels, clusters));
    std::size_t digit = 0;
    while (digit < labels.size() && ++labels[digit] == clusters) labels[digit++] = 0;
    if (digit == labels.size()) return best;
  }
}

void check_sound(const unet::KMeansResult& result, Index rows, Index clusters) {
  CHECK(result.converged);
  REQUIRE(result.labels.size() == static_cast<std::size_t>(rows));
  REQUIRE(result.sizes.size() == static_cast<std::size_t>(clusters));
  double inertia = 0;
  for (const double distance : result.distances) inertia += distance * distance;
  CHECK(inertia == doctest::Approx(result.inertia).epsilon(1e-12));
  for (Index k = 0; k < clusters; ++k) {
    const auto size = std::count(result.labels.begin(), result.labels.end(), k);
    CHECK(size > 0);
    CHECK(size == result.sizes[static_cast<std::size_t>(k)]);
  }
}

}  // namespace

TEST_CASE("from the same centres as scikit-learn: labels, inertia, distances, silhouettes") {
  const ReferenceFile reference("kmeans");
  const auto numbers = reference.numbers("points");
  const std::vector<float> points(numbers.begin(), numbers.end());
  const auto to_indices = [&](const char* name) {
    const auto values = reference.numbers(name);
    return Labels(values.begin(), values.end());
  };
  const Eigen::MatrixXd gram = unet::centred_gram(unet::RowView(points.data(), 60, 9));
  const auto result = unet::kmeans_from(gram, to_indices("initial_centres"));
  check_sound(result, 60, 4);
  CHECK(result.labels == to_indices("labels"));
  CHECK(result.inertia == doctest::Approx(reference.number("inertia")).epsilon(1e-12));
  CHECK(relative_error(result.distances, reference.numbers("distances")) < 1e-12);
  CHECK(relative_error(unet::silhouettes(gram, result.labels, 4), reference.numbers("silhouettes")) < 1e-11);
}

TEST_CASE("equals Lloyd's algorithm on the points") {
  for (std::uint32_t sample = 0; sample < 20; ++sample) {
    CAPTURE(sample);
    const Index clusters = 2 + sample % 4;
    const auto points = test::grouped_points(80, 6, clusters, 1.5, sample, 10);
    const Eigen::MatrixXd gram = unet::centred_gram(points.view());
    const auto centres = unet::kmeans_plus_plus(gram, clusters, unet::Random(sample, unet::Purpose::test));
    const PlainLloyd expected(points.matrix(), centres);
    const auto result = unet::kmeans_from(gram, centres);
    check_sound(result, 80, clusters);
    CHECK(result.labels == expected.labels);
    CHECK(result.inertia == doctest::Approx(expected.inertia).epsilon(1e-11));
    CHECK(result.initial_centres == centres);
    CHECK(result.inertia == doctest::Approx(inertia_of(points.matrix(), result.labels, clusters)).epsilon(1e-11));
  }
}

TEST_CASE("several restarts find the best of all partitions of few points") {
  for (std::uint32_t sample = 0; sample < 6; ++sample) {
    const Index clusters = 2 + sample % 2;
    CAPTURE(sample);
    const auto points = test::grouped_points(9, 2, 3, 1, sample);
    const auto result = unet::kmeans(unet::centred_gram(points.view()), {clusters, 30, 300, sample});
    check_sound(result, 9, clusters);
    CHECK(result.inertia == doctest::Approx(optimum(points.matrix(), clusters)).epsilon(1e-10));
  }
}

TEST_CASE("more restarts are never worse, and fewer can be") {
  const auto points = test::grouped_points(90, 2, 9, 6);
  const Eigen::MatrixXd gram = unet::centred_gram(points.view());
  bool improved = false;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const double one = unet::kmeans(gram, {9, 1, 300, seed}).inertia,
                 many = unet::kmeans(gram, {9, 12, 300, seed}).inertia;
    CHECK(many <= one);
    improved |= many < 0.99 * one;
  }
  CHECK(improved);
}

TEST_CASE("clusters are numbered by size, and the initial centres give the result again") {
  const auto all = test::grouped_points(60, 5, 3, 8);
  test::Points points{0, 5, {}};
  for (Index i = 0; i < 60; ++i)
    if (i % 12 == 0 || i % 3 == 1 || i % 6 == 2) {  // 5, 20 and 10 rows of the three groups
      points.values.insert(points.values.end(), all.values.begin() + i * 5, all.values.begin() + (i + 1) * 5);
      ++points.rows;
    }
  const Eigen::MatrixXd gram = unet::centred_gram(points.view());
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const auto result = unet::kmeans(gram, {3, 4, 300, seed});
    CHECK(result.sizes == Labels{20, 10, 5});
    const auto again = unet::kmeans_from(gram, result.initial_centres);
    CHECK(again.labels == result.labels);
    CHECK(again.inertia == result.inertia);
  }
}

TEST_CASE("the same for 1, 2, 3 and 5 threads, and another for another seed") {
  const int before = unet::thread_count();
  const auto points = test::grouped_points(70, 3, 5, 1);
  const Eigen::MatrixXd gram = unet::centred_gram(points.view());
  const auto run = [&](int threads, std::uint64_t seed) {
    unet::set_thread_count(threads);
    return unet::kmeans(gram, {5, 7, 300, seed});
  };
  const auto expected = run(1, 0);
  for (const int threads : {2, 3, 5}) {
    const auto result = run(threads, 0);
    CHECK(result.labels == expected.labels);
    CHECK(result.initial_centres == expected.initial_centres);
    CHECK(result.distances == expected.distances);
    CHECK(result.inertia == expected.inertia);
  }
  CHECK(run(1, 1).initial_centres != expected.initial_centres);
  unet::set_thread_count(before);
}

TEST_CASE("one cluster: the total variance") {
  const auto points = test::grouped_points(12, 4, 2, 2);
  const auto result = unet::kmeans(unet::centred_gram(points.view()), {1, 2});
  check_sound(result, 12, 1);
  CHECK(result.inertia == doctest::Approx(test::plain_gram(points).trace()).epsilon(1e-12));
}

TEST_CASE("as many clusters as rows: each its own") {
  const auto points = test::grouped_points(8, 4, 2, 2);
  const auto result = unet::kmeans(unet::centred_gram(points.view()), {8, 2});
  check_sound(result, 8, 8);
  CHECK(result.inertia < 1e-12);
}

TEST_CASE("identical rows: no cluster stays empty") {
  const std::vector<float> same(10 * 3, 0.5f);
  const auto result = unet::kmeans(unet::centred_gram(unet::RowView(same.data(), 10, 3)), {4, 3});
  check_sound(result, 10, 4);
  CHECK(result.inertia == 0);
  CHECK(result.sizes == Labels{7, 1, 1, 1});
}

TEST_CASE("ties go to the lowest cluster; an empty one takes the farthest row") {
  // On a line: 0 and 2 are centres, 1 lies between them.
  const std::vector<float> line = {0, 1, 2};
  const Eigen::MatrixXd gram = unet::centred_gram(unet::RowView(line.data(), 3, 1));
  CHECK(unet::kmeans_from(gram, Labels{0, 2}, 1).labels == Labels{0, 0, 1});
  CHECK(unet::kmeans_from(gram, Labels{2, 0}, 1).labels == Labels{1, 0, 0});
  // Both centres coincide, so that the second gets no row by itself.
  const std::vector<float> two = {0, 0, 1, 9, 9};
  const auto result = unet::kmeans_from(unet::centred_gram(unet::RowView(two.data(), 5, 1)), Labels{0, 1});
  check_sound(result, 5, 2);
  CHECK(result.labels == Labels{0, 0, 0, 1, 1});
  const std::vector<float> both_sides = {0, 0, 5, -5};
  const Eigen::MatrixXd even = unet::centred_gram(unet::RowView(both_sides.data(), 4, 1));
  CHECK(unet::kmeans_from(even, Labels{0, 1}, 1).labels == Labels{0, 0, 1, 0});
}

TEST_CASE("a limit on the iterations is kept and told") {
  const auto points = test::grouped_points(80, 2, 6, 1);
  const Eigen::MatrixXd gram = unet::centred_gram(points.view());
  const Labels centres = {0, 6, 12, 18};
  const auto whole = unet::kmeans_from(gram, centres);
  REQUIRE(whole.iterations > 3);
  const auto cut = unet::kmeans_from(gram, centres, 2);
  CHECK(cut.iterations == 2);
  CHECK_FALSE(cut.converged);
  CHECK(cut.inertia > whole.inertia);
}

TEST_CASE("k-means++ draws different rows, far ones more often, coinciding ones last") {
  const std::vector<float> line = {0, 0, 0, 1, 10};
  const Eigen::MatrixXd gram = unet::centred_gram(unet::RowView(line.data(), 5, 1));
  constexpr int draws = 4000;
  std::array<int, 5> second{};
  int from_zero = 0;
  for (std::uint32_t draw = 0; draw < draws; ++draw) {
    const auto centres = unet::kmeans_plus_plus(gram, 5, unet::Random(0, unet::Purpose::test, 0, draw));
    Labels sorted = centres;
    std::sort(sorted.begin(), sorted.end());
    REQUIRE(sorted == Labels{0, 1, 2, 3, 4});
    if (centres[0] > 2) continue;
    ++from_zero;
    ++second[static_cast<std::size_t>(centres[1])];
  }
  CHECK(from_zero == doctest::Approx(0.6 * draws).epsilon(0.05));
  CHECK(second[0] + second[1] + second[2] == 0);
  CHECK(second[3] == doctest::Approx(from_zero / 101.0).epsilon(0.5));  // 1 of 1 + 100
}

TEST_CASE("numbers of clusters that can not be") {
  const auto points = test::grouped_points(6, 2, 2, 1);
  const Eigen::MatrixXd gram = unet::centred_gram(points.view());
  for (const Index clusters : {-1, 0, 7}) {
    CAPTURE(clusters);
    CHECK_THROWS_WITH_AS(unet::kmeans(gram, {clusters}), doctest::Contains("from 1 to the number of images"),
                         unet::OptionError);
  }
  CHECK_THROWS_AS(unet::kmeans(gram, {2, 0}), unet::OptionError);
  CHECK_THROWS_AS(unet::kmeans(gram, {2, 1, 0}), unet::OptionError);
  CHECK_THROWS_AS(unet::kmeans_from(gram, Labels{}), unet::OptionError);
  CHECK_THROWS_AS(unet::kmeans_from(gram, Labels{0, 6}), unet::OptionError);
  CHECK_THROWS_AS(unet::kmeans_from(gram, Labels{-1}), unet::OptionError);
}

TEST_CASE("the silhouette finds the number of groups") {
  for (const Index groups : {2, 3, 5}) {
    const auto points = test::grouped_points(60, 8, groups, 6, static_cast<std::uint32_t>(groups + 2));
    const Eigen::MatrixXd gram = unet::centred_gram(points.view());
    std::vector<Index> reported;
    const auto counts = unet::compare_cluster_counts(gram, 1, 8, {.restarts = 20}, [&](Index done, Index total) {
      CHECK(total == 8);
      reported.push_back(done);
    });
    CHECK(reported == std::vector<Index>{0, 1, 2, 3, 4, 5, 6, 7, 8});
    REQUIRE(counts.size() == 8);
    CHECK(std::isnan(counts[0].silhouette));
    for (std::size_t i = 1; i < counts.size(); ++i) {
      CHECK(counts[i].clusters == counts[i - 1].clusters + 1);
      CHECK(counts[i].inertia < counts[i - 1].inertia);
    }
    CHECK(unet::best_cluster_count(counts) == groups);
  }
}

TEST_CASE("silhouettes: single rows 0, one cluster none, no more clusters than rows are tried") {
  const std::vector<float> line = {0, 1, 10};
  const Eigen::MatrixXd gram = unet::centred_gram(unet::RowView(line.data(), 3, 1));
  const auto values = unet::silhouettes(gram, Labels{0, 0, 1}, 2);
  CHECK(values[0] == doctest::Approx(0.9));
  CHECK(values[1] == doctest::Approx(8.0 / 9));
  CHECK(values[2] == 0);
  for (const double value : unet::silhouettes(gram, Labels{0, 0, 0}, 1)) CHECK(std::isnan(value));
  const auto counts = unet::compare_cluster_counts(gram, 2, 10, {});
  REQUIRE(counts.size() == 2);
  CHECK(counts.back().silhouette == 0);
  CHECK(unet::best_cluster_count({}) == 0);
  const std::vector<unet::ClusterCount> equal = {{2, 9, 0.5}, {3, 8, 0.7}, {4, 7, 0.7}};
  CHECK(unet::best_cluster_count(equal) == 3);
}

}  // namespace kmeans_test
