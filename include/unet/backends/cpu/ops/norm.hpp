// Backward pass through batch normalisation and ReLU.
#pragma once
#include <cmath>
#include <vector>

#include "unet/backends/cpu/isa/lanes.hpp"
#include "unet/backends/cpu/threads/scratch.hpp"
#include "unet/backends/cpu/threads/tasks.hpp"
#include "unet/backends/operands.hpp"

namespace unet::cpu {

/// Over one row, each channel: sum[0][c] += g, sum[1][c] += g * (r - mean).
struct AddGradientSums {
  template <class I>
  UNET_INLINE static void run(const View<const float>& r, const View<float>& g, Index n, Index y, const float* mean,
                              float* sums) {
    const Index channels = r.shape.c;
    for (Index c = 0; c < channels; c += I::width) {
      const Index count = channels - c;
      const float *pr = r.at(n, y, 0) + c, *pg = g.at(n, y, 0) + c;
      Lanes<I> m, sum, product, vr, vg;
      load(m, mean + c, count);
      load(sum, sums + c, count);
      load(product, sums + channels + c, count);
      for (Index x = 0; x < r.shape.w; ++x, pr += r.strides.w, pg += g.strides.w) {
        load(vr, pr, count);
        load(vg, pg, count);
        sum += vg;
        product += vg * (vr - m);
      }
      store(sums + c, sum, count);
      store(sums + channels + c, product, count);
    }
  }
};

/// Over one row: g = r > 0 ? a g + b r + d : 0.
struct ApplyGradient {
  template <class I>
  UNET_INLINE static void run(const View<const float>& r, const View<float>& g, Index n, Index y, const float* a,
                              const float* b, const float* d) {
    for (Index x = 0; x < r.shape.w; ++x) {
      const float* const pr = r.at(n, y, x);
      float* const pg = g.at(n, y, x);
      for (Index c = 0; c < r.shape.c; c += I::width) {
        const Index count = r.shape.c - c;
        Lanes<I> vr, vg, va, vb, vd;
        load(vr, pr + c, count);
        load(vg, pg + c, count);
        load(va, a + c, count);
        load(vb, b + c, count);
        load(vd, d + c, count);
        vg = va * vg + (vb * vr + vd);
        keep_where_positive(vg, vr);
        store(pg + c, vg, count);
      }
    }
  }
};

/// See the contract. With inverse = 1 / sqrt(variance + epsilon) and x = (r - mean) inverse, the gradient with respect to
/// r is gamma inverse (g - mean(g) - x mean(g x)), which is linear in g and r.
inline void norm_relu_backward(View<const float> r, View<float> g, Moments<float> moments, const float* gamma,
                               double epsilon, float* dgamma, float* dbeta) {
  current_isa();  // may throw, which a task must not
  const Index channels = r.shape.c;
  const RowGroups groups(r.shape);
  float* const partials = scratch<shared_partials>(groups.count() * 2 * channels);
  parallel_for(groups.count(), [&](Index i) {
    float* const sums = partials + i * 2 * channels;
    std::fill_n(sums, 2 * channels, 0.0f);
    groups.each(i, [&](Index n, Index y) { dispatch<AddGradientSums>(r, g, n, y, moments.mean, sums); });
  });

  std::vector<float> factors(static_cast<std::size_t>(3 * channels));
  float *const a = factors.data(), *const b = a + channels, *const d = b + channels;
  const double pixels = static_cast<double>(r.shape.pixels());
  for (Index c = 0; c < channels; ++c) {
    double sum = 0, product = 0;
    for (Index i = 0; i < groups.count(); ++i) {
      sum += static_cast<double>(partials[i * 2 * channels + c]);
      product += static_cast<double>(partials[i * 2 * channels + channels + c]);
    }
    const double inverse = 1 / std::sqrt(static_cast<double>(moments.variance[c]) + epsilon);
    dbeta[c] = static_cast<float>(sum);
    dgamma[c] = static_cast<float>(product * inverse);
    const double factor = static_cast<double>(gamma[c]) * inverse;
    const double slope = -factor * inverse * inverse * product / pixels;
    a[c] = static_cast<float>(factor);
    b[c] = static_cast<float>(slope);
    d[c] = static_cast<float>(-factor * sum / pixels - slope * static_cast<double>(moments.mean[c]));
  }
  parallel_rows(r.shape, [&](Index n, Index y) { dispatch<ApplyGradient>(r, g, n, y, a, b, d); });
}

}  // namespace unet::cpu
