// Eigen's names for our views: a row of pixels is a row-major matrix, pixels x channels. T is what maps are stored in, S what
// is computed in.
#pragma once
#include <Eigen/Core>
#include <algorithm>
#include <type_traits>

#include "unet/backends/context.hpp"
#include "unet/backends/operands.hpp"
#include "unet/core/finite.hpp"

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

/// W pixels of C values each, `step` elements from one pixel to the next, as S: where they lie, or converted.
template <class S, class T>
auto pixels_at(const T* first, Index width, Index channels, Index step) {
  if constexpr (std::is_same_v<S, T>) {
    return ConstRows<S>(first, width, channels, Eigen::OuterStride<>(step));
  } else {
    Matrix<S> converted(width, channels);
    for (Index j = 0; j < width; ++j)
      for (Index c = 0; c < channels; ++c) converted(j, c) = static_cast<S>(first[j * step + c]);
    return converted;
  }
}

/// Row y of image n: W x C.
template <class S, class T>
auto row(const View<T>& v, Index n, Index y) {
  return pixels_at<S, std::remove_const_t<T>>(v.at(n, y, 0), v.shape.w, v.shape.c, v.strides.w);
}
/// Every second pixel of row y, from column `first`: W/2 x C.
template <class S, class T>
auto every_second(const View<T>& v, Index n, Index y, Index first) {
  return pixels_at<S, std::remove_const_t<T>>(v.at(n, y, first), v.shape.w / 2, v.shape.c, 2 * v.strides.w);
}

/// Stores the C values of a pixel.
template <class T, class Derived>
void store_pixel(T* to, const Eigen::MatrixBase<Derived>& values) {
  if constexpr (std::is_same_v<T, typename Derived::Scalar>)
    Vector<T>(to, values.size()) = values;
  else
    for (Index c = 0; c < values.size(); ++c) to[c] = static_cast<T>(values(c));
}

/// Stores row y of image n: W x C.
template <class T, class Derived>
void store_row(const View<T>& v, Index n, Index y, const Eigen::MatrixBase<Derived>& values) {
  if constexpr (std::is_same_v<T, typename Derived::Scalar>) {
    Rows<T>(v.at(n, y, 0), v.shape.w, v.shape.c, Eigen::OuterStride<>(v.strides.w)) = values;
  } else {
    const Matrix<typename Derived::Scalar> row = values;
    for (Index j = 0; j < v.shape.w; ++j) store_pixel(v.at(n, y, j), row.row(j));
  }
}

/// max(0, z), element by element; not a number stays so (with -ffast-math as well).
template <class Derived>
auto relu(const Eigen::MatrixBase<Derived>& z) {
  using S = typename Derived::Scalar;
  return z.unaryExpr([](S value) { return value < S(0) && !is_nan(static_cast<double>(value)) ? S(0) : value; });
}

/// activate(sum + bias), see Epilogue.
template <class S, class Derived>
Row<S> finished(const Epilogue<S>& epilogue, const Eigen::MatrixBase<Derived>& sum) {
  Row<S> y = sum;
  if (epilogue.bias) y += ConstVector<S>(epilogue.bias, sum.size());
  if (epilogue.activate == Activate::relu) y = relu(y);
  return y;
}

/// Calls take(j, value) for each pixel j of row y of a source, its normalisation and activation applied. Each pixel is
/// computed in memory of the same alignment: how Eigen rounds a channel then does not depend on where in a map its pixel
/// lies.
template <class T, class S, class Take>
void each_value(const Source<T, S>& s, Index n, Index y, const Take& take) {
  const Index c = s.x.shape.c;
  Row<S> value(c);
  for (Index j = 0; j < s.x.shape.w; ++j) {
    const T* const pixel = s.x.at(n, y, j);
    for (Index k = 0; k < c; ++k) value(k) = static_cast<S>(pixel[k]);
    if (s.scale) value = value.array() * ConstVector<S>(s.scale, c).array() + ConstVector<S>(s.shift, c).array();
    if (s.activate == Activate::relu) value = relu(value);
    take(j, value);
  }
}

/// Row y of a source with its normalisation applied: W x C.
template <class T, class S>
Matrix<S> values(const Source<T, S>& s, Index n, Index y) {
  Matrix<S> m(s.x.shape.w, s.x.shape.c);
  each_value(s, n, y, [&](Index j, const Row<S>& value) { m.row(j) = value; });
  return m;
}

/// `count` pixels of row y of an input from column `first` on, normalised, channels of its parts side by side: to `to`.
template <class T, class S>
void copy_pixels(const Input<T, S>& x, Index n, Index y, Index first, Index count, S* to) {
  const Index channels = x.shape().c;
  for (int p = 0; p < x.count; ++p) {
    Source<T, S> part = x.parts[p];
    part.x = part.x.window(0, first, part.x.shape.h, count);
    each_value(part, n, y,
               [&](Index j, const Row<S>& value) { std::copy_n(value.data(), value.size(), to + j * channels); });
    to += part.x.shape.c;
  }
}

/// Row y of an input, its parts side by side, normalised: W x C.
template <class T, class S>
Matrix<S> values(const Input<T, S>& x, Index n, Index y) {
  const Shape s = x.shape();
  Matrix<S> m(s.w, s.c);
  copy_pixels(x, n, y, 0, s.w, m.data());
  return m;
}

/// Adds or stores row y of a gradient, part by part.
template <class T, class Derived>
void put(const InputGradient<T>& dx, Index n, Index y, const Eigen::MatrixBase<Derived>& value) {
  using S = typename Derived::Scalar;
  Index first = 0;
  for (int p = 0; p < dx.count; ++p) {
    const View<T>& part = dx.parts[p];
    const auto mine = value.middleCols(first, part.shape.c);
    if (dx.accumulate)
      store_row(part, n, y, row<S>(part, n, y) + mine);
    else
      store_row(part, n, y, mine);
    first += part.shape.c;
  }
}

/// Sum over all pixels of each channel; sums: C.
template <class T, class S>
void sum_pixels(View<const T> v, S* sums) {
  Vector<S> total(sums, v.shape.c);
  total.setZero();
  for (Index n = 0; n < v.shape.n; ++n)
    for (Index i = 0; i < v.shape.h; ++i) total += row<S>(v, n, i).colwise().sum();
}

}  // namespace unet::eigen
