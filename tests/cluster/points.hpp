// Points in groups for the tests of clusters, and their products without shortcuts.
#pragma once
#include <Eigen/Core>
#include <vector>

#include "unet/cluster/gram.hpp"
#include "unet/core/random.hpp"

namespace test {

using unet::Index;

struct Points {
  Index rows, columns;
  std::vector<float> values;

  unet::RowView view() const { return {values.data(), rows, columns}; }
  double at(Index row, Index column) const { return values[static_cast<std::size_t>(row * columns + column)]; }
  Eigen::MatrixXd matrix() const {
    Eigen::MatrixXd m(rows, columns);
    for (Index i = 0; i < rows; ++i)
      for (Index j = 0; j < columns; ++j) m(i, j) = at(i, j);
    return m;
  }
};

/// Row i belongs to group i % groups; the groups' centres are `spread` standard deviations apart and `offset` from 0.
inline Points grouped_points(Index rows, Index columns, Index groups, double spread, std::uint32_t sample = 0,
                             double offset = 0) {
  Points points{rows, columns, {}};
  for (Index i = 0; i < rows; ++i) {
    unet::Random centre(1, unet::Purpose::test, sample, static_cast<std::uint32_t>(i % groups));
    unet::Random noise(2, unet::Purpose::test, sample, static_cast<std::uint32_t>(i));
    for (Index j = 0; j < columns; ++j)
      points.values.push_back(static_cast<float>(offset + spread * centre.normal() + noise.normal()));
  }
  return points;
}

/// The centred Gram matrix as one product in double.
inline Eigen::MatrixXd plain_gram(const Points& points) {
  Eigen::MatrixXd m = points.matrix();
  m.rowwise() -= m.colwise().mean().eval();
  return m * m.transpose();
}

}  // namespace test
