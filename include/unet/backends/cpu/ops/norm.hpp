// Backward pass through batch normalisation, and through a ReLU before or after it.
#pragma once
#include <cmath>
#include <vector>

#include "unet/backends/cpu/isa/lanes.hpp"
#include "unet/backends/cpu/threads/scratch.hpp"
#include "unet/backends/cpu/threads/tasks.hpp"
#include "unet/backends/operands.hpp"

namespace unet::cpu {

/// The gradient with respect to a normalised value x, as far as an activation after the normalisation lets it through.
template <class I, class T>
UNET_INLINE void let_through(const Source<T, float>& y, Index c, Index count, const Lanes<I>& x, Lanes<I>& g) {
  if (y.activate != Activate::relu) return;
  Lanes<I> value, scale, shift;
  load(scale, y.scale + c, count);
  load(shift, y.shift + c, count);
  value = x * scale + shift;
  keep_positive(value);
  keep_where_positive(g, value);
}

/// Over one row, each channel: sums[c] += g, sums[channels + c] += g * (x - mean).
struct AddGradientSums {
  template <class I, class T>
  UNET_INLINE static void run(const Source<T, float>& s, const View<const T>& g, Index n, Index y, const float* mean,
                              float* sums) {
    const Index channels = s.x.shape.c;
    Index c = 0;
    // Some registers side by side: a pixel's memory is read by whole stretches.
    for (; c + 4 * I::width <= channels; c += 4 * I::width) registers<I, 4>(s, g, n, y, c, mean, sums);
    for (; c + 2 * I::width <= channels; c += 2 * I::width) registers<I, 2>(s, g, n, y, c, mean, sums);
    for (; c < channels; c += I::width) registers<I, 1>(s, g, n, y, c, mean, sums);
  }

 private:
  template <class I, int Count, class T>
  UNET_INLINE static void registers(const Source<T, float>& s, const View<const T>& g, Index n, Index y, Index first,
                                    const float* mean, float* sums) {
    const Index channels = s.x.shape.c, count = Count > 1 ? I::width : channels - first;
    Lanes<I> m[Count], sum[Count], product[Count];
#pragma GCC unroll 4
    for (int r = 0; r < Count; ++r) {
      const Index c = first + r * I::width;
      load(m[r], mean + c, count);
      load(sum[r], sums + c, count);
      load(product[r], sums + channels + c, count);
    }
    const T *px = s.x.at(n, y, 0) + first, *pg = g.at(n, y, 0) + first;
    for (Index x = 0; x < s.x.shape.w; ++x, px += s.x.strides.w, pg += g.strides.w) {
#pragma GCC unroll 4
      for (int r = 0; r < Count; ++r) {
        Lanes<I> vx, vg;
        load(vx, px + r * I::width, count);
        load(vg, pg + r * I::width, count);
        let_through<I>(s, first + r * I::width, count, vx, vg);
        sum[r] += vg;
        product[r] += vg * (vx - m[r]);
      }
    }
#pragma GCC unroll 4
    for (int r = 0; r < Count; ++r) {
      const Index c = first + r * I::width;
      store(sums + c, sum[r], count);
      store(sums + channels + c, product[r], count);
    }
  }
};

/// Over one row: g = a g + b x + d, and 0 where x is a ReLU's output that is not positive.
template <class T>
struct ApplyGradient {
  using isas = StoringIsas<T>;

  template <class I>
  UNET_INLINE static void run(const Source<T, float>& s, const View<T>& g, Index n, Index y, const float* a,
                              const float* b, const float* d, bool after_relu) {
    // Of few channels all pixels go register by register, whose factors are then loaded once; of many, memory is read as it lies.
    const Index channels = s.x.shape.c, width = s.x.shape.w, together = channels <= 4 * I::width ? width : 1;
    for (Index x = 0; x < width; x += together) {
      Index c = 0;
      for (; c + 4 * I::width <= channels; c += 4 * I::width)
        registers<I, 4>(s, g, n, y, x, together, c, a, b, d, after_relu);
      for (; c + 2 * I::width <= channels; c += 2 * I::width)
        registers<I, 2>(s, g, n, y, x, together, c, a, b, d, after_relu);
      for (; c < channels; c += I::width) registers<I, 1>(s, g, n, y, x, together, c, a, b, d, after_relu);
    }
  }

 private:
  /// Count registers of each pixel, from channel `first` on.
  template <class I, int Count>
  UNET_INLINE static void registers(const Source<T, float>& s, const View<T>& g, Index n, Index y, Index x,
                                    Index pixels, Index first, const float* a, const float* b, const float* d,
                                    bool after_relu) {
    const Index count = Count > 1 ? I::width : s.x.shape.c - first;
    Lanes<I> va[Count], vb[Count], vd[Count];
#pragma GCC unroll 4
    for (int r = 0; r < Count; ++r) {
      load(va[r], a + first + r * I::width, count);
      load(vb[r], b + first + r * I::width, count);
      load(vd[r], d + first + r * I::width, count);
    }
    const T* px = s.x.at(n, y, x) + first;
    T* pg = g.at(n, y, x) + first;
    for (; pixels > 0; --pixels, px += s.x.strides.w, pg += g.strides.w) {
#pragma GCC unroll 4
      for (int r = 0; r < Count; ++r) {
        Lanes<I> vx, vg;
        load(vx, px + r * I::width, count);
        load(vg, pg + r * I::width, count);
        let_through<I>(s, first + r * I::width, count, vx, vg);
        vg = va[r] * vg + (vb[r] * vx + vd[r]);
        if (after_relu) keep_where_positive(vg, vx);
        store_as<I>(pg + r * I::width, vg, count);
      }
    }
  }
};

/// See the contract: sums[2 C].
template <class T>
void norm_backward_sums(const Source<T, float>& y, View<const T> g, Moments<float> moments, double* sums) {
  current_isa();  // may throw: once, and not in each task
  const Index channels = y.x.shape.c;
  const RowGroups groups(y.x.shape);
  float* const partials = scratch<shared_partials>(groups.count() * 2 * channels);
  parallel_tasks(groups.count(), [&](Index i) {
    float* const some = partials + i * 2 * channels;
    std::fill_n(some, 2 * channels, 0.0f);
    groups.each(i, [&](Index n, Index row) { dispatch<AddGradientSums>(y, g, n, row, moments.mean, some); });
  });
  std::fill_n(sums, 2 * channels, 0.0);
  for (Index i = 0; i < groups.count(); ++i)
    for (Index c = 0; c < 2 * channels; ++c) sums[c] += static_cast<double>(partials[i * 2 * channels + c]);
}

/// See the contract. With inverse = 1 / sqrt(variance + epsilon) and n = (x - mean) inverse, the gradient with respect to
/// x is gamma inverse (g - mean(g) - n mean(g n)), which is linear in g and x.
template <class T>
void norm_backward_apply(const Source<T, float>& y, View<T> g, Moments<float> moments, const float* gamma,
                         double epsilon, Index count, const double* sums, Activate before, float* dgamma,
                         float* dbeta) {
  const Index channels = y.x.shape.c;
  std::vector<float> factors(static_cast<std::size_t>(3 * channels));
  float *const a = factors.data(), *const b = a + channels, *const d = b + channels;
  const double pixels = static_cast<double>(count);
  for (Index c = 0; c < channels; ++c) {
    const double sum = sums[c], product = sums[channels + c];
    const double inverse = 1 / std::sqrt(static_cast<double>(moments.variance[c]) + epsilon);
    dbeta[c] = static_cast<float>(sum);
    dgamma[c] = static_cast<float>(product * inverse);
    const double factor = static_cast<double>(gamma[c]) * inverse;
    const double slope = -factor * inverse * inverse * product / pixels;
    a[c] = static_cast<float>(factor);
    b[c] = static_cast<float>(slope);
    d[c] = static_cast<float>(-factor * sum / pixels - slope * static_cast<double>(moments.mean[c]));
  }
  parallel_rows(y.x.shape, [&](Index n, Index row) {
    dispatch<ApplyGradient<T>>(y, g, n, row, a, b, d, before == Activate::relu);
  });
}

}  // namespace unet::cpu
