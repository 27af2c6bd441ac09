// Eigen's names for our views: a row of pixels is a row-major matrix, pixels x channels.
#pragma once
#include <Eigen/Core>
#include <algorithm>

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

/// Calls take(j, value) for each pixel j of row y of a source, normalised. Each pixel is computed in memory of the same
/// alignment: how Eigen rounds a channel then does not depend on where in a map its pixel lies.
template <class T, class Take>
void each_value(const Source<T>& s, Index n, Index y, const Take& take) {
  const Index c = s.x.shape.c;
  Row<T> value(c);
  for (Index j = 0; j < s.x.shape.w; ++j) {
    value = ConstVector<T>(s.x.at(n, y, j), c);
    if (s.scale) value = value.array() * ConstVector<T>(s.scale, c).array() + ConstVector<T>(s.shift, c).array();
    take(j, value);
  }
}

/// Row y of a source with its normalisation applied: W x C.
template <class T>
Matrix<T> values(const Source<T>& s, Index n, Index y) {
  Matrix<T> m(s.x.shape.w, s.x.shape.c);
  each_value(s, n, y, [&](Index j, const Row<T>& value) { m.row(j) = value; });
  return m;
}

/// `count` pixels of row y of an input from column `first` on, normalised, channels of its parts side by side: to `to`.
template <class T>
void copy_pixels(const Input<T>& x, Index n, Index y, Index first, Index count, T* to) {
  const Index channels = x.shape().c;
  for (int p = 0; p < x.count; ++p) {
    Source<T> part = x.parts[p];
    part.x = part.x.window(0, first, part.x.shape.h, count);
    each_value(part, n, y,
               [&](Index j, const Row<T>& value) { std::copy_n(value.data(), value.size(), to + j * channels); });
    to += part.x.shape.c;
  }
}

/// Row y of an input, its parts side by side, normalised: W x C.
template <class T>
Matrix<T> values(const Input<T>& x, Index n, Index y) {
  const Shape s = x.shape();
  Matrix<T> m(s.w, s.c);
  copy_pixels(x, n, y, 0, s.w, m.data());
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
