// Mean and biased variance of each channel, in two passes.
#pragma once
#include "unet/backends/eigen/maps.hpp"

namespace unet::eigen {

template <class T, class S>
void channel_moments(View<const T> y, Moments<S> moments) {
  const Shape s = y.shape;
  const S count = static_cast<S>(s.pixels());
  Vector<S> mean(moments.mean, s.c), variance(moments.variance, s.c);
  sum_pixels(y, moments.mean);
  mean /= count;
  variance.setZero();
  for (Index n = 0; n < s.n; ++n)
    for (Index i = 0; i < s.h; ++i) variance += (row<S>(y, n, i).rowwise() - mean).colwise().squaredNorm();
  variance /= count;
}

}  // namespace unet::eigen
