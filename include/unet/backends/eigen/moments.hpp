// Mean and biased variance of each channel, in two passes.
#pragma once
#include "unet/backends/eigen/maps.hpp"

namespace unet::eigen {

template <class T>
void channel_moments(View<const T> y, Moments<T> moments) {
  const Shape s = y.shape;
  const T count = static_cast<T>(s.pixels());
  Vector<T> mean(moments.mean, s.c), variance(moments.variance, s.c);
  mean.setZero();
  variance.setZero();
  for (Index n = 0; n < s.n; ++n)
    for (Index i = 0; i < s.h; ++i) mean += row(y, n, i).colwise().sum();
  mean /= count;
  for (Index n = 0; n < s.n; ++n)
    for (Index i = 0; i < s.h; ++i) variance += (row(y, n, i).rowwise() - mean).colwise().squaredNorm();
  variance /= count;
}

}  // namespace unet::eigen
