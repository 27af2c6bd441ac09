// Batch normalisation (Ioffe & Szegedy 2015, algorithm 1 and section 3) of each channel.
#pragma once
#include "unet/backends/cuda/device/channel_sums.hpp"
#include "unet/backends/cuda/device/source.hpp"
#include "unet/backends/merged_moments.hpp"

namespace unet::cuda {

// ---- statistics -------------------------------------------------------------------------------------------------------------

/// {sum of y, sum of y^2}: in double the mean may be a million times the deviation.
template <class T, int V>
struct SumAndSquares {
  View<const T> y;
  __device__ void operator()(int n, int i, int j, int c, double (&sums)[2][V]) const {
    float values[V];
    load<V>(y.at(n, i, j) + c, values);
#pragma unroll
    for (int e = 0; e < V; ++e) {
      const auto value = static_cast<double>(values[e]);
      sums[0][e] += value;
      sums[1][e] += value * value;
    }
  }
};
struct KeepSums {
  double* to;
  __device__ void operator()(Index i, double total) const { to[i] = total; }
};
struct MomentsOfSums {
  const double* sums;
  Index channels;
  double count;
  Moments<float> to;
  __device__ void operator()(Index c) const {
    const double mean = sums[c] / count, variance = sums[channels + c] / count - mean * mean;
    to.mean[c] = static_cast<float>(mean);
    to.variance[c] = static_cast<float>(variance < 0 ? 0 : variance);  // not a number stays so
  }
};

/// Mean and biased variance of y as it is stored.
template <class T>
void channel_moments(Context& context, View<const T> y, Moments<float> to) {
  const Shape s = y.shape;
  // Sums of chunks lie in the workspace while these are written, so these lie behind them.
  with_vectors(
      [&](auto v) {
        const Index before = SumShape(s, v()).chunks() * 2 * s.c;
        double* const sums =
            static_cast<double*>(context.workspace((before + 2 * s.c) * Index{sizeof(double)})) + before;
        channel_sums<v(), 2>(context, "channel_moments", s, SumAndSquares<T, v()>{y}, KeepSums{sums});
        for_elements(context, "channel_moments", s.c, MomentsOfSums{sums, s.c, static_cast<double>(s.pixels()), to});
      },
      y);
}

struct NormScaleShift {
  const float *mean, *variance, *gamma, *beta;
  float epsilon;
  float *scale, *shift;
  __device__ void operator()(Index c) const {
    const float factor = gamma[c] * (1 / sqrtf(variance[c] + epsilon));
    scale[c] = factor;
    shift[c] = beta[c] - mean[c] * factor;
  }
};

struct NormUpdateRunning {
  Moments<float> moments;
  float momentum, unbiased;
  float *mean, *variance;
  __device__ void operator()(Index c) const {
    mean[c] = (1 - momentum) * mean[c] + momentum * moments.mean[c];
    variance[c] = (1 - momentum) * variance[c] + momentum * unbiased * moments.variance[c];
  }
};

struct NormGatherMoments {
  Moments<float> moments;
  Index channels, count;
  int rank;
  double* all;
  __device__ void operator()(Index i) const {
    const Index each = 1 + 2 * channels, at = i % each;
    double value = 0;
    if (i / each == rank) {
      if (at == 0)
        value = static_cast<double>(count);
      else
        value = static_cast<double>(at <= channels ? moments.mean[at - 1] : moments.variance[at - 1 - channels]);
    }
    all[i] = value;
  }
};

struct NormMergeMoments {
  const double* all;
  int ranks;
  Index channels;
  Moments<float> moments;
  __device__ void operator()(Index c) const {
    const MergedMoments merged = merged_moments(all, ranks, channels, c);
    moments.mean[c] = static_cast<float>(merged.mean);
    moments.variance[c] = static_cast<float>(merged.variance);
  }
};

// ---- backward ---------------------------------------------------------------------------------------------------------------

/// V gradients, 0 where an activation after the normalisation cut the value off; x: the values before it.
template <int V, class T>
__device__ inline void load_wanted(const Source<T, float>& y, const T* g, int n, int i, int j, int c, float (&x)[V],
                                   float (&wanted)[V]) {
  load<V>(y.x.at(n, i, j) + c, x);
  load<V>(g, wanted);
  if (y.activate != Activate::relu) return;
  float values[V];
  load<V>(y, n, i, j, c, values);
#pragma unroll
  for (int e = 0; e < V; ++e)
    if (!(values[e] > 0)) wanted[e] = 0;
}

/// {sum of h, sum of h (x - mean)}
template <class T, int V>
struct NormBackwardSums {
  Source<T, float> y;
  View<const T> g;
  const float* mean;
  __device__ void operator()(int n, int i, int j, int c, double (&sums)[2][V]) const {
    float x[V], h[V];
    load_wanted<V>(y, g.at(n, i, j) + c, n, i, j, c, x, h);
#pragma unroll
    for (int e = 0; e < V; ++e) {
      sums[0][e] += static_cast<double>(h[e]);
      sums[1][e] += static_cast<double>(h[e] * (x[e] - mean[c + e]));
    }
  }
};
template <class T>
void norm_backward_sums(Context& context, const Source<T, float>& y, View<const T> g, Moments<float> moments,
                        double* sums) {
  with_vectors(
      [&](auto v) {
        channel_sums<v(), 2>(context, "norm_backward_sums", g.shape, NormBackwardSums<T, v()>{y, g, moments.mean},
                             KeepSums{sums});
      },
      y.x, g);
}

/// What is the same for all values of a channel: the gradient is factor (h - mean_h - slope (x - mean)).
struct NormCoefficients {
  float factor, mean_h, slope, mean;
};
struct NormParameterGradients {
  Moments<float> moments;
  const float* gamma;
  float epsilon, count;
  const double* sums;
  Index channels;
  float *dgamma, *dbeta;
  NormCoefficients* to;
  __device__ void operator()(Index c) const {
    const float inverse_std = 1 / sqrtf(moments.variance[c] + epsilon);
    const float sum_h = static_cast<float>(sums[c]), sum_hx = static_cast<float>(sums[channels + c]) * inverse_std;
    dgamma[c] = sum_hx;
    dbeta[c] = sum_h;
    to[c] = {gamma[c] * inverse_std, sum_h / count, inverse_std * (sum_hx / count), moments.mean[c]};
  }
};
template <class T, int V>
struct NormBackwardApply {
  Source<T, float> y;
  View<T> g;
  const NormCoefficients* coefficients;
  bool before_relu;
  __device__ void operator()(int n, int i, int j, int c) const {
    float x[V], h[V];
    load_wanted<V>(y, g.at(n, i, j) + c, n, i, j, c, x, h);
#pragma unroll
    for (int e = 0; e < V; ++e) {
      const NormCoefficients k = coefficients[c + e];
      h[e] = k.factor * ((h[e] - k.mean_h) - k.slope * (x[e] - k.mean));
      if (before_relu && !(x[e] > 0)) h[e] = 0;
    }
    store<V>(g.at(n, i, j) + c, h);
  }
};
template <class T>
void norm_backward_apply(Context& context, const Source<T, float>& y, View<T> g, Moments<float> moments,
                         const float* gamma, double epsilon, Index count, const double* sums, Activate before,
                         float* dgamma, float* dbeta) {
  const Index channels = g.shape.c;
  auto* const coefficients =
      static_cast<NormCoefficients*>(context.workspace(channels * Index{sizeof(NormCoefficients)}));
  for_elements(context, "norm_backward_apply", channels,
               NormParameterGradients{moments, gamma, static_cast<float>(epsilon), static_cast<float>(count), sums,
                                      channels, dgamma, dbeta, coefficients});
  with_vectors(
      [&](auto v) {
        for_rows<v()>(context, "norm_backward_apply", g.shape,
                      NormBackwardApply<T, v()>{y, g, coefficients, before == Activate::relu});
      },
      y.x, g);
}

}  // namespace unet::cuda
