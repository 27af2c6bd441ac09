// Views: windows, strides, and views on a program's own data.
#include "unet/core/view.hpp"

#include <doctest/doctest.h>

#include <numeric>

#include "unet/interop/external_view.hpp"

namespace view_test {

using unet::copy_view;
using unet::feature_map_view;
using unet::from_planar;
using unet::HostTensor;
using unet::image_view;
using unet::Index;
using unet::Shape;
using unet::ShapeError;
using unet::Strides;
using unet::View;

namespace {

/// A map whose values count up in memory order.
HostTensor<float> counting(Shape shape) {
  HostTensor<float> map(shape);
  std::iota(map.values.begin(), map.values.end(), 0.0f);
  return map;
}

/// Checks that a grey image's view points into the matrix itself, element by element.
template <class V, class M>
void check_points_into(const V& view, const M& matrix) {
  CHECK(view.shape == Shape{1, matrix.rows(), matrix.cols(), 1});
  for (Index y = 0; y < matrix.rows(); ++y)
    for (Index x = 0; x < matrix.cols(); ++x) CHECK(view.at(0, y, x) == &matrix.coeffRef(y, x));
}

}  // namespace

TEST_CASE("shape: sizes and text") {
  constexpr Shape shape{8, 512, 256, 3};
  static_assert(shape.pixels() == 8 * 512 * 256 && shape.size() == 3 * shape.pixels());
  CHECK(to_string(shape) == "8x512x256x3");
}

TEST_CASE("a dense view addresses NHWC") {
  HostTensor<float> map = counting({2, 3, 4, 5});
  CHECK(map.view().dense());
  CHECK(map.view().strides == Strides{60, 20, 5});
  float expected = 0;
  for (Index n = 0; n < 2; ++n)
    for (Index y = 0; y < 3; ++y)
      for (Index x = 0; x < 4; ++x)
        for (Index c = 0; c < 5; ++c) CHECK(map(n, y, x, c) == expected++);
  map(1, 2, 3, 4) = -1;
  CHECK(map.values.back() == -1);
}

TEST_CASE("windows, images and channels address the same memory") {
  HostTensor<float> map = counting({2, 4, 5, 3});
  const View<float> window = map.view().window(1, 2, 2, 3);
  CHECK(window.shape == Shape{2, 2, 3, 3});
  CHECK_FALSE(window.dense());
  CHECK(window.at(1, 1, 2) == &map(1, 2, 4, 0));
  CHECK(window.window(1, 1, 1, 2).at(1, 0, 1) == &map(1, 2, 4, 0));

  const View<float> second = map.view().images(1, 1);
  CHECK(second.shape == Shape{1, 4, 5, 3});
  CHECK(second.dense());
  CHECK(second.at(0, 3, 4) == &map(1, 3, 4, 0));

  const View<float> channels = map.view().channels(1, 2);
  CHECK(channels.shape == Shape{2, 4, 5, 2});
  CHECK_FALSE(channels.dense());
  CHECK(channels.at(1, 2, 3) == &map(1, 2, 3, 1));

  const View<const float> read_only = window;
  CHECK(read_only.at(1, 1, 2) == window.at(1, 1, 2));
  CHECK(static_cast<bool>(window));
  CHECK_FALSE(static_cast<bool>(View<float>()));
}

TEST_CASE("copy_view copies between any strides and converts the scalar") {
  const HostTensor<float> map = counting({2, 4, 5, 3});
  HostTensor<double> target({2, 6, 6, 4});
  copy_view(map.view().window(1, 1, 3, 4), target.view().window(2, 1, 3, 4).channels(1, 3));
  int copied = 0;
  for (Index n = 0; n < 2; ++n)
    for (Index y = 0; y < 6; ++y)
      for (Index x = 0; x < 6; ++x)
        for (Index c = 0; c < 4; ++c) {
          const bool inside = y >= 2 && y < 5 && x >= 1 && x < 5 && c >= 1;
          CHECK(target(n, y, x, c) == (inside ? static_cast<double>(map(n, y - 1, x, c - 1)) : 0.0));
          copied += inside;
        }
  CHECK(copied == 2 * 3 * 4 * 3);
}

TEST_CASE("image_view: Eigen matrices and maps of any storage order and stride, without a copy") {
  Eigen::MatrixXf columns(3, 4);
  Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> rows(3, 4);
  check_points_into(image_view(columns), columns);
  check_points_into(image_view(rows), rows);
  CHECK(image_view(rows).dense());
  const Eigen::MatrixXf& constant = columns;
  const View<const float> read_only = image_view(constant);
  CHECK(read_only.at(0, 2, 1) == &constant.coeffRef(2, 1));

  Eigen::Matrix<double, 2, 5> fixed;
  check_points_into(image_view(fixed), fixed);
  auto block = columns.block(1, 1, 2, 3);
  check_points_into(image_view(block), block);
  Eigen::VectorXf column(4);
  check_points_into(image_view(column), column);
  Eigen::RowVectorXf row(4);
  check_points_into(image_view(row), row);

  std::vector<float> memory(100);
  using AnyStride = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
  Eigen::Map<Eigen::MatrixXf, 0, AnyStride> strided(memory.data(), 3, 4, AnyStride(20, 3));
  check_points_into(image_view(strided), strided);
  CHECK(image_view(strided).at(0, 2, 1) == memory.data() + 2 * 3 + 20);
}

TEST_CASE("image_view: a map of constant data") {
  const std::vector<float> memory = {1, 2, 3, 4, 5, 6};
  Eigen::Map<const Eigen::MatrixXf> matrix(memory.data(), 2, 3);
  const View<const float> view = image_view(matrix);
  CHECK(view.shape == Shape{1, 2, 3, 1});
  CHECK(view.at(0, 1, 2) == memory.data() + 5);
  const auto& constant = matrix;
  CHECK(image_view(constant).at(0, 1, 2) == memory.data() + 5);
}

TEST_CASE("feature_map_view: rows are pixels, columns channels") {
  Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> matrix(2 * 3 * 4, 5);
  const View<float> view = feature_map_view(matrix, {2, 3, 4, 5});
  CHECK(view.dense());
  CHECK(view.at(1, 2, 3) == &matrix(23, 0));
  CHECK(view.at(1, 0, 1) == &matrix(13, 0));
  CHECK_THROWS_WITH_AS(
      feature_map_view(matrix, {2, 3, 4, 6}),
      "feature_map_view: a matrix of 24 x 5 can not be seen as 2x3x4x6; it needs 24 rows (pixels) and 6 "
      "columns (channels)",
      ShapeError);
  CHECK_THROWS_AS(feature_map_view(matrix, {2, 3, 3, 5}), ShapeError);
  Eigen::VectorXf grey(6);
  CHECK(feature_map_view(grey, {1, 2, 3, 1}).at(0, 1, 2) == &grey(5));
}

TEST_CASE("feature_map_view: maps with gaps between pixels, constant data, blocks of channels") {
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const std::vector<float> memory(6 * 8);
  Eigen::Map<const Rows, 0, Eigen::OuterStride<>> map(memory.data(), 6, 5, Eigen::OuterStride<>(8));
  const View<const float> view = feature_map_view(map, {1, 2, 3, 5});
  CHECK(view.strides == Strides{48, 24, 8});
  CHECK(view.at(0, 1, 2) == memory.data() + 40);

  Rows matrix(6, 8);
  auto channels = matrix.middleCols(2, 3);
  const View<float> part = feature_map_view(channels, {1, 2, 3, 3});
  CHECK(part.at(0, 1, 1) == &matrix(4, 2));
  const Rows& constant = matrix;
  CHECK(feature_map_view(constant, {1, 2, 3, 8}).at(0, 1, 1) == &constant(4, 0));
}

TEST_CASE("from_planar: N x C x H x W becomes NHWC") {
  std::vector<float> planar(2 * 3 * 4 * 5);
  std::iota(planar.begin(), planar.end(), 0.0f);
  const HostTensor<float> map = from_planar(planar.data(), {2, 4, 5, 3});
  for (Index n = 0; n < 2; ++n)
    for (Index c = 0; c < 3; ++c)
      for (Index y = 0; y < 4; ++y)
        for (Index x = 0; x < 5; ++x) CHECK(map(n, y, x, c) == static_cast<float>(((n * 3 + c) * 4 + y) * 5 + x));
}

}  // namespace view_test
