// 1x1 convolutions to few channels, as a network's head is: nothing but reading or writing a map, so a row at a time without copies.
#pragma once
#include <vector>

#include "unet/backends/cpu/conv/weights.hpp"
#include "unet/backends/cpu/isa/lanes.hpp"
#include "unet/backends/cpu/threads/scratch.hpp"
#include "unet/backends/cpu/threads/tasks.hpp"
#include "unet/backends/operands.hpp"
#include "unet/core/finite.hpp"

namespace unet::cpu::head {

/// The value of one register of channels of a source.
template <class I, class T>
UNET_INLINE void value(const Source<T, float>& s, const T* pixel, Index c, Lanes<I>& v) {
  const Index count = s.x.shape.c - c;
  load(v, pixel + c, count);
  if (s.scale) {
    Lanes<I> a, b;
    load(a, s.scale + c, count);
    load(b, s.shift + c, count);
    v = v * a + b;
  }
  if (s.activate == Activate::relu) keep_positive(v);
}

/// The sum of a register's lanes, by halves.
template <int Width>
UNET_INLINE float sum_of(const float* lanes) {
  if constexpr (Width == 4) {
    return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
  } else {
    typename LanesOf<Width / 2>::type low, high;
    load(low, lanes);
    load(high, lanes + Width / 2);
    low += high;
    float half[Width / 2];
    store(half, low);
    return sum_of<Width / 2>(half);
  }
}

/// One row: y[j][o] = activate(bias[o] + sum over c of x[j][c] * weights[o][c]), the sum lane by lane and then over lanes.
struct Forward {
  template <class I, class T>
  UNET_INLINE static void run(const Input<T, float>& x, const float* weights, const Epilogue<float>& epilogue,
                              const View<T>& y, Index n, Index i) {
    const Index in = x.shape().c;
    for (Index j = 0; j < y.shape.w; ++j)
      for (Index o = 0; o < y.shape.c; ++o) {
        const float* w = weights + o * in;
        Lanes<I> sum{};
        for (int p = 0; p < x.count; w += x.parts[p++].x.shape.c) {
          const Index channels = x.parts[p].x.shape.c;
          const T* const pixel = x.parts[p].x.at(n, i, j);
          for (Index c = 0; c < channels; c += I::width) {
            Lanes<I> v, weight;
            value<I>(x.parts[p], pixel, c, v);
            load(weight, w + c, channels - c);
            sum += v * weight;
          }
        }
        float lanes[I::width];
        store(lanes, sum);
        float result = sum_of<I::width>(lanes);
        if (epilogue.bias) result += epilogue.bias[o];
        if (epilogue.activate == Activate::relu && result < 0 && !is_nan(result)) result = 0;
        y.at(n, i, j)[o] = static_cast<T>(result);
      }
  }
};

/// One row of one part, whose first channel is `begin` of all: dx[j][c] = sum over o of dz[j][o] * weights[o][begin + c], or added.
struct BackwardData {
  template <class I, class T>
  UNET_INLINE static void run(const View<const T>& dz, const float* weights, Index in, Index begin, const View<T>& dx,
                              bool accumulate, Index n, Index i) {
    for (Index j = 0; j < dx.shape.w; ++j) {
      const T* const gradient = dz.at(n, i, j);
      T* const to = dx.at(n, i, j);
      for (Index c = 0; c < dx.shape.c; c += I::width) {
        const Index count = dx.shape.c - c;
        Lanes<I> sum{}, weight;
        for (Index o = 0; o < dz.shape.c; ++o) {
          load(weight, weights + o * in + begin + c, count);
          sum += static_cast<float>(gradient[o]) * weight;
        }
        if (accumulate) {
          Lanes<I> before;
          load(before, to + c, count);
          sum += before;
        }
        store(to + c, sum, count);
      }
    }
  }
};

/// Over one row of one part: sums[o][begin + c] += x[j][c] * dz[j][o].
struct AddWeightGradient {
  template <class I, class T>
  UNET_INLINE static void run(const Source<T, float>& x, Index in, Index begin, const View<const T>& dz, float* sums,
                              Index n, Index i) {
    for (Index c = 0; c < x.x.shape.c; c += I::width) {
      const Index count = x.x.shape.c - c;
      for (Index o = 0; o < dz.shape.c; ++o) {
        float* const target = sums + o * in + begin + c;
        // Two sums, of even and odd columns, so that one addition need not wait for the last.
        Lanes<I> sum[2] = {}, v, before;
        for (Index j = 0; j < dz.shape.w; ++j) {
          value<I>(x, x.x.at(n, i, j), c, v);
          if (j % 2)
            sum[1] += static_cast<float>(dz.at(n, i, j)[o]) * v;
          else
            sum[0] += static_cast<float>(dz.at(n, i, j)[o]) * v;
        }
        load(before, target, count);
        before += sum[0] + sum[1];
        store(target, before, count);
      }
    }
  }
};

/// [in][out] -> [out][in], in memory that the calling thread keeps.
inline const float* transposed(const float* w, Index in, Index out) {
  float* const to = scratch<shared_weights>(in * out);
  for (Index c = 0; c < in; ++c)
    for (Index o = 0; o < out; ++o) to[o * in + c] = w[c * out + o];
  return to;
}

template <class T>
void forward(const Input<T, float>& x, const float* w, View<T> y, const Epilogue<float>& epilogue) {
  const float* const weights = transposed(w, x.shape().c, y.shape.c);
  parallel_rows(y.shape, [&](Index n, Index i) { dispatch<Forward>(x, weights, epilogue, y, n, i); });
}

template <class T>
void backward_data(View<const T> dz, const float* w, const InputGradient<T>& dx) {
  const Index in = dx.shape().c;
  const float* const weights = transposed(w, in, dz.shape.c);
  parallel_rows(dx.shape(), [&](Index n, Index i) {
    Index begin = 0;
    for (int p = 0; p < dx.count; begin += dx.parts[p++].shape.c)
      dispatch<BackwardData>(dz, weights, in, begin, dx.parts[p], dx.accumulate, n, i);
  });
}

/// dw[in][out] and, unless null, dbias[out]; both overwritten. Rows in float, groups of them in double, in their order.
template <class T>
void backward_weights(const Input<T, float>& x, View<const T> dz, float* dw, float* dbias) {
  const Index in = x.shape().c, out = dz.shape.c, each = in * out;
  const RowGroups groups(x.shape());
  current_isa();  // may throw: once, and not in each task
  float* const partials = scratch<shared_partials>(groups.count() * each);
  std::vector<double> bias(static_cast<std::size_t>(groups.count() * out));
  parallel_tasks(groups.count(), [&](Index group) {
    float* const sums = partials + group * each;
    double* const biases = bias.data() + group * out;
    std::fill_n(sums, each, 0.0f);
    groups.each(group, [&](Index n, Index i) {
      Index begin = 0;
      for (int p = 0; p < x.count; begin += x.parts[p++].x.shape.c)
        dispatch<AddWeightGradient>(x.parts[p], in, begin, dz, sums, n, i);
      for (Index j = 0; j < dz.shape.w; ++j)
        for (Index o = 0; o < out; ++o) biases[o] += static_cast<double>(dz.at(n, i, j)[o]);
    });
  });
  for (Index c = 0; c < in; ++c)
    for (Index o = 0; o < out; ++o) {
      double sum = 0;
      for (Index group = 0; group < groups.count(); ++group)
        sum += static_cast<double>(partials[group * each + o * in + c]);
      dw[c * out + o] = static_cast<float>(sum);
    }
  for (Index o = 0; dbias && o < out; ++o) {
    double sum = 0;
    for (Index group = 0; group < groups.count(); ++group) sum += bias[static_cast<std::size_t>(group * out + o)];
    dbias[o] = static_cast<float>(sum);
  }
}

}  // namespace unet::cpu::head
