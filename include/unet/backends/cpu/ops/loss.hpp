// Losses row by row: rows in parallel, their sums added in order.
#pragma once
#include <vector>

#include "unet/backends/cpu/threads/tasks.hpp"
#include "unet/backends/loss_operands.hpp"
#include "unet/backends/operands.hpp"

namespace unet::cpu {

/// Row y of image n, as an image.
template <class T>
View<T> row_as_image(const View<T>& v, Index n, Index y) {
  return v.images(n, 1).window(y, 0, 1, v.shape.w);
}

/// Whether a map has one channel and a row's pixels lie one after the other.
template <class T>
bool pixels_side_by_side(const View<T>& v) {
  return v.shape.c == 1 && v.strides.w == 1;
}

/// Reports every row as if it were an image, by row_sums(logits, target, report), and puts the rows' reports together.
template <class T, class RowSums>
void loss_sums_by_rows(View<const T> logits, View<const float> target, const LossTerms& terms, double* reports,
                       const RowSums& row_sums) {
  const Shape s = logits.shape;
  const Index size = loss_report_size(s.c, terms);
  std::vector<double> rows(static_cast<std::size_t>(s.n * s.h * size));
  parallel_rows(s, [&](Index n, Index y) {
    row_sums(row_as_image(logits, n, y), row_as_image(target, n, y), rows.data() + (n * s.h + y) * size);
  });
  for (Index n = 0; n < s.n; ++n)
    for (Index k = 0; k < size; ++k) {
      double sum = 0;
      for (Index y = 0; y < s.h; ++y) sum += rows[static_cast<std::size_t>((n * s.h + y) * size + k)];
      // The first number is a mean over pixels, the others are sums.
      reports[n * size + k] = k == 0 ? sum / static_cast<double>(s.h) : sum;
    }
}

}  // namespace unet::cpu
