// Views on data that a program already has: Eigen matrices and maps, or a pointer with strides. Nothing is copied.
#pragma once
#include <Eigen/Core>
#include <type_traits>

#include "unet/core/error.hpp"
#include "unet/core/host_tensor.hpp"

namespace unet {

namespace detail {

/// Matrix: a matrix, map or block, const or not; the view is on const data when the matrix's are.
template <class Matrix>
auto image_view(Matrix& m) {
  return View<std::remove_pointer_t<decltype(m.data())>>(m.data(), {1, m.rows(), m.cols(), 1},
                                                         {m.rows() * m.rowStride(), m.rowStride(), m.colStride()});
}

template <class Matrix>
auto feature_map_view(Matrix& m, Shape shape) {
  static_assert((Matrix::IsRowMajor && Matrix::InnerStrideAtCompileTime == 1) || Matrix::ColsAtCompileTime == 1,
                "feature_map_view: channels must be contiguous; use a matrix with Eigen::RowMajor and no inner stride");
  if (m.rows() != shape.pixels() || m.cols() != shape.c)
    throw ShapeError("feature_map_view: a matrix of " + std::to_string(m.rows()) + " x " + std::to_string(m.cols()) +
                     " can not be seen as " + to_string(shape) + "; it needs " + std::to_string(shape.pixels()) +
                     " rows (pixels) and " + std::to_string(shape.c) + " columns (channels)");
  const Index pixel = m.rowStride();
  return View<std::remove_pointer_t<decltype(m.data())>>(m.data(), shape,
                                                         {shape.h * shape.w * pixel, shape.w * pixel, pixel});
}

}  // namespace detail

/// A grey image: an H x W matrix, map or block of any storage order and stride, as 1 x H x W x 1.
template <class Derived>
auto image_view(Eigen::DenseBase<Derived>& matrix) {
  return detail::image_view(matrix.derived());
}
template <class Derived>
auto image_view(const Eigen::DenseBase<Derived>& matrix) {
  return detail::image_view(matrix.derived());
}

/// A feature map that is kept as a row-major matrix, map or block, one row a pixel: (N*H*W) x C as N x H x W x C.
/// Throws ShapeError when the numbers of rows and columns are not those of `shape`.
template <class Derived>
auto feature_map_view(Eigen::DenseBase<Derived>& matrix, Shape shape) {
  return detail::feature_map_view(matrix.derived(), shape);
}
template <class Derived>
auto feature_map_view(const Eigen::DenseBase<Derived>& matrix, Shape shape) {
  return detail::feature_map_view(matrix.derived(), shape);
}

/// Planar data (N x C x H x W, as PyTorch keeps it) has its channels apart, so it is copied.
template <class T>
HostTensor<T> from_planar(const T* data, Shape shape) {
  HostTensor<T> result(shape);
  for (Index n = 0; n < shape.n; ++n)
    for (Index c = 0; c < shape.c; ++c)
      for (Index y = 0; y < shape.h; ++y)
        for (Index x = 0; x < shape.w; ++x) result(n, y, x, c) = data[((n * shape.c + c) * shape.h + y) * shape.w + x];
  return result;
}

}  // namespace unet
