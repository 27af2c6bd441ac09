// Losses row by row: rows in parallel, their sums added in order.
#pragma once
#include <vector>

#include "unet/backends/cpu/threads/tasks.hpp"
#include "unet/backends/eigen/loss.hpp"

namespace unet::cpu {

/// d *= factor, for a view of one row.
inline void scale_row(View<float> d, float factor) {
  for (Index x = 0; x < d.shape.w; ++x)
    for (Index c = 0; c < d.shape.c; ++c) d.at(0, 0, x)[c] *= factor;
}

/// Runs a loss of the reference on every row as if it were an image, and puts the rows' reports together.
/// row_loss(logits, target, dlogits, report): for views of one row.
template <class RowLoss>
void loss_by_rows(View<const float> logits, View<const float> target, View<float> dlogits, Index report_size,
                  double* results, const RowLoss& row_loss) {
  const Shape s = logits.shape;
  std::vector<double> reports(static_cast<std::size_t>(s.n * s.h * report_size));
  parallel_rows(s, [&](Index n, Index y) {
    const auto row = [&](auto view) { return view.images(n, 1).window(y, 0, 1, s.w); };
    row_loss(row(logits), row(target), dlogits ? row(dlogits) : dlogits, reports.data() + (n * s.h + y) * report_size);
  });
  for (Index n = 0; n < s.n; ++n)
    for (Index k = 0; k < report_size; ++k) {
      double sum = 0;
      for (Index y = 0; y < s.h; ++y) sum += reports[static_cast<std::size_t>((n * s.h + y) * report_size + k)];
      // The first number is a mean over pixels, the others count pixels.
      results[n * report_size + k] = k == 0 ? sum / static_cast<double>(s.h) : sum;
    }
}

}  // namespace unet::cpu
