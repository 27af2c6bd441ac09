// Eigen's names for our views: a row of pixels is a row-major matrix, pixels x channels.
#pragma once
#include <Eigen/Core>

#include "unet/backends/operands.hpp"

namespace unet::eigen {

template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class T>
using Row = Eigen::Matrix<T, 1, Eigen::Dynamic>;
template <class T>
using Vector = Eigen::Map<Row<T>>;
template <class T>
using ConstVector = Eigen::Map<const Row<T>>;
template <class T>
using Rows = Eigen::Map<Matrix<T>, 0, Eigen::OuterStride<>>;
template <class T>
using ConstRows = Eigen::Map<const Matrix<T>, 0, Eigen::OuterStride<>>;

/// Row y of image n: W x C.
template <class T>
Rows<T> row(const View<T>& v, Index n, Index y) {
  return {v.at(n, y, 0), v.shape.w, v.shape.c, Eigen::OuterStride<>(v.strides.w)};
}
template <class T>
ConstRows<T> row(const View<const T>& v, Index n, Index y) {
  return {v.at(n, y, 0), v.shape.w, v.shape.c, Eigen::OuterStride<>(v.strides.w)};
}

/// Every second pixel of row y, from column `first`: W/2 x C.
template <class T>
Rows<T> every_second(const View<T>& v, Index n, Index y, Index first) {
  return {v.at(n, y, first), v.shape.w / 2, v.shape.c, Eigen::OuterStride<>(2 * v.strides.w)};
}
template <class T>
ConstRows<T> every_second(const View<const T>& v, Index n, Index y, Index first) {
  return {v.at(n, y, first), v.shape.w / 2, v.shape.c, Eigen::OuterStride<>(2 * v.strides.w)};
}

/// Row y of a source with its normalisation applied: W x C.
template <class T>
Matrix<T> values(const Source<T>& s, Index n, Index y) {
  Matrix<T> m = row(s.x, n, y);
  if (s.scale) {
    const Index c = s.x.shape.c;
    m = (m.array().rowwise() * ConstVector<T>(s.scale, c).array()).rowwise() + ConstVector<T>(s.shift, c).array();
  }
  return m;
}

/// Row y of an input, its parts side by side, normalised: W x C.
template <class T>
Matrix<T> values(const Input<T>& x, Index n, Index y) {
  if (x.count == 1) return values(x.parts[0], n, y);
  Matrix<T> m(x.shape().w, x.shape().c);
  m << values(x.parts[0], n, y), values(x.parts[1], n, y);
  return m;
}

/// max(0, z), element by element; not a number stays so.
template <class Derived>
auto relu(const Eigen::MatrixBase<Derived>& z) {
  using T = typename Derived::Scalar;
  return z.unaryExpr([](T value) { return value < T(0) ? T(0) : value; });
}

/// Adds or stores row y of a gradient, part by part.
template <class T, class Derived>
void put(const InputGradient<T>& dx, Index n, Index y, const Eigen::MatrixBase<Derived>& value) {
  Index first = 0;
  for (int p = 0; p < dx.count; ++p) {
    auto target = row(dx.parts[p], n, y);
    const auto part = value.middleCols(first, target.cols());
    if (dx.accumulate)
      target += part;
    else
      target = part;
    first += target.cols();
  }
}

}  // namespace unet::eigen
