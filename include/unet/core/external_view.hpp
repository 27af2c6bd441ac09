// Views on data that a program already has: Eigen matrices and maps, or a pointer with strides. Nothing is copied.
#pragma once
#include <Eigen/Core>

#include "unet/core/error.hpp"
#include "unet/core/host_tensor.hpp"

namespace unet {

/// A grey image: an H x W matrix or map of any storage order and stride, as 1 x H x W x 1.
template <class Derived>
auto image_view(Eigen::DenseBase<Derived>& matrix) {
  auto& m = matrix.derived();
  return View<typename Derived::Scalar>(m.data(), {1, m.rows(), m.cols(), 1},
                                        {m.rows() * m.rowStride(), m.rowStride(), m.colStride()});
}
template <class Derived>
auto image_view(const Eigen::DenseBase<Derived>& matrix) {
  const auto& m = matrix.derived();
  return View<const typename Derived::Scalar>(m.data(), {1, m.rows(), m.cols(), 1},
                                              {m.rows() * m.rowStride(), m.rowStride(), m.colStride()});
}

/// A feature map that is kept as a row-major matrix, one row a pixel: (N*H*W) x C as N x H x W x C.
/// Throws ShapeError when the numbers of rows and columns are not those of `shape`.
template <class Derived>
auto feature_map_view(Eigen::PlainObjectBase<Derived>& matrix, Shape shape) {
  static_assert(Derived::IsRowMajor || Derived::ColsAtCompileTime == 1,
                "feature_map_view: channels must be contiguous; use a matrix with Eigen::RowMajor");
  if (matrix.rows() != shape.pixels() || matrix.cols() != shape.c)
    throw ShapeError("feature_map_view: a matrix of " + std::to_string(matrix.rows()) + " x " +
                     std::to_string(matrix.cols()) + " can not be seen as " + to_string(shape) + "; it needs " +
                     std::to_string(shape.pixels()) + " rows (pixels) and " + std::to_string(shape.c) +
                     " columns (channels)");
  return View<typename Derived::Scalar>(matrix.data(), shape);
}

/// Planar data (N x C x H x W, as PyTorch keeps it) has its channels apart, so it is copied.
template <class T>
HostTensor<T> from_planar(const T* data, Shape shape) {
  HostTensor<T> result(shape);
  for (Index n = 0; n < shape.n; ++n)
    for (Index c = 0; c < shape.c; ++c)
      for (Index y = 0; y < shape.h; ++y)
        for (Index x = 0; x < shape.w; ++x)
          result(n, y, x, c) = data[((n * shape.c + c) * shape.h + y) * shape.w + x];
  return result;
}

}  // namespace unet
