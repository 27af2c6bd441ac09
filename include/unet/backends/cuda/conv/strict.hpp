// Operands of the products that convolutions, their gradients with respect to inputs and to weights are.
#pragma once
#include "unet/backends/cuda/conv/geometry.hpp"
#include "unet/backends/cuda/conv/product.hpp"
#include "unet/backends/cuda/device/channel_sums.hpp"

namespace unet::cuda::strict {

// ---- forward: rows are output pixels, terms are (tap, input channel), columns output channels ---------------------------------

template <class T>
struct Conv3x3Forward {
  int rows, columns, terms, in;
  Input<T, float> x;
  int height, width;  ///< of x
  const float* w;
  View<T> y;
  PixelOrder outputs;
  int top, left;
  const float* bias;
  Activate activate;

  __device__ float a(int row, int k) const {
    const Pixel p = outputs.at(row);
    const int tap = k / in, i = p.y + tap / 3 - top, j = p.x + tap % 3 - left;
    return inside(i, j, height, width) ? value(x, p.n, i, j, k % in) : 0.0f;
  }
  __device__ float b(int k, int column) const { return w[static_cast<Index>(k) * columns + column]; }
  __device__ void store(int row, int column, int, float sum) const {
    const Pixel p = outputs.at(row);
    store_output(y.at(p.n, p.y, p.x) + column, sum, column, bias, activate);
  }
};

/// Each input pixel makes step x step output pixels: 1 of the 1x1 convolution, 2 of the transposed one. Rows are input pixels,
/// columns (tap, output channel).
template <class T>
struct PixelwiseForward {
  int rows, columns, terms, out, step;
  Input<T, float> x;
  const float* w;
  View<T> y;
  PixelOrder inputs;
  const float* bias;
  Activate activate;

  __device__ float a(int row, int k) const {
    const Pixel p = inputs.at(row);
    return value(x, p.n, p.y, p.x, k);
  }
  __device__ float b(int k, int column) const {
    return w[(static_cast<Index>(column / out) * terms + k) * out + column % out];
  }
  __device__ void store(int row, int column, int, float sum) const {
    const Pixel p = inputs.at(row);
    const int tap = column / out, o = column % out;
    store_output(y.at(p.n, step * p.y + tap / 2, step * p.x + tap % 2) + o, sum, o, bias, activate);
  }
};

// ---- backward-data: rows are input pixels, terms are (tap, output channel), columns input channels -------------------------------

template <class T>
struct Conv3x3BackwardData {
  int rows, columns, terms, out;
  View<const T> dz;
  const float* w;
  InputGradient<T> dx;
  PixelOrder inputs;

  __device__ float a(int row, int k) const {
    const Pixel p = inputs.at(row);
    const int tap = k / out, i = p.y + 1 - tap / 3, j = p.x + 1 - tap % 3;
    return inside(i, j, inputs.height, inputs.width) ? to_float(dz.at(p.n, i, j)[k % out]) : 0.0f;
  }
  __device__ float b(int k, int column) const {
    return w[(static_cast<Index>(k / out) * columns + column) * out + k % out];
  }
  __device__ void store(int row, int column, int, float sum) const { store_gradient(dx, inputs.at(row), column, sum); }
};

/// For `step` see PixelwiseForward.
template <class T>
struct PixelwiseBackwardData {
  int rows, columns, terms, out, step;
  View<const T> dz;
  const float* w;
  InputGradient<T> dx;
  PixelOrder inputs;

  __device__ float a(int row, int k) const {
    const Pixel p = inputs.at(row);
    const int tap = k / out;
    return to_float(dz.at(p.n, step * p.y + tap / 2, step * p.x + tap % 2)[k % out]);
  }
  __device__ float b(int k, int column) const {
    return w[(static_cast<Index>(k / out) * columns + column) * out + k % out];
  }
  __device__ void store(int row, int column, int, float sum) const { store_gradient(dx, inputs.at(row), column, sum); }
};

// ---- backward-weights: rows are (tap, input channel), terms are pixels, columns output channels -----------------------------------

/// Taps: 9 of 3x3, 1 of 1x1, 4 of the transposed convolution, whose pixels are those of x.
template <class T, int Taps>
struct BackwardWeights {
  int rows, columns, terms, in;
  Input<T, float> x;
  View<const T> dz;
  PixelOrder pixels;
  float* to;  ///< [share][rows][columns]

  __device__ float a(int row, int k) const {
    const Pixel p = pixels.at(k);
    const int tap = row / in;
    if constexpr (Taps != 9) return value(x, p.n, p.y, p.x, row % in);
    const int i = p.y + tap / 3 - 1, j = p.x + tap % 3 - 1;
    return inside(i, j, pixels.height, pixels.width) ? value(x, p.n, i, j, row % in) : 0.0f;
  }
  __device__ float b(int k, int column) const {
    const Pixel p = pixels.at(k);
    return to_float(dz.at(p.n, p.y, p.x)[column]);
  }
  __device__ void store(int row, int column, int share, float sum) const {
    to[(static_cast<Index>(share) * rows + row) * columns + column] = sum;
  }
};

struct StoreTotal {
  float* to;
  __device__ void operator()(Index i, double total) const { to[i] = static_cast<float>(total); }
};

template <class T, int V>
struct SumGradients {
  View<const T> dz;
  __device__ void operator()(int n, int y, int x, int c, double (&sums)[1][V]) const {
    float values[V];
    load<V>(dz.at(n, y, x) + c, values);
#pragma unroll
    for (int e = 0; e < V; ++e) sums[0][e] += static_cast<double>(values[e]);
  }
};
/// dbias[o] = sum of dz.
template <class T>
void bias_gradient(Context& context, View<const T> dz, float* dbias) {
  if (!dbias) return;
  with_vectors(
      [&](auto v) {
        channel_sums<v(), 1>(context, "bias_gradient", dz.shape, SumGradients<T, v()>{dz}, StoreTotal{dbias});
      },
      dz);
}

/// Pixels that are summed in float before shares are added in double.
inline constexpr int pixels_each = 1024;

/// dw = sum over the pixels of x and dz, which are of the same size; for Taps 4 see up_conv_backward_weights.
template <int Taps, class T>
void backward_weights(Context& context, const char* name, const Input<T, float>& x, View<const T> dz, float* dw) {
  const int in = static_cast<int>(x.shape().c), rows = Taps * in, columns = static_cast<int>(dz.shape.c);
  const int pixels = static_cast<int>(dz.shape.pixels()), shares = (pixels + pixels_each - 1) / pixels_each;
  const Index values = static_cast<Index>(rows) * columns;
  auto* const partial = static_cast<float*>(context.workspace(shares * values * Index{sizeof(float)}));
  product(context, name, BackwardWeights<T, Taps>{rows, columns, pixels, in, x, dz, PixelOrder(dz), partial},
          pixels_each, shares);
  add_rows<float>(context, name, partial, shares, values, StoreTotal{dw});
}

/// Every second pixel along both axes, from (k, l) on.
template <class T>
View<T> every_second(View<T> map, Index k, Index l) {
  return {map.at(0, k, l),
          {map.shape.n, map.shape.h / 2, map.shape.w / 2, map.shape.c},
          {map.strides.n, 2 * map.strides.h, 2 * map.strides.w}};
}

/// A 1x1 convolution's gradient for each of the four taps.
template <class T>
void up_conv_backward_weights(Context& context, const Input<T, float>& x, View<const T> dz, float* dw) {
  const Index values = x.shape().c * dz.shape.c;
  for (Index tap = 0; tap < 4; ++tap)
    backward_weights<1>(context, "up_conv_backward_weights", x, every_second(dz, tap / 2, tap % 2), dw + tap * values);
}

}  // namespace unet::cuda::strict
