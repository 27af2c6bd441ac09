// Principal components from the Gram matrix.
#include "unet/cluster/pca.hpp"

#include <doctest/doctest.h>

#include "../reference/reference_file.hpp"
#include "points.hpp"

namespace pca_test {

TEST_CASE("equal to scikit-learn's, signs included") {
  const ReferenceFile reference("kmeans");
  const auto numbers = reference.numbers("points");
  const std::vector<float> points(numbers.begin(), numbers.end());
  const auto pca = unet::principal_components(unet::centred_gram(unet::RowView(points.data(), 60, 9)), 3);
  std::vector<double> scores;
  for (unet::Index i = 0; i < 60; ++i)
    for (unet::Index c = 0; c < 3; ++c) scores.push_back(pca.scores(i, c));
  CHECK(relative_error(scores, reference.numbers("scores")) < 1e-10);
  CHECK(relative_error(pca.explained, reference.numbers("explained")) < 1e-12);
}

TEST_CASE("the largest amount of each component is positive") {
  for (std::uint32_t sample = 0; sample < 8; ++sample) {
    const auto points = test::grouped_points(15, 6, 3, 1, sample);
    const auto pca = unet::principal_components(unet::centred_gram(points.view()), 4);
    for (unet::Index c = 0; c < 4; ++c) CHECK(pca.scores.col(c).maxCoeff() == pca.scores.col(c).cwiseAbs().maxCoeff());
  }
}

TEST_CASE("points on a line, and points that coincide") {
  const std::vector<float> line = {0, 0, 3, 4, 6, 8};  // 5 apart
  const auto pca = unet::principal_components(unet::centred_gram(unet::RowView(line.data(), 3, 2)));
  CHECK(std::abs(pca.scores(0, 0)) == doctest::Approx(5));
  CHECK(pca.scores(1, 0) == doctest::Approx(0));
  CHECK(pca.scores(0, 0) == doctest::Approx(-pca.scores(2, 0)));
  CHECK(pca.explained[0] == doctest::Approx(1));
  CHECK(pca.explained[1] == doctest::Approx(0));
  const std::vector<float> same(8, 0.25f);
  const auto nothing = unet::principal_components(unet::centred_gram(unet::RowView(same.data(), 4, 2)));
  CHECK(nothing.scores.cwiseAbs().maxCoeff() == 0);
  CHECK(nothing.explained == std::vector<double>{0, 0});
}

TEST_CASE("the same bits for 1, 2, 3 and 5 threads") {
  const int before = unet::thread_count();
  const auto points = test::grouped_points(150, 160, 3, 1);
  const Eigen::MatrixXd gram = unet::centred_gram(points.view());
  unet::set_thread_count(1);
  const Eigen::MatrixXd expected = unet::principal_components(gram).scores;
  for (const int threads : {2, 3, 5}) {
    unet::set_thread_count(threads);
    CHECK(unet::principal_components(gram).scores == expected);
  }
  unet::set_thread_count(before);
}

TEST_CASE("more components than rows, and numbers that are none") {
  Eigen::MatrixXd gram = Eigen::MatrixXd::Identity(2, 2);
  CHECK_THROWS_AS(unet::principal_components(gram, 3), unet::ShapeError);
  gram(0, 0) = gram(0, 1) = gram(1, 0) = std::nan("");
  CHECK_THROWS_AS(unet::principal_components(gram, 1), unet::Error);
}

}  // namespace pca_test
