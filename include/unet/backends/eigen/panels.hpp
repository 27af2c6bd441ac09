// Forward convolutions as products whose result for a pixel depends on that pixel's inputs alone.
#pragma once
#include <algorithm>

#include "unet/backends/eigen/maps.hpp"
#include "unet/core/parallel.hpp"

namespace unet::eigen {

/// Pixels of one product. Eigen adds up in another order for other sizes, and for the last columns of a size that is no
/// multiple of its register blocks. So all products of an operation have one size, a multiple of any such block, and pixels
/// that are missing are zeros. (It is also large enough that Eigen always takes its blocked product.)
inline constexpr Index panel_pixels = 64;

/// For each pixel (n, i, j) of an N x H x W map: its k values are gathered by gather(n, i, j, S* values), where they are zero
/// before, and multiplied with each of `count` matrices k x out; store(q, n, i, j, row) takes the product with matrix q.
template <class S, class Gather, class Store>
void multiply_pixels(Shape map, Index k, const S* matrices, Index count, Index out, const Gather& gather,
                     const Store& store) {
  parallel_for((map.pixels() + panel_pixels - 1) / panel_pixels, [&](Index panel) {
    const Index first = panel * panel_pixels, pixels = std::min(panel_pixels, map.pixels() - first);
    const auto each_pixel = [&](const auto& f) {
      for (Index p = 0; p < pixels; ++p)
        f(p, (first + p) / (map.h * map.w), (first + p) / map.w % map.h, (first + p) % map.w);
    };
    Matrix<S> values = Matrix<S>::Zero(panel_pixels, k), product(panel_pixels, out);
    each_pixel([&](Index p, Index n, Index i, Index j) { gather(n, i, j, values.row(p).data()); });
    for (Index q = 0; q < count; ++q) {
      product.noalias() = values * Eigen::Map<const Matrix<S>>(matrices + q * k * out, k, out);
      each_pixel([&](Index p, Index n, Index i, Index j) { store(q, n, i, j, product.row(p)); });
    }
  });
}

}  // namespace unet::eigen
