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

/// The normalisation of one register of channels of a source.
template <class I, class T>
struct Normalised {
  const Source<T, float>& source;
  Index count;  ///< of channels, from the register's first one on
  Lanes<I> scale{}, shift{};

  UNET_INLINE Normalised(const Source<T, float>& s, Index c) : source(s), count(s.x.shape.c - c) {
    if (!s.scale) return;
    load(scale, s.scale + c, count);
    load(shift, s.shift + c, count);
  }
  UNET_INLINE void value(const T* from, Lanes<I>& v) const {
    load(v, from, count);
    if (source.scale) v = v * scale + shift;
    if (source.activate == Activate::relu) keep_positive(v);
  }
};

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
    for (Index j = 0; j < y.shape.w; j += together) pixels<I>(x, weights, epilogue, y, n, i, j);
  }

 private:
  static constexpr int together = 8;

  /// Pixels from j on. Where the row ends before, its last one is computed again: by other code for fewer of them they might be rounded
  /// otherwise, see ImplicitGemm.
  template <class I, class T>
  UNET_INLINE static void pixels(const Input<T, float>& x, const float* weights, const Epilogue<float>& epilogue,
                                 const View<T>& y, Index n, Index i, Index j) {
    const Index in = x.shape().c, inside = std::min<Index>(together, y.shape.w - j);
    for (Index o = 0; o < y.shape.c; ++o) {
      const float* w = weights + o * in;
      Lanes<I> sum[together] = {};
      for (int p = 0; p < x.count; w += x.parts[p++].x.shape.c) {
        const View<const T>& part = x.parts[p].x;
        for (Index c = 0; c < part.shape.c; c += I::width) {
          const Normalised<I, T> normalised(x.parts[p], c);
          Lanes<I> weight;
          load(weight, w + c, normalised.count);
          const T* const from = part.at(n, i, j) + c;
#pragma GCC unroll 8
          for (Index r = 0; r < together; ++r) {
            Lanes<I> v;
            normalised.value(from + std::min(r, inside - 1) * part.strides.w, v);
            sum[r] += v * weight;
          }
        }
      }
      float lanes[together][I::width];
#pragma GCC unroll 8
      for (int r = 0; r < together; ++r) store(lanes[r], sum[r]);
      for (Index r = 0; r < inside; ++r) {
        float result = sum_of<I::width>(lanes[r]);
        if (epilogue.bias) result += epilogue.bias[o];
        if (epilogue.activate == Activate::relu && result < 0 && !is_nan(result)) result = 0;
        y.at(n, i, j + r)[o] = static_cast<T>(result);
      }
    }
  }
};

/// One row of one part, whose first channel is `begin` of all: dx[j][c] = sum over o of dz[j][o] * weights[o][begin + c], or added.
template <class T>
struct BackwardData {
  using isas = StoringIsas<T>;

  template <class I>
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
        store_as<I>(to + c, sum, count);
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
      const Normalised<I, T> normalised(x, c);
      for (Index o = 0; o < dz.shape.c; ++o) {
        // Four sums, of every fourth column, so that an addition need not wait for the last.
        Lanes<I> sum[4] = {}, v, before;
        const T *from = x.x.at(n, i, 0) + c, *gradient = dz.at(n, i, 0) + o;
        Index j = 0;
        for (; j + 4 <= dz.shape.w; j += 4)
#pragma GCC unroll 4
          for (int k = 0; k < 4; ++k, from += x.x.strides.w, gradient += dz.strides.w) {
            normalised.value(from, v);
            sum[k] += static_cast<float>(*gradient) * v;
          }
        for (; j < dz.shape.w; ++j, from += x.x.strides.w, gradient += dz.strides.w) {
          normalised.value(from, v);
          sum[0] += static_cast<float>(*gradient) * v;
        }
        float* const target = sums + o * in + begin + c;
        load(before, target, normalised.count);
        before += (sum[0] + sum[1]) + (sum[2] + sum[3]);
        store(target, before, normalised.count);
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
      dispatch<BackwardData<T>>(dz, weights, in, begin, dx.parts[p], dx.accumulate, n, i);
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
      for (Index o = 0; o < out; ++o) {
        const T* gradient = dz.at(n, i, 0) + o;
        for (Index j = 0; j < dz.shape.w; ++j, gradient += dz.strides.w) biases[o] += static_cast<double>(*gradient);
      }
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
