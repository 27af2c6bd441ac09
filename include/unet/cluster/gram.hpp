// Inner products of all pairs of rows: everything that k-means, silhouettes and principal components need of long rows.
#pragma once
#include <Eigen/Core>
#include <functional>

#include "unet/cluster/row_store.hpp"
#include "unet/core/error.hpp"
#include "unet/core/parallel.hpp"

namespace unet {

namespace detail {

inline constexpr Index gram_tile = 96;          ///< rows of one task's products
inline constexpr Index gram_strip = 64;         ///< columns that one task centres
inline constexpr Index gram_most_block = 2048;  ///< columns held at once

using RowMajorBlock = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Subtracts each column's mean.
inline void centre_columns(RowMajorBlock& block) {
  parallel_for((block.cols() + gram_strip - 1) / gram_strip, [&](Index strip) {
    const Index first = strip * gram_strip, count = std::min(gram_strip, block.cols() - first);
    Eigen::RowVectorXd mean = Eigen::RowVectorXd::Zero(count);
    for (Index i = 0; i < block.rows(); ++i) mean += block.row(i).segment(first, count);
    mean /= static_cast<double>(block.rows());
    for (Index i = 0; i < block.rows(); ++i) block.row(i).segment(first, count) -= mean;
  });
}

/// Adds block * block' to the lower triangle of `gram`.
inline void add_products(const RowMajorBlock& block, Eigen::MatrixXd& gram) {
  const Index n = block.rows(), tiles = (n + gram_tile - 1) / gram_tile;
  parallel_for(tiles * tiles, [&](Index task) {
    const Index i = task / tiles, j = task % tiles;
    if (j > i) return;
    const Index top = i * gram_tile, left = j * gram_tile;
    const Index height = std::min(gram_tile, n - top), width = std::min(gram_tile, n - left);
    gram.block(top, left, height, width).noalias() +=
        block.middleRows(top, height) * block.middleRows(left, width).transpose();
  });
}

}  // namespace detail

/// The Gram matrix of the n rows about their mean: G_ij = (x_i - m)'(x_j - m), n x n, symmetric. Squared distances are
/// G_ii + G_jj - 2 G_ij; they do not depend on m, and without it they lose no digits to it.
/// Products and sums are in double; memory is that of n x n and of n x 2048 numbers. The bits do not depend on the number of
/// threads.
/// @param on_progress called with columns done and their number
/// @throws ShapeError when there is no row or column; what reading throws
template <RowSource Source>
Eigen::MatrixXd centred_gram(const Source& source, const std::function<void(Index, Index)>& on_progress = {}) {
  const Index n = source.rows(), columns = source.columns();
  if (n < 1 || columns < 1)
    throw ShapeError("centred_gram: " + std::to_string(n) + " rows of " + std::to_string(columns) +
                     " numbers; there must be at least one of each");
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(n, n);
  std::vector<float> values(static_cast<std::size_t>(n * std::min(columns, detail::gram_most_block)));
  for (Index first = 0; first < columns; first += detail::gram_most_block) {
    if (on_progress) on_progress(first, columns);
    const Index count = std::min(columns - first, detail::gram_most_block);
    for (Index row = 0; row < n; ++row) source.read(row, first, count, values.data() + row * count);
    using Floats = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    detail::RowMajorBlock block = Eigen::Map<const Floats>(values.data(), n, count).cast<double>();
    detail::centre_columns(block);
    detail::add_products(block, gram);
  }
  gram.triangularView<Eigen::StrictlyUpper>() = gram.transpose();
  if (on_progress) on_progress(columns, columns);
  return gram;
}

/// Squared Euclidean distance of two rows, from a Gram matrix; never negative.
inline double squared_distance(const Eigen::MatrixXd& gram, Index i, Index j) {
  return i == j ? 0.0 : std::max(0.0, gram(i, i) + gram(j, j) - 2 * gram(i, j));
}

}  // namespace unet
